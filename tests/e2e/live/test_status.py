"""What `chartgen status` tells of a project of which not all is well, and of clusters that cannot be asked."""

from __future__ import annotations

import json
import subprocess
import time
import uuid

import pytest

from tests import tools
from tests.e2e.live.command import Command

SPEC = """\
project: shop
namespace: NAMESPACE
defaults:
  image: "example.com/shop/{service}:1"
  min_containers: 1
  max_containers: 1
environments:
  dev: {kube_context: e2e}
  prod: {regions: {eu: {kube_context: e2e-down}, us: {kube_context: nowhere}}}
services:
  well: {port: {http: 8080}, healthcheck_path: /}
  pulling: {image: "example.com/shop/pulling:broken"}
  ending: {image: "example.com/shop/ending:crashing"}
  stuck: {}
  failed: {}
  absent: {}
"""
OLD = "  old: {}\n"
INSTALLED = ("well", "pulling", "ending", "stuck", "failed", "old")


@pytest.fixture(scope="module")
def namespace(cluster):
    name = f"status-{uuid.uuid4().hex[:8]}"
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false", "--ignore-not-found")


@pytest.fixture(scope="module")
def chartgen(cluster, tmp_path_factory, namespace):
    """All services but one are installed; of one Helm says that it is at work on it, of one that it failed.

    A service that was installed is none of the spec's any more.
    """
    directory = tmp_path_factory.mktemp("status")
    kubeconfig = directory / "kubeconfig"
    content = json.loads(cluster.kubeconfig.read_text())
    [own], [user] = content["clusters"], content["users"]
    down = {"name": "down", "cluster": {**own["cluster"], "server": "https://127.0.0.1:9"}}
    other = {"name": "e2e-down", "context": {"cluster": "down", "user": user["name"]}}
    content |= {"clusters": [own, down], "contexts": [*content["contexts"], other]}
    kubeconfig.touch(mode=0o600)
    kubeconfig.write_text(json.dumps(content))

    spec = SPEC.replace("NAMESPACE", namespace)
    (directory / "chartgen.yaml").write_text(spec + OLD)
    chartgen = Command(cluster, directory, {"KUBECONFIG": str(kubeconfig)})
    chartgen("render")
    for service in INSTALLED:
        install(chartgen, service, namespace)
    (directory / "chartgen.yaml").write_text(
        spec.replace("example.com/shop/{service}:1", "example.com/shop/{service}:2")
    )
    for service, status in (("stuck", "pending-upgrade"), ("failed", "failed")):
        secret = f"secret/sh.helm.release.v1.{service}.v1"
        cluster.kubectl("-n", namespace, "label", secret, f"status={status}", "--overwrite")
    wait(chartgen)
    return chartgen


def install(chartgen, service, namespace):
    chart, values = "deploy/charts/microservice", f"deploy/dev/values/{service}.yaml"
    command = ["upgrade", "--install", service, chart, "-f", values, "-n", namespace, "--create-namespace"]
    program = str(tools.find("helm4"))
    done = subprocess.run(
        [program, *command], cwd=chartgen.directory, env=chartgen.settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def wait(chartgen):
    """Until what is to become well is."""
    end = time.monotonic() + 30
    while "progressing" in (said := chartgen("status", "-e", "dev").out):
        assert time.monotonic() < end, said
        time.sleep(0.5)


def test_each_release_is_told_with_what_is_wrong_with_it(chartgen, namespace):
    said = chartgen("status", "-e", "dev")
    lines = [line.split() for line in said.out.split("\n\n")[0].splitlines()[1:]]
    rows = {name: (cells[:4], cells[-1]) for name, *cells in lines}
    installed = ["1", "deployed", "microservice-1.0.0"]
    assert rows == {
        "dev/well": ([*installed, "1→2"], "healthy"),
        "dev/pulling": ([*installed, "broken"], "unhealthy"),
        "dev/ending": ([*installed, "crashing"], "unhealthy"),
        "dev/stuck": (["1", "pending-upgrade", "microservice-1.0.0", "1→2"], "healthy"),
        "dev/failed": (["1", "failed", "microservice-1.0.0", "1→2"], "healthy"),
        "dev/absent": (["-", "not-installed", "-", "-"], "missing"),
        "dev/old": ([*installed, "1"], "healthy"),
    }
    assert 'Deployment/pulling: ImagePullBackOff: Back-off pulling image "example.com/shop/pulling:broken"' in said.out
    assert "Deployment/ending: CrashLoopBackOff (exit code 1, 4 restarts)" in said.out
    assert f"    kubectl --context e2e -n {namespace} logs ending-" in said.out
    assert "if nobody is at work: `chartgen recover -e dev`" in said.out
    assert "is not in the spec any more: `chartgen prune -e dev`" in said.out
    counts = "7 releases: 4 healthy, 2 unhealthy, 1 not installed, 3 not as the spec has them"
    assert said.out.splitlines()[-1] == counts


def test_programs_get_the_same_and_an_exit_code(chartgen):
    said = chartgen("status", "-e", "dev", "-s", "ending", "-s", "absent", "-o", "json", "--exit-code", code=1)
    found = json.loads(said.out)
    ending, absent = found["releases"]
    assert (ending["revision"], ending["version"], ending["health"]) == (1, "crashing", "unhealthy")
    [workload] = ending["workloads"]
    assert workload["object"] == "Deployment/ending"
    assert workload["commands"][0].endswith("--previous")
    assert (absent["revision"], absent["status"], absent["wantedVersion"]) == (None, "not installed", "2")
    assert chartgen("status", "-e", "dev", "-s", "well", "--exit-code").out.endswith("1 not as the spec has it\n")


def test_a_cluster_that_cannot_be_asked_hides_no_other(chartgen):
    said = chartgen("status", "--matrix", code=3)
    cells = {line.split("   ")[0]: line.split()[1:] for line in said.out.splitlines() if line}
    assert said.out.split()[:4] == ["SERVICE", "DEV", "PROD/EU", "PROD/US"]
    assert cells["well"] == ["1→2", "?", "?"]
    assert cells["pulling"] == ["broken", "(unhealthy)", "?", "?"]
    assert cells["absent"] == ["(not", "installed)", "?", "?"]
    assert "(not asked: prod/eu, prod/us)" in said.out
    assert "the cluster of context e2e-down cannot be reached: nothing listens there" in said.err
    assert 'context "nowhere" does not exist' in said.err
