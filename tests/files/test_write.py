"""The one place that writes: all or nothing, inside the project, as the user's own files look."""

from __future__ import annotations

import errno
import os
import stat
import threading
import time
from pathlib import Path

import pytest

from chartgen import files
from chartgen.errors import InputError, ToolError


def test_files_and_their_directories_are_written(tmp_path):
    with files.writing(tmp_path) as writer:
        writer.write({"deploy/dev/values/web.yaml": b"a: 1\n", "helmfile.yaml": b""})
    assert (tmp_path / "deploy/dev/values/web.yaml").read_bytes() == b"a: 1\n"
    assert (tmp_path / "helmfile.yaml").read_bytes() == b""


def test_git_does_not_see_what_chartgen_keeps_for_itself(tmp_path):
    with files.writing(tmp_path):
        pass
    assert (tmp_path / ".chartgen/.gitignore").read_text() == "*\n"


def test_removing_leaves_no_empty_directory_and_minds_no_missing_file(tmp_path):
    with files.writing(tmp_path) as writer:
        writer.write({"deploy/dev/values/web.yaml": b"", "deploy/prod/values/web.yaml": b""})
        writer.remove(["deploy/dev/values/web.yaml", "deploy/dev/values/gone.yaml"])
        writer.sweep("deploy")
    assert sorted(path.name for path in (tmp_path / "deploy").iterdir()) == ["prod"]


class TestModes:
    def test_an_existing_file_keeps_its_mode(self, tmp_path):
        (tmp_path / "helmfile.yaml").touch(mode=0o640)
        (tmp_path / "helmfile.yaml").chmod(0o750)
        with files.writing(tmp_path) as writer:
            writer.write({"helmfile.yaml": b"new"})
        assert stat.S_IMODE((tmp_path / "helmfile.yaml").stat().st_mode) == 0o750

    @pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
    def test_a_new_file_gets_what_the_umask_allows(self, tmp_path, mask, mode):
        before = os.umask(mask)
        try:
            with files.writing(tmp_path) as writer:
                writer.write({"helmfile.yaml": b"new"})
        finally:
            os.umask(before)
        assert stat.S_IMODE((tmp_path / "helmfile.yaml").stat().st_mode) == mode


class TestWhatIsInTheWay:
    """Every obstacle is named before anything is written."""

    def refused(self, project: Path, *paths: str) -> str:
        before = sorted(project.rglob("*"))
        with files.writing(project) as writer, pytest.raises(InputError) as caught:
            writer.write({"fine.yaml": b"", **dict.fromkeys(paths, b"")})
        assert [path for path in sorted(project.rglob("*")) if ".chartgen" not in path.parts] == before
        return str(caught.value)

    def test_a_file_where_a_directory_must_be(self, tmp_path):
        (tmp_path / "deploy").write_text("mine")
        message = self.refused(tmp_path, "deploy/dev/values/a.yaml", "deploy/dev/values/b.yaml")
        assert message == "deploy: a file where a directory must be\n  hint: move it away"

    def test_a_directory_where_a_file_must_be(self, tmp_path):
        (tmp_path / "helmfile.yaml").mkdir()
        assert self.refused(tmp_path, "helmfile.yaml").startswith("helmfile.yaml: a directory where a file must be")

    def test_a_link_that_leads_out_of_the_project(self, tmp_path):
        project, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
        project.mkdir()
        elsewhere.mkdir()
        (project / "deploy").symlink_to(elsewhere)
        message = self.refused(project, "deploy/dev/values/web.yaml")
        assert message.startswith("deploy: a symbolic link that leads out of the project")
        assert not list(elsewhere.iterdir())

    def test_a_link_in_place_of_the_file(self, tmp_path):
        (tmp_path / "real.yaml").write_text("mine")
        (tmp_path / "helmfile.yaml").symlink_to("real.yaml")
        assert self.refused(tmp_path, "helmfile.yaml").startswith("helmfile.yaml: a symbolic link where a file must be")

    def test_something_that_is_no_file_at_all(self, tmp_path):
        os.mkfifo(tmp_path / "helmfile.yaml")
        assert "something else where a file must be" in self.refused(tmp_path, "helmfile.yaml")

    @pytest.mark.parametrize("path", ["../out.yaml", "/out.yaml", "a/../../out.yaml", "a//b", "", ".", "a\0b", "a\\b"])
    def test_a_path_that_leads_out(self, tmp_path, path):
        shown = path.replace("\0", "\\x00")
        assert self.refused(tmp_path, path) == f"`{shown}` is no path inside the project"

    def test_all_at_once(self, tmp_path):
        (tmp_path / "deploy").write_text("mine")
        (tmp_path / "helmfile.yaml").mkdir()
        assert len(self.refused(tmp_path, "deploy/a", "helmfile.yaml", "../b").splitlines()) == 5

    def test_a_link_inside_the_project_is_followed(self, tmp_path):
        (tmp_path / "generated").mkdir()
        (tmp_path / "deploy").symlink_to("generated")
        with files.writing(tmp_path) as writer:
            writer.write({"deploy/a.yaml": b"a"})
        assert (tmp_path / "generated/a.yaml").read_bytes() == b"a"

    def test_chartgens_own_directory_may_not_be_a_link(self, tmp_path):
        precious = tmp_path / "precious"
        (precious / "tmp").mkdir(parents=True)
        (precious / "tmp/thesis.txt").write_text("mine")
        project = tmp_path / "project"
        project.mkdir()
        (project / ".chartgen").symlink_to(precious)
        with pytest.raises(InputError), files.writing(project):
            pass
        (project / ".chartgen").unlink()
        (project / "inside/tmp").mkdir(parents=True)
        (project / "inside/tmp/thesis.txt").write_text("mine")
        (project / ".chartgen").symlink_to("inside")
        with pytest.raises(InputError), files.writing(project):
            pass
        assert (precious / "tmp/thesis.txt").exists()
        assert (project / "inside/tmp/thesis.txt").exists()

    def test_no_project(self, tmp_path):
        with pytest.raises(InputError, match="a directory must be there"), files.writing(tmp_path / "none"):
            pass


class TestWhatTheSystemRefuses:
    def test_is_told_and_leaves_the_old_file(self, tmp_path, monkeypatch):
        (tmp_path / "b.yaml").write_text("old")
        real = os.fdopen

        class Full:
            def __init__(self, descriptor, *_, **__):
                self.file = real(descriptor, "wb")

            def __enter__(self):
                return self

            def __exit__(self, *_):
                self.file.close()

            def write(self, content):
                if content == b"new b":
                    raise OSError(errno.ENOSPC, "No space left on device")
                return self.file.write(content)

        with files.writing(tmp_path) as writer:
            monkeypatch.setattr(os, "fdopen", Full)
            with pytest.raises(ToolError, match=r"b\.yaml: cannot be written: No space left on device"):
                writer.write({"a.yaml": b"new a", "b.yaml": b"new b"})
            monkeypatch.undo()
            assert not (tmp_path / "a.yaml").exists()
            assert (tmp_path / "b.yaml").read_text() == "old"
            assert not list((tmp_path / ".chartgen/tmp").iterdir())

    @pytest.mark.skipif(os.geteuid() == 0, reason="nothing is refused to root")
    def test_a_directory_without_permission(self, tmp_path):
        (tmp_path / "deploy").mkdir(mode=0o500)
        with files.writing(tmp_path) as writer, pytest.raises(ToolError, match="Permission denied"):
            writer.write({"deploy/a.yaml": b""})


class TestAnotherFileSystem:
    """Where the target is on another file system than `.chartgen`, the file is staged beside its target."""

    @pytest.fixture(autouse=True)
    def across(self, monkeypatch):
        replace = Path.replace

        def refuse(self, target):
            if self.parent != Path(target).parent:
                raise OSError(errno.EXDEV, "Invalid cross-device link")
            return replace(self, target)

        monkeypatch.setattr(Path, "replace", refuse)

    def test_files_are_written_all_the_same(self, tmp_path):
        (tmp_path / "b.yaml").write_text("old")
        (tmp_path / "b.yaml").chmod(0o600)
        with files.writing(tmp_path) as writer:
            writer.write({"deploy/a.yaml": b"a", "b.yaml": b"b"})
        assert (tmp_path / "deploy/a.yaml").read_bytes() == b"a"
        assert (tmp_path / "b.yaml").read_bytes() == b"b"
        assert stat.S_IMODE((tmp_path / "b.yaml").stat().st_mode) == 0o600
        assert not list((tmp_path / ".chartgen/tmp").iterdir())
        assert not list(tmp_path.rglob("*.chartgen-tmp"))

    def test_what_a_killed_run_left_beside_is_removed_by_the_next(self, tmp_path):
        with files.writing(tmp_path) as writer:
            writer.write({"deploy/a.yaml": b"a"})
        beside = tmp_path / "deploy/.0123456789abcdef.chartgen-tmp"
        beside.write_text("half")
        (tmp_path / ".chartgen/tmp/0.beside").write_text("deploy/.0123456789abcdef.chartgen-tmp")
        with files.writing(tmp_path):
            pass
        assert not beside.exists()

    @pytest.mark.parametrize("named", ["chartgen.yaml", "../outside", "/etc/hosts", "deploy", "\0"])
    def test_a_forged_note_removes_nothing(self, tmp_path, named):
        project = tmp_path / "project"
        for path in ("project/chartgen.yaml", "project/deploy/a", "outside"):
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).touch()
        with files.writing(project):
            pass
        (project / ".chartgen/tmp/0.beside").write_text(named)
        with files.writing(project):
            pass
        assert (project / "chartgen.yaml").exists()
        assert (project / "deploy/a").exists()
        assert (tmp_path / "outside").exists()


def test_what_a_killed_run_left_staged_is_removed_by_the_next(tmp_path):
    (tmp_path / ".chartgen/tmp").mkdir(parents=True)
    (tmp_path / ".chartgen/tmp/7").write_text("half")
    with files.writing(tmp_path):
        assert not list((tmp_path / ".chartgen/tmp").iterdir())


class TestTwoAtOnce:
    def test_the_second_waits_for_the_first(self, tmp_path):
        order = []

        def second():
            with files.writing(tmp_path):
                order.append("second")

        with files.writing(tmp_path):
            thread = threading.Thread(target=second)
            thread.start()
            time.sleep(0.2)
            order.append("first")
        thread.join()
        assert order == ["first", "second"]

    def test_the_second_does_not_wait_for_ever(self, tmp_path):
        message = "another chartgen has been writing to this project for more than 0.1 seconds"
        with files.writing(tmp_path), pytest.raises(ToolError, match=message), files.writing(tmp_path, patience=0.1):
            pass
