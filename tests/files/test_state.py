"""What is remembered between runs, and when it is not believed."""

from __future__ import annotations

import json

import pytest

from chartgen import files
from chartgen.files import STATE, State


def test_the_state_is_read_as_it_was_written(tmp_path):
    state = State({"deploy/a.yaml": (files.digest(b"old"), files.digest(b"new"))}, "inputs")
    with files.writing(tmp_path) as writer:
        writer.write({STATE: state.encode()})
    assert State.load(tmp_path) == state


def test_a_file_is_known_by_its_content(tmp_path):
    state = State({"a.yaml": (files.digest(b"old"), files.digest(b"new"))})
    assert state.wrote("a.yaml", b"old")
    assert state.wrote("a.yaml", b"new")
    assert not state.wrote("a.yaml", b"edited")
    assert not state.wrote("b.yaml", b"old")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        "{}",
        '{"format": 1}',
        '{"format": 2, "inputs": "", "written": {}}',
        '{"format": 1, "inputs": "", "written": []}',
        '{"format": 1, "inputs": "", "written": {"a": 1}}',
        "\xff",
        "[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_no_state(tmp_path, content):
    (tmp_path / ".chartgen").mkdir()
    (tmp_path / STATE).write_bytes(content.encode("latin-1"))
    assert State.load(tmp_path) == State()


def test_a_state_of_strange_digests_knows_no_file(tmp_path):
    (tmp_path / ".chartgen").mkdir()
    (tmp_path / STATE).write_text(json.dumps({"format": 1, "inputs": 1, "written": {"a": [1, None]}}))
    assert not State.load(tmp_path).wrote("a", b"")


class TestInputs:
    """One digest over everything that the output is made from."""

    @pytest.fixture
    def project(self, tmp_path):
        for path in ("chartgen.yaml", "services/a.yaml", "services/deep/b.yaml"):
            (tmp_path / path).parent.mkdir(exist_ok=True)
            (tmp_path / path).write_text(path)
        return tmp_path

    def digest(self, project):
        return files.digest_of(project, ["services", "chartgen.yaml", "values"], "1.0")

    def test_it_is_the_same_for_the_same_files(self, project):
        assert self.digest(project) == self.digest(project)

    def test_the_order_of_the_paths_does_not_count(self, project):
        assert self.digest(project) == files.digest_of(project, ["values", "chartgen.yaml", "services"], "1.0")

    @pytest.mark.parametrize(
        "path", ["chartgen.yaml", "services/a.yaml", "services/deep/b.yaml", "services/c", "values"]
    )
    def test_it_is_another_when_a_file_changes_or_appears(self, project, path):
        before = self.digest(project)
        (project / path).write_text("new")
        assert self.digest(project) != before

    def test_it_is_another_when_a_file_goes_or_moves(self, project):
        before = self.digest(project)
        (project / "services/a.yaml").rename(project / "services/z.yaml")
        moved = self.digest(project)
        (project / "services/z.yaml").unlink()
        assert len({before, moved, self.digest(project)}) == 3

    def test_it_is_another_for_another_chartgen(self, project):
        assert self.digest(project) != files.digest_of(project, ["services", "chartgen.yaml", "values"], "1.1")

    def test_a_content_cannot_pass_for_two_files(self, tmp_path):
        (tmp_path / "a").write_bytes(b"x")
        (tmp_path / "b").write_bytes(b"y")
        two = files.digest_of(tmp_path, ["a", "b"])
        (tmp_path / "b").unlink()
        (tmp_path / "a").write_bytes(b"x\0b\x001\0y")
        assert files.digest_of(tmp_path, ["a"]) != two
