"""Every case and every example under kubeconform, and under both majors of Helm as people run it, one by one."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from chartgen import engine, yamlio
from chartgen.model import Manifest, Release
from scripts import custom_resources
from tests import cases, kinds, objects
from tests.chart.rendering import BASE, ROOT
from tests.e2e import schemas
from tests.engine import plain

RENDERED = [case for case in cases.collect() if case.error is None and case.is_rendered]
AT_ONCE = 2 * (os.cpu_count() or 1)
"""A Helm waits for its files as long as it computes."""


@pytest.fixture(scope="module")
def everything() -> dict[str, list[Manifest]]:
    return objects.of_everything()


@pytest.mark.parametrize("version", kinds.EDGES)
def test_kubeconform_accepts_every_object(everything, version, tmp_path, kubeconform):
    folder = tmp_path / "manifests"
    for name, manifests in everything.items():
        file = folder / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n---\n".join(json.dumps(manifest.object) for manifest in manifests), encoding="utf-8")
    each = [manifest.object for manifests in everything.values() for manifest in manifests]
    location = schemas.write(tmp_path / "schemas", version, [(one["apiVersion"], one["kind"]) for one in each])
    command = [kubeconform, "-strict", "-summary", "-output", "json", "-schema-location", location, folder]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    wrong = {(str(Path(one["filename"]).relative_to(folder)), one["name"]): one["msg"] for one in told["resources"]}
    assert wrong == {}
    assert told["summary"] == {"valid": len(each), "invalid": 0, "errors": 0, "skipped": 0}


def test_the_schemas_of_other_projects_are_those_that_they_publish():
    for path, content in custom_resources.generated().items():
        assert (ROOT / path).read_bytes() == content, f"{path} is stale: run `python -m scripts.custom_resources`"


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


def test_helm_has_nothing_against_any_case(runs, helm4):
    """Both majors lint alike."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        linted = list(pool.map(lambda run: lint(helm4, run), runs))
    assert {run.case: said for run, said in zip(runs, linted, strict=True) if said} == {}


def lint(helm: Path, run: Run) -> str:
    """What Helm has to say of the chart with the values of a release; empty where nothing is wrong."""
    command = [str(helm), "lint", "--strict", str(BASE), "--namespace", run.release.namespace, *values_files(run)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = [line for line in done.stdout.splitlines() if line.startswith(("[WARNING]", "[ERROR]"))]
    return "\n".join(told) or ("" if done.returncode == 0 else done.stdout + done.stderr)


def values_files(run: Run) -> Iterator[str]:
    for number, layer in enumerate(run.release.layers):
        file = run.folder / f"lint-{number}.yaml"
        file.write_text(yamlio.dumps(layer.values), encoding="utf-8")
        yield f"--values={file}"
