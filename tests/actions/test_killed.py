"""A run that is killed at any moment leaves each file old or new, and the next run completes as if nothing had been."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chartgen import yamlio
from chartgen.actions.adopt import adopt
from chartgen.actions.render import render
from chartgen.outputs.tree import outputs
from chartgen.values import merge
from tests.actions import killed

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")

ROOT = Path(__file__).resolve().parents[2]


def run(start: Path, work: Path, points, **order) -> dict:
    """Whether each run was killed (-9) or came to its end (0)."""
    work.mkdir()
    order = {
        "action": "render",
        "across": False,
        **order,
        "start": str(start),
        "work": str(work),
        "points": list(points),
    }
    command = [sys.executable, "-m", "tests.actions.killed"]
    result = subprocess.run(
        command, input=json.dumps(order), cwd=ROOT, capture_output=True, text=True, check=True, timeout=300
    )
    assert not result.stderr
    return dict(map(json.loads, result.stdout.splitlines()))


def content(project: Path) -> dict[str, bytes]:
    found = {path.relative_to(project).as_posix(): path.read_bytes() for path in project.rglob("*") if path.is_file()}
    return {path: data for path, data in found.items() if not path.startswith(".chartgen/")}


def is_tidy(project: Path) -> bool:
    staged = list((project / ".chartgen/tmp").iterdir())
    empty = [path for path in (project / "deploy").rglob("*") if path.is_dir() and not list(path.iterdir())]
    return not staged and not empty


class TestRender:
    @pytest.mark.parametrize(
        ("services", "fresh", "across"),
        [(200, False, False), (50, True, False), (20, False, True)],
        ids=["over an older render", "into an empty project", "with the staging area on another file system"],
    )
    def test_at_every_step(self, tmp_path, services, fresh, across):
        start = tmp_path / "start"
        start.mkdir()
        if not fresh:
            render(killed.before(services), start)
        ended = run(start, tmp_path / "work", (), services=services, across=across)
        killed_runs, whole = list(ended.values())[:-2], list(ended.values())[-2:]
        assert set(killed_runs) == {-9}
        assert len(killed_runs) >= 60
        assert whole == [0, 0]
        self.check(start, tmp_path / "work", ended, services)

    def test_at_any_time(self, tmp_path):
        start = tmp_path / "start"
        start.mkdir()
        render(killed.before(200), start)
        ended = run(start, tmp_path / "work", [f"{time}ms" for time in range(0, 240, 20)], services=200)
        assert -9 in ended.values()
        self.check(start, tmp_path / "work", ended, 200)

    def check(self, start, work, ended, services):
        old, new = content(start), outputs(killed.after(services))
        next_runs = [(plan, outputs(plan)) for plan in (killed.after(services), killed.later(services))]
        for number, point in enumerate(ended):
            project = work / str(point)
            found = content(project)
            for path in found.keys() | old.keys() | new.keys():
                if not path.endswith(".chartgen-tmp"):
                    assert found.get(path) in (old.get(path), new.get(path)), (point, path)
            plan, wanted = next_runs[number % 2]
            result = render(plan, project)
            assert not result.kept_edited, point
            assert not result.foreign, point
            assert content(project) == wanted, point
            assert is_tidy(project), point


class TestAdopt:
    """The developer's file is written before the generated one is restored: the edit is always in one of them."""

    @pytest.fixture
    def edited(self, tmp_path):
        project = tmp_path / "edited"
        project.mkdir()
        render(killed.before(4), project)
        for number in (1, 2, 3):
            with (project / f"deploy/dev/values/web{number}.yaml").open("a") as file:
                file.write(f"replicaCount: {number}  # for the fair\n")
        (project / "values").mkdir()
        (project / "values/web1.dev.yaml").write_text("# ours\nreplicaCount: 9\n")
        return project

    def test_at_every_step(self, edited, tmp_path):
        ended = run(edited, tmp_path / "work", (), action="adopt", services=4)
        assert list(ended.values()).count(-9) >= 30
        assert list(ended.values())[-2:] == [0, 0]
        for point in ended:
            project = tmp_path / "work" / str(point)
            for number in (1, 2, 3):
                assert self.layered(project, number)["replicaCount"] in (number, 9 if number == 1 else number), point
                assert "# for the fair" in self.text(project, number), point
                assert number != 1 or "# ours" in self.text(project, 1)
            adopt(killed.before(4), project)
            for number in (1, 2, 3):
                assert self.layered(project, number)["replicaCount"] == number, point
                assert self.text(project, number).count("# for the fair") == 1, point
            assert not render(killed.before(4), project).kept_edited, point
            assert is_tidy(project), point

    def layered(self, project, number):
        texts = self.texts(project, number)
        return merge(yamlio.loads(texts[0]), yamlio.loads(texts[1]) or {})

    def text(self, project, number):
        return "".join(self.texts(project, number))

    def texts(self, project, number):
        files = (f"deploy/dev/values/web{number}.yaml", f"values/web{number}.dev.yaml")
        return [(project / file).read_text() if (project / file).exists() else "" for file in files]
