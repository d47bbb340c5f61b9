"""What chartgen writes, under the programs that people judge charts and install releases with."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from chartgen import yamlio
from chartgen.actions.planning import Selection
from chartgen.actions.template import template
from tests.e2e import schemas

ROOT = Path(__file__).resolve().parents[2]
SHOP = ROOT / "examples" / "online-boutique"
NOTHING_BUT_IMAGE_AND_PORT = """\
project: shop
environments: {dev: {}}
services:
  web:
    image: example.com/shop/web:v1.4.2
    port: {http: 8080}
"""
VERSIONS = ("1.30", "1.37")
"""The oldest and the newest Kubernetes that chartgen knows."""

CRITICAL = {
    "pod-networkpolicy": "who may speak to whom is not known without the links of the whole project",
    "pod-probes-identical": "without a health path there is nothing but the port to ask; `healthcheck_path` is better",
    "container-security-context-user-group-id": "the image's own user is kept, as long as it is not root",
    "container-image-pull-policy": "pinned images do not change, so pulling them again only costs time",
    "container-ephemeral-storage-request-and-limit": "most clusters do not meter it, and a guess evicts pods",
}
"""All that kube-score may find critical in the least of services, and why it is as it is."""


@pytest.fixture
def least(tmp_path: Path) -> Path:
    (tmp_path / "chartgen.yaml").write_text(NOTHING_BUT_IMAGE_AND_PORT, encoding="utf-8")
    return tmp_path


def rendered(project: Path, directory: Path) -> tuple[Path, list[dict]]:
    """The project's manifests in a file of JSON documents, as programs read them, and as data."""
    objects = [manifest.object for manifest in template(project, Selection()).manifests]
    file = directory / "manifests.yaml"
    file.write_text("\n---\n".join(json.dumps(one) for one in objects), encoding="utf-8")
    return file, objects


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("project", ["least", "shop"])
def test_kubeconform_accepts_every_object(project, version, least, tmp_path, kubeconform):
    file, objects = rendered(SHOP if project == "shop" else least, tmp_path)
    location = schemas.write(tmp_path / "schemas", version, [(one["apiVersion"], one["kind"]) for one in objects])
    command = [kubeconform, "-strict", "-summary", "-output", "json", "-schema-location", location, file]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    summary = json.loads(result.stdout)
    assert summary.get("resources", []) == []
    assert summary["summary"] == {"valid": len(objects), "invalid": 0, "errors": 0, "skipped": 0}


def test_kubeconform_would_refuse_a_typo(least, tmp_path, kubeconform):
    file, objects = rendered(least, tmp_path)
    deployment = next(one for one in objects if one["kind"] == "Deployment")
    deployment["spec"]["template"]["spec"]["containers"][0]["imagePullPolice"] = "Always"
    file.write_text(json.dumps(deployment), encoding="utf-8")
    location = schemas.write(tmp_path / "schemas", VERSIONS[-1], [("apps/v1", "Deployment")])
    result = subprocess.run([kubeconform, "-strict", "-schema-location", location, file], check=False)
    assert result.returncode == 1


def test_kube_score_finds_nothing_critical_in_the_least_service_but_what_has_a_reason(least, tmp_path, kube_score):
    file, _ = rendered(least, tmp_path)
    result = subprocess.run([kube_score, "score", "-o", "json", file], capture_output=True, text=True, check=False)
    grade_critical = 1
    critical = {
        check["check"]["id"]
        for scored in json.loads(result.stdout)
        for check in scored["checks"]
        if check["grade"] == grade_critical and not check["skipped"]
    }
    assert critical == set(CRITICAL)


SELECTED = {"dev": {"apps-boutique-dev"}, "staging": {"apps-boutique-staging"}, "prod": {"apps-boutique-prod"}}


@pytest.mark.parametrize("directory", [ROOT, SHOP], ids=["root", "example"])
@pytest.mark.parametrize(("options", "environment"), [(["-e", "dev"], "dev"), (["-e", "prod"], "prod"), ([], "dev")])
def test_helmfile_1_selects_and_templates_what_chartgen_does(
    directory, options, environment, helmfile1, helm4, tmp_path
):
    listed = json.loads(helmfile(helmfile1, helm4, tmp_path, directory, *options, "list", "--output", "json").stdout)
    assert {release["namespace"] for release in listed if release["enabled"]} == SELECTED[environment]
    output = helmfile(helmfile1, helm4, tmp_path, directory, *options, "template", "--skip-tests").stdout
    theirs = [one for one in yamlio.load_all(output) if isinstance(one, dict) and "kind" in one]
    ours = [manifest.object for manifest in template(SHOP, Selection(environments=[environment])).manifests]
    assert sorted(map(as_text, theirs)) == sorted(map(as_text, ours))


def test_helmfile_1_refuses_an_environment_that_is_none(helmfile1, helm4, tmp_path):
    assert helmfile(helmfile1, helm4, tmp_path, SHOP, "-e", "porduction", "list", check=False).returncode != 0


def helmfile(
    program: Path, helm: Path, home: Path, directory: Path, *arguments: str, check: bool = True
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOME": str(home), "HELMFILE_UPGRADE_NOTICE_DISABLED": "1"}
    command = [str(program), "--helm-binary", str(helm), *arguments]
    return subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=check)


def as_text(one: dict) -> str:
    return json.dumps(one, sort_keys=True)
