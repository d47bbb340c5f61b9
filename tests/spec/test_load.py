"""Reading a project from a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartgen.errors import InputError
from chartgen.spec import load
from chartgen.spec.find import find

SPEC = "project: shop\nenvironments: {dev: }\nservices: {web: {image: a}}\n"


def write(directory: Path, **files: str) -> None:
    for name, content in files.items():
        path = directory / name.replace("__", "/").replace("_yaml", ".yaml").replace("_yml", ".yml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def test_the_nearest_project_upward_is_found(tmp_path):
    write(tmp_path, chartgen_yaml=SPEC, services__a_yaml="")
    write(tmp_path, inner__chartgen_yaml=SPEC, inner__deep__x="")
    assert find(tmp_path / "services") == tmp_path
    assert find(tmp_path / "inner" / "deep") == tmp_path / "inner"


def test_without_a_project_there_is_a_hint(tmp_path):
    with pytest.raises(InputError, match="run `chartgen init`"):
        find(tmp_path)


def test_only_the_projects_own_files_are_read(tmp_path):
    write(
        tmp_path,
        chartgen_yaml=SPEC,
        other_yaml="x",
        services__b_yaml="",
        services__a_yaml="",
        services__notes="x",
        services__deep__c_yaml="",
        values__web_yaml="",
        deploy__x_yaml="x",
    )
    (tmp_path / "values" / ".hidden.yaml").write_text("x")
    assert [*load.read_files(tmp_path)] == ["chartgen.yaml", "services/a.yaml", "services/b.yaml", "values/web.yaml"]


def test_what_cannot_be_read_is_told_all_at_once(tmp_path):
    write(tmp_path, chartgen_yaml=SPEC, services="x", values="x")
    (tmp_path / "versions" / "dev.yaml").mkdir(parents=True)
    with pytest.raises(InputError) as raised:
        load.read_files(tmp_path)
    assert [str(problem.where) for problem in raised.value.problems] == ["services", "values", "versions/dev.yaml"]


def test_a_windows_file_is_read(tmp_path):
    (tmp_path / "chartgen.yaml").write_bytes(b"\xef\xbb\xbf" + SPEC.replace("\n", "\r\n").encode())
    assert [*load.load(tmp_path).services] == ["web"]


def test_a_project_with_problems_is_read_as_far_as_it_goes():
    files = {"chartgen.yaml": f"{SPEC}nmaespace: x\nkubernetes: 1\n".encode(), "services/api.yaml": b"imgae: a"}
    project, problems = load.attempt(files, Path())
    assert project is not None
    assert [*project.services] == ["web", "api"]
    assert project.doubtful == {"web", "api"}
    assert [problem.path for problem in problems] == ["nmaespace", "kubernetes", "services.api.imgae"]


def test_without_what_is_needed_there_is_no_project():
    for text in (b"", b"- a", b"project: shop", b"environments: {dev: }", b"project: {"):
        project, problems = load.attempt({"chartgen.yaml": text}, Path())
        assert problems
        assert project is None or text == b"project: shop"
