"""Many at once, killed at any moment, among ten thousand versions: a directory's index stays whole."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from chartgen.publish.directory import Directory
from tests.publish.publishers import PUBLISHED, REFUSED, UNCHANGED

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")

ROOT = Path(__file__).resolve().parents[2]
KILLED = -9
STEPS = 14
"""So many system calls of publishing a further version change files."""

ENTRY = """\
  - annotations:
      chartgen/contract: "1"
    apiVersion: v2
    created: "2026-11-22T20:43:14.174337856Z"
    description: 'The chart that all of our services share: number {number:05}, of which the
      text is long enough for helm to fold it'
    digest: {number:064x}
    name: web
    type: application
    urls:
    - web-0.{number}.0.tgz
    version: 0.{number}.0
"""


def run(how, directory, **order):
    """What the program says that publishes."""
    order = {"how": how, "directory": str(directory), **order}
    result = subprocess.run(
        [sys.executable, "-m", "tests.publish.publishers"],
        input=json.dumps(order),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert not result.stderr, result.stderr
    return json.loads(result.stdout)


@pytest.mark.parametrize(
    ("packages", "codes"),
    [
        ([("web", f"1.0.{number}") for number in range(50)], {PUBLISHED: 50}),
        ([("web", "1.0.0")] * 50, {PUBLISHED: 1, UNCHANGED: 49}),
        ([("web", "1.0.0", str(number)) for number in range(50)], {PUBLISHED: 1, REFUSED: 49}),
    ],
    ids=["each its own version", "all the same", "all one version, with other bytes"],
)
def test_fifty_publishers_at_once(tmp_path, packages, codes):
    found = run("together", tmp_path / "charts", packages=packages)
    assert {code: found["codes"].count(code) for code in set(found["codes"])} == codes
    assert found["reads"] > 1
    assert not found["wrong"]
    verified = Directory(tmp_path / "charts").verify()
    assert (verified.versions, verified.problems) == (codes[PUBLISHED], ())
    assert len(list((tmp_path / "charts").glob("*.tgz"))) == codes[PUBLISHED]


def test_killed_at_every_step_of_the_first_publishing(tmp_path):
    found = run("killed", tmp_path, points=list(range(30)), fresh=True, size=0)
    assert found["codes"][:10] == [KILLED] * 10
    assert found["codes"][-1] == PUBLISHED
    assert not found["wrong"]


def test_killed_at_two_hundred_points(tmp_path):
    chance = random.Random(5)
    points = [chance.randrange(STEPS) if number % 2 else f"{chance.uniform(0, 10):.2f}ms" for number in range(200)]
    found = run("killed", tmp_path / "charts", points=points, fresh=False, size=50_000)
    assert set(found["codes"][1::2]) == {KILLED}
    assert KILLED in found["codes"][::2]
    assert not found["wrong"]
    verified = Directory(tmp_path / "charts").verify()
    assert (verified.versions, verified.problems) == (200, ())


@pytest.mark.parametrize("charts", [1, 10_000])
def test_one_more_among_ten_thousand(tmp_path, charts):
    entries = [ENTRY.format(number=number) for number in reversed(range(10_000))]
    names = ["  web:\n", *(f"  other-{number:05}:\n" for number in range(1, charts))] + [""] * (10_000 - charts)
    listed = [f"{name}{entry}" for name, entry in zip(names, entries, strict=True)]
    generated = 'generated: "2026-11-22T20:43:14.173164328Z"\n'
    (tmp_path / "index.yaml").write_text(f"apiVersion: v1\nentries:\n{''.join(listed)}{generated}")
    (tmp_path / "web-0.9999.0.tgz").write_text("nobody looks at this")
    found = run("limited", tmp_path, packages=[("web", "1.0.0"), ("alpha", "1.0.0")], memory=300 * 2**20)
    opened = {path.removesuffix(".prov") for path in found["opened"] if not path.startswith(".chartgen/")}
    assert opened == {"index.yaml", "web-1.0.0.tgz", "alpha-1.0.0.tgz"}
    text = (tmp_path / "index.yaml").read_text()
    assert entries[0] + "".join(listed[1:]) in text
    assert [entry.version for entry in Directory(tmp_path).versions("web")][:2] == ["1.0.0", "0.9999.0"]
    assert Directory(tmp_path).fetch("alpha", "1.0.0").name == "alpha"
