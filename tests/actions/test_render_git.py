"""What git has committed is not lost: a fresh clone, without a state, renders; a merge renders again."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from chartgen.actions.render import render
from chartgen.model import ChartRef, Exports
from tests.outputs.plans import CHART, environment, plan, release

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")

WEB, DB = "deploy/dev/values/web.yaml", "deploy/dev/values/db.yaml"
PERMISSIONS = "deploy/dev/permissions.json"
SHOP = plan(environment("dev", release("web"), release("db", exports=Exports(roles=("viewer",)))))
WITHOUT_DB = plan(environment("dev", release("web")))
NEXT = plan(
    environment("dev", release("web", values={"replicaCount": 9}), release("db", exports=Exports(roles=("viewer",))))
)


def edit(project: Path) -> None:
    with (project / WEB).open("a") as file:
        file.write("replicaCount: 5\n")


@pytest.fixture
def git(tmp_path):
    def git(*arguments, directory=tmp_path / "repository", check=True):
        names = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]
        command = ["git", *names, "-c", "init.defaultBranch=main", *arguments]
        return subprocess.run(command, cwd=directory, check=check, capture_output=True, text=True).stdout

    (tmp_path / "repository").mkdir()
    git("init")
    return git


@pytest.fixture(params=["", "teams/shop"], ids=["at the root", "in a subdirectory"])
def project(tmp_path, git, request) -> Path:
    """A clone of a repository in which SHOP is rendered and committed."""
    original = tmp_path / "repository" / request.param
    original.mkdir(parents=True, exist_ok=True)
    render(SHOP, original)
    git("add", ".")
    git("commit", "-m", "render")
    git("clone", ".", str(tmp_path / "clone"))
    project = tmp_path / "clone" / request.param
    assert not (project / ".chartgen").exists()
    return project


def test_committed_files_are_overwritten(project):
    assert render(NEXT, project).written == (WEB,)


def test_committed_files_that_no_longer_belong_are_removed(project):
    assert render(WITHOUT_DB, project).removed == (PERMISSIONS, DB)


def test_so_is_the_assembled_chart_though_it_has_no_header(project):
    own = release("web", chart=ChartRef("redis", path="charts/redis"))
    assert render(plan(environment("dev", own)), project).removed == (
        *(f"deploy/charts/microservice/{path}" for path in sorted(CHART.files)),
        PERMISSIONS,
        DB,
    )


def test_committed_files_of_others_stay(project, git):
    (project / "deploy/README.md").write_text("mine")
    git("add", ".", directory=project)
    git("commit", "-m", "readme", directory=project)
    assert render(SHOP, project).foreign == ("deploy/README.md",)


def test_an_edit_is_left_until_it_is_committed(project, git):
    edit(project)
    assert render(NEXT, project).kept_edited == (WEB,)
    git("add", ".", directory=project)
    assert render(NEXT, project).kept_edited == (WEB,)
    git("commit", "-m", "edit", directory=project)
    assert render(NEXT, project).written == (WEB,)


def test_what_only_another_place_has_committed_counts_for_nothing(project):
    (project / WEB).write_bytes((project / DB).read_bytes())
    assert render(NEXT, project).kept_edited == (WEB,)


def test_line_ends_that_git_makes_are_no_edit(project, git):
    git("config", "core.autocrlf", "true", directory=project)
    for path in (WEB, DB):
        (project / path).unlink()
    git("checkout", ".", directory=project)
    assert b"\r\n" in (project / WEB).read_bytes()
    assert set(render(SHOP, project).written) == {WEB, DB}


def conflict(project, git):
    """Two branches that change one line of the web's values, and different lines of the database's."""
    for branch, tag in (("theirs", "v2"), ("ours", "v3")):
        git("checkout", "-b", branch, "origin/HEAD", directory=project)
        web = {"image": {"repository": "example.com/web", "tag": tag}}
        first, last = ("x", "") if branch == "ours" else ("", "x")
        db = {"first": first, **{f"line{number}": "" for number in range(9)}, "last": last}
        render(plan(environment("dev", release("web", values=web), release("db", values=db))), project)
        git("add", ".", directory=project)
        git("commit", "-m", branch, directory=project)
    git("merge", "theirs", directory=project, check=False)
    assert b"<<<<<<<" in (project / WEB).read_bytes()


def test_after_a_conflict_one_renders_again(project, git):
    base = {"first": "", **{f"line{number}": "" for number in range(9)}, "last": ""}
    render(plan(environment("dev", release("web"), release("db", values=base))), project)
    git("add", ".", directory=project)
    git("commit", "-m", "base", directory=project)
    git("branch", "-f", "base", directory=project)
    git("update-ref", "refs/remotes/origin/HEAD", "base", directory=project)
    conflict(project, git)
    result = render(SHOP, project)
    assert set(result.written) == {WEB, DB, PERMISSIONS}
    assert not result.kept_edited


def test_a_line_that_somebody_wrote_into_a_conflict_is_not_lost(project, git):
    conflict(project, git)
    edit(project)
    assert render(SHOP, project).kept_edited == (WEB,)


def test_without_git_there_is_only_the_state(project, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    assert render(NEXT, project).kept_edited == (WEB,)
