"""Online Boutique, installed by chartgen and by plain helmfile: the same, whoever did it, and as the facts say."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.e2e.cluster.control_plane import kubeconfig
from tests.e2e.live import project as projects
from tests.e2e.live.command import Command
from tests.examples.test_online_boutique import CHECKS, EXAMPLE, FACTS, Workload

KINDS = "deployments,services,serviceaccounts"


@pytest.fixture(params=["helm4", "helm3"])
def chartgen(request, cluster, tmp_path):
    """The command in a copy of the example whose environments are namespaces of one cluster."""
    directory = tmp_path / "boutique"
    shutil.copytree(EXAMPLE, directory, ignore=shutil.ignore_patterns(".chartgen", "deploy", "helmfile.yaml"))
    spec = directory / "chartgen.yaml"
    name = f"boutique-{request.param}"
    spec.write_text(spec.read_text().replace("project: boutique", f"project: {name}"))
    config = kubeconfig({"dev": cluster, "staging": cluster}, tmp_path / "kubeconfig", current="dev")
    yield Command(cluster, directory, {**projects.pairs()[request.param], "KUBECONFIG": str(config)})
    for environment in ("dev", "staging"):
        cluster.kubectl("delete", "namespace", f"apps-{name}-{environment}", "--wait=false", "--ignore-not-found")


def test_it_is_the_same_whoever_installs_it(chartgen, cluster):
    chartgen("render")
    name = chartgen.directory.joinpath("chartgen.yaml").read_text().split("project: ")[1].split()[0]
    dev, staging = f"apps-{name}-dev", f"apps-{name}-staging"

    chartgen("deploy", "-e", "dev", "--yes")
    assert_as_the_facts_say(cluster, dev)
    touched = objects(cluster, dev)
    again = chartgen("deploy", "-e", "dev", "--yes")
    assert "12 unchanged" in again.err
    assert objects(cluster, dev) == touched

    projects.helmfile(chartgen, "-e", "staging", "sync")
    assert_as_the_facts_say(cluster, staging)
    assert "12 unchanged" in chartgen("deploy", "-e", "staging", "--yes").err

    for environment in ("dev", "staging"):
        chartgen("set-version", "-e", environment, "shippingservice", "v0.10.7")
    chartgen("render")
    assert "shippingservice   deployed   2" in chartgen("deploy", "-e", "staging", "--yes").out
    projects.helmfile(chartgen, "-e", "dev", "-l", "service=shippingservice", "sync")
    done = chartgen("deploy", "-e", "dev", "--yes", "--dry-run", "-o", "json")
    [region] = json.loads(done.out)["regions"]
    assert {each["action"] for each in region["releases"]} == {"unchanged"}
    assert {each["service"]: each["before"]["revision"] for each in region["releases"]}["shippingservice"] == 2

    assert f"namespace {dev} is deleted\n" in chartgen("destroy", "-e", "dev", "--confirm", "dev").out
    assert not cluster.json("namespaces", "--field-selector", f"metadata.name={dev}")["items"]


def objects(cluster, namespace):
    """Each object with its version, which another has as soon as it is touched; the status of a workload left aside."""
    found = cluster.json(f"{KINDS},secrets,configmaps", "-n", namespace)["items"]
    return {(item["kind"], item["metadata"]["name"]): item["metadata"]["resourceVersion"] for item in found}


def assert_as_the_facts_say(cluster, namespace):
    found = cluster.json(KINDS, "-n", namespace)["items"]
    for name, facts in FACTS.items():
        own = {
            f"{item['kind']}/{item['metadata']['name']}": asked_for(item)
            for item in found
            if item["metadata"].get("labels", {}).get("app.kubernetes.io/instance") == name
        }
        workload = Workload(name, facts, own)
        for check in CHECKS.values():
            check(workload)
        status = own[f"Deployment/{name}"]["status"]
        assert status["readyReplicas"] == status["replicas"] == own[f"Deployment/{name}"]["spec"]["replicas"]


def asked_for(item):
    """The object without what the API server adds to probes."""
    if item["kind"] == "Deployment":
        for container in item["spec"]["template"]["spec"]["containers"]:
            for probe in (container.get("livenessProbe"), container.get("readinessProbe")):
                if probe:
                    probe.pop("successThreshold")
                    probe.get("httpGet", {}).pop("scheme", None)
                    probe.get("grpc", {}).pop("service", None)
    return item
