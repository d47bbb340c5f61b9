"""Every case under both majors of Helm as people run it, one by one."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from chartgen import engine
from chartgen.model import Release
from tests import cases
from tests.chart.rendering import BASE
from tests.engine import plain

RENDERED = [case for case in cases.collect() if case.error is None and case.is_rendered]
AT_ONCE = 2 * (os.cpu_count() or 1)
"""A Helm waits for its files as long as it computes."""


@dataclass(frozen=True)
class Run:
    """A release of a case, and the folder that holds its values files."""

    case: str
    release: Release
    folder: Path


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[Run]:
    home = tmp_path_factory.mktemp("values")
    found = []
    for case in RENDERED:
        for number, release in enumerate(cases.shared(case.here(case.releases()))):
            folder = home / case.name / str(number)
            folder.mkdir(parents=True)
            found.append(Run(case.name, release, folder))
    return found


@pytest.mark.parametrize("major", ["helm3", "helm4"])
def test_helm_renders_every_case_alike(request, runs, major):
    helm = request.getfixturevalue(major)
    batch = engine.choose("embedded").template(cases.shared_chart(), [run.release for run in runs])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rendered = list(pool.map(lambda run: plain.template(helm, BASE, run.release, run.folder), runs))
    ours = {id(run.release): plain.objects(batch, run.release) for run in runs}
    assert [run.case for run, theirs in zip(runs, rendered, strict=True) if theirs != ours[id(run.release)]] == []


@pytest.mark.parametrize("major", ["helm3", "helm4"])
def test_helm_has_nothing_against_any_case(request, runs, major):
    helm = request.getfixturevalue(major)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        linted = list(pool.map(lambda run: lint(helm, run), runs))
    assert {run.case: said for run, said in zip(runs, linted, strict=True) if said} == {}


def lint(helm: Path, run: Run) -> str:
    """What Helm has to say of the chart with the values of a release; empty where nothing is wrong."""
    files = plain.values_files(run.release, run.folder)
    command = [str(helm), "lint", "--strict", str(BASE), "--namespace", run.release.namespace, *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = [line for line in done.stdout.splitlines() if line.startswith(("[WARNING]", "[ERROR]"))]
    return "\n".join(told) or ("" if done.returncode == 0 else done.stdout + done.stderr)
