"""Every case and every example under kubeconform."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from chartgen.model import Manifest
from scripts import custom_resources
from tests import kinds, objects
from tests.chart.rendering import ROOT
from tests.e2e import schemas


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
