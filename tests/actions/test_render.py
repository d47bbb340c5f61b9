"""What `render` overwrites and removes, and what it leaves: nothing that anyone wrote is ever lost."""

from __future__ import annotations

import dataclasses
import os
import shutil

import pytest

from chartgen import files
from chartgen.actions.adopt import adopt
from chartgen.actions.render import render, up_to_date
from chartgen.errors import InputError
from chartgen.files import STATE
from chartgen.model import ChartRef, Exports
from chartgen.outputs.tree import outputs
from tests.outputs.plans import environment, plan, release

PERMISSIONS = "deploy/dev/permissions.json"
WEB, DB = "deploy/dev/values/web.yaml", "deploy/dev/values/db.yaml"
SHOP = plan(environment("dev", release("web"), release("db")))
WITHOUT_DB = plan(environment("dev", release("web")))
NEXT = plan(environment("dev", release("web", values={"replicaCount": 9}), release("db")))


def edit(project, path=WEB, text="replicaCount: 5\n"):
    with (project / path).open("a") as file:
        file.write(text)


def tree(project):
    """Every file but chartgen's own and git's, with its content."""
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in project.rglob("*")
        if path.is_file() and not {".git", ".chartgen"} & set(path.relative_to(project).parts)
    }


class TestWriting:
    def test_the_first_run_writes_everything(self, tmp_path):
        result = render(SHOP, tmp_path)
        assert tree(tmp_path) == outputs(SHOP)
        assert result.written == tuple(sorted(outputs(SHOP)))
        assert not result.clean

    def test_the_second_writes_nothing(self, tmp_path):
        render(SHOP, tmp_path)
        times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
        result = render(SHOP, tmp_path)
        assert result.clean
        assert result.unchanged == tuple(outputs(SHOP))
        assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path in times} == {
            path: time if path.name not in ("tmp", ".chartgen") else path.stat().st_mtime_ns
            for path, time in times.items()
        }

    def test_only_files_whose_content_changes_are_written(self, tmp_path):
        render(SHOP, tmp_path)
        assert render(NEXT, tmp_path).written == (WEB,)

    def test_a_file_that_went_missing_is_written_again(self, tmp_path):
        render(SHOP, tmp_path)
        (tmp_path / WEB).unlink()
        assert render(SHOP, tmp_path).written == (WEB,)
        edit(tmp_path)
        assert render(SHOP, tmp_path).kept_edited == (WEB,)

    def test_nothing_is_written_when_something_is_in_the_way(self, tmp_path):
        (tmp_path / "deploy").mkdir()
        (tmp_path / "deploy/dev").write_text("mine")
        with pytest.raises(InputError, match="deploy/dev: a file where a directory must be"):
            render(SHOP, tmp_path)
        assert tree(tmp_path) == {"deploy/dev": b"mine"}


class TestHandEdits:
    def test_an_edited_file_is_left_and_named_and_the_others_are_written(self, tmp_path):
        render(SHOP, tmp_path)
        edit(tmp_path)
        edited = tree(tmp_path)[WEB]
        changed = plan(environment("dev", release("web", values={"a": 1}), release("db", values={"a": 1})))
        result = render(changed, tmp_path)
        assert result.kept_edited == (WEB,)
        assert result.written == (DB,)
        assert tree(tmp_path)[WEB] == edited

    def test_it_stays_known_as_edited(self, tmp_path):
        render(SHOP, tmp_path)
        edit(tmp_path)
        for _ in range(3):
            assert render(NEXT, tmp_path).kept_edited == (WEB,)

    def test_an_edit_that_is_undone_is_none(self, tmp_path):
        render(SHOP, tmp_path)
        original = (tmp_path / WEB).read_bytes()
        edit(tmp_path)
        render(NEXT, tmp_path)
        (tmp_path / WEB).write_bytes(original)
        assert render(NEXT, tmp_path).written == (WEB,)

    def test_an_edit_that_says_what_the_spec_now_says_is_none(self, tmp_path):
        render(SHOP, tmp_path)
        (tmp_path / WEB).write_bytes(outputs(NEXT)[WEB])
        assert render(NEXT, tmp_path).clean

    def test_force_overwrites(self, tmp_path):
        render(SHOP, tmp_path)
        edit(tmp_path)
        edit(tmp_path, "helmfile.yaml", "# mine\n")
        result = render(SHOP, tmp_path, force=True)
        assert result.written == (WEB, "helmfile.yaml")
        assert not result.kept_edited
        assert tree(tmp_path) == outputs(SHOP)

    def test_a_helmfile_that_was_there_before_chartgen_is_left(self, tmp_path):
        (tmp_path / "helmfile.yaml").write_text("releases: []\n")
        assert render(SHOP, tmp_path).kept_edited == ("helmfile.yaml",)
        assert (tmp_path / "helmfile.yaml").read_text() == "releases: []\n"

    def test_without_a_state_every_difference_counts_as_an_edit(self, tmp_path):
        render(SHOP, tmp_path)
        shutil.rmtree(tmp_path / ".chartgen")
        assert render(NEXT, tmp_path).kept_edited == (WEB,)

    def test_a_broken_state_loses_nothing(self, tmp_path):
        render(SHOP, tmp_path)
        edit(tmp_path)
        (tmp_path / STATE).write_text("{")
        assert render(NEXT, tmp_path).kept_edited == (WEB,)


class TestRemoving:
    def test_exported_permissions_go_with_what_asked_for_them(self, tmp_path):
        asking = plan(environment("dev", release("web", exports=Exports(roles=("viewer",)))))
        render(asking, tmp_path)
        assert render(asking, tmp_path, check=True).clean
        assert render(WITHOUT_DB, tmp_path, check=True).removed == (PERMISSIONS,)
        assert render(WITHOUT_DB, tmp_path).removed == (PERMISSIONS,)
        assert not (tmp_path / PERMISSIONS).exists()

    def test_edited_permissions_are_left_and_named(self, tmp_path):
        asking = plan(environment("dev", release("web", exports=Exports(roles=("viewer",)))))
        render(asking, tmp_path)
        edit(tmp_path, PERMISSIONS)
        assert render(asking, tmp_path).kept_edited == (PERMISSIONS,)
        refused = adopt(asking, tmp_path).refused
        assert [problem.message for problem in refused] == ["edits of exported permissions cannot be moved"]

    def test_what_no_longer_belongs_is_removed_with_its_empty_directories(self, tmp_path):
        both = plan(environment("dev", release("web")), environment("prod", release("web", "prod", "eu")))
        render(both, tmp_path)
        result = render(plan(environment("dev", release("web"))), tmp_path)
        assert result.removed == ("deploy/prod/eu/helmfile.yaml", "deploy/prod/eu/values/web.yaml")
        assert not (tmp_path / "deploy/prod").exists()
        assert (tmp_path / "deploy/dev").exists()

    def test_unless_it_was_edited(self, tmp_path):
        render(SHOP, tmp_path)
        edit(tmp_path, DB)
        for _ in range(2):
            result = render(WITHOUT_DB, tmp_path)
            assert result.kept_edited == (DB,)
            assert not result.removed
        assert render(WITHOUT_DB, tmp_path, force=True).removed == (DB,)

    def test_the_assembled_chart_goes_once_no_release_uses_it(self, tmp_path):
        render(SHOP, tmp_path)
        own = release("web", chart=ChartRef("redis", path="charts/redis"))
        render(plan(environment("dev", own)), tmp_path)
        assert not (tmp_path / "deploy/charts").exists()

    def test_the_lock_goes_once_no_chart_is_published(self, tmp_path):
        render(dataclasses.replace(SHOP, lock=b"charts: {}\n"), tmp_path)
        assert render(SHOP, tmp_path).removed == ("chartgen.lock",)

    def test_foreign_files_stay_and_are_named(self, tmp_path):
        foreign = ("deploy/README.md", "deploy/dev/values/mine.yaml", "deploy/own/notes.txt")
        for path in foreign:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text("mine")
        (tmp_path / "deploy/link").symlink_to("own")
        result = render(SHOP, tmp_path, force=True)
        assert result.foreign == (
            "deploy/README.md",
            "deploy/link",
            "deploy/dev/values/mine.yaml",
            "deploy/own/notes.txt",
        )
        assert all((tmp_path / path).read_text() == "mine" for path in foreign)

    def test_a_generated_file_of_unknown_origin_stays_and_is_named(self, tmp_path):
        render(SHOP, tmp_path)
        shutil.copy(tmp_path / WEB, tmp_path / "deploy/dev/values/copy.yaml")
        assert render(SHOP, tmp_path).foreign == ("deploy/dev/values/copy.yaml",)


class TestCheck:
    def test_it_writes_nothing_at_all(self, tmp_path):
        result = render(SHOP, tmp_path, check=True)
        assert not list(tmp_path.iterdir())
        assert result.written == tuple(sorted(outputs(SHOP)))
        assert not result.clean

    def test_it_is_clean_after_a_render(self, tmp_path):
        render(SHOP, tmp_path)
        result = render(SHOP, tmp_path, check=True)
        assert result.clean
        assert not result.diff

    def test_it_shows_what_would_change(self, tmp_path):
        render(SHOP, tmp_path)
        changed = plan(
            environment("dev", release("web", values={"image": {"repository": "example.com/web", "tag": "v2"}}))
        )
        result = render(changed, tmp_path, check=True)
        assert result.removed == (DB,)
        assert (
            f"--- a/{WEB}\n+++ b/{WEB}\n@@ -6,4 +6,4 @@\n"
            '   service: "web"\n image:\n   repository: "example.com/web"\n-  tag: "v1"\n+  tag: "v2"\n'
        ) in result.diff
        assert f"--- a/{DB}\n+++ /dev/null\n" in result.diff

    def test_a_new_file_of_the_developers_has_to_be_named(self, tmp_path):
        render(SHOP, tmp_path)
        named = plan(environment("dev", release("web", developer={"values/web.yaml": {}}), release("db")))
        result = render(named, tmp_path, check=True)
        assert result.written == ("deploy/dev/helmfile.yaml",)
        assert '+  - "../../values/web.yaml"\n' in result.diff

    def test_an_edited_file_is_not_clean(self, tmp_path):
        render(SHOP, tmp_path)
        edit(tmp_path)
        result = render(SHOP, tmp_path, check=True)
        assert result.kept_edited == (WEB,)
        assert not result.clean

    def test_a_file_without_a_final_newline_is_shown_as_git_does(self, tmp_path):
        (tmp_path / "helmfile.yaml").write_text("x: 1")
        assert "-x: 1\n\\ No newline at end of file\n" in render(SHOP, tmp_path, check=True, force=True).diff

    def test_it_sees_a_file_in_the_way(self, tmp_path):
        (tmp_path / "deploy").write_text("mine")
        with pytest.raises(InputError, match="a file where a directory must be"):
            render(SHOP, tmp_path, check=True)


class TestNothingToDo:
    """`up_to_date` knows by the digest of the inputs, and by looking at every file."""

    @pytest.fixture
    def project(self, tmp_path):
        (tmp_path / "deploy").mkdir()
        (tmp_path / "deploy/README.md").write_text("mine")
        render(SHOP, tmp_path, inputs="these")
        return tmp_path

    def test_after_a_render_of_the_same_inputs(self, project):
        known = up_to_date(project, "these")
        assert known == render(SHOP, project, inputs="these")
        assert known is not None
        assert known.foreign == ("deploy/README.md",)

    def test_not_with_other_inputs_or_none(self, project):
        assert up_to_date(project, "others") is None
        assert up_to_date(project, "") is None
        render(SHOP, project)
        assert up_to_date(project, "these") is None
        assert up_to_date(project, "") is None

    @pytest.mark.parametrize(
        "touch",
        [
            pytest.param(edit, id="an edit"),
            pytest.param(lambda project: (project / WEB).unlink(), id="a missing file"),
            pytest.param(lambda project: (project / STATE).unlink(), id="a missing state"),
            pytest.param(
                lambda project: shutil.copy(project / WEB, project / "deploy/dev/values/old.yaml"),
                id="a generated file more",
            ),
            pytest.param(lambda project: (project / "chartgen.lock").touch(), id="a lock more"),
        ],
    )
    def test_not_when_a_file_is_not_as_it_should_be(self, project, touch):
        touch(project)
        assert up_to_date(project, "these") is None

    def test_an_edit_that_keeps_size_and_time_is_seen(self, project):
        before = (project / WEB).stat()
        (project / WEB).write_bytes((project / WEB).read_bytes().replace(b"v1", b"v9"))
        os.utime(project / WEB, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert up_to_date(project, "these") is None

    def test_not_while_a_file_is_left_edited(self, project):
        edit(project)
        render(SHOP, project, inputs="these")
        assert up_to_date(project, "these") is None


def test_two_projects_in_one_repository_do_not_mix(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        render(SHOP, tmp_path / name)
    assert render(NEXT, tmp_path / "one").written == (WEB,)
    assert render(SHOP, tmp_path / "two").clean


def test_the_state_of_another_project_is_no_harm(tmp_path):
    (tmp_path / "one").mkdir()
    render(SHOP, tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    edit(tmp_path / "two")
    assert render(NEXT, tmp_path / "two").kept_edited == (WEB,)
    assert files.State.load(tmp_path / "two").written[WEB]
