"""What somebody changes by hand is told field by field, whichever Helm installed it; what controllers do is not.

`drift.yaml` has the edits. The project is installed in an environment by helm 3, and in another by helm 4.
"""

from __future__ import annotations

import json
import subprocess
import time
import uuid
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from chartgen import yamlio
from tests import tools
from tests.e2e.live.command import Command

SPEC = """\
project: drift
namespace: "NAMESPACE-{environment}"
defaults: {image: "example.com/drift/{service}:1", termination_grace_period: 1}
environments: {helm3: {kube_context: e2e}, helm4: {kube_context: e2e}}
services:
  web:
    port: {http: 8080}
    domain: "{environment}.example"
    liveness_probe_path: /alive
    readiness_probe_path: /ready
    env_vars: {LEVEL: info, MODE: fast}
    min_containers: 2
    max_containers: 5
    network_policy: true
    resource_request: {cpu: 1000, memory: 1024}
    resource_limits: {cpu: 2000, memory: 1.5Gi}
    jobs: {once: {commands: [/once]}}
    cron_jobs: {report: {schedule: "0 4 29 2 *", commands: [/report]}}
    volumes: {data: {path: /data, claim: {size: 10}}}
    files: {/etc/web/web.yaml: "color: blue"}
    rbac: {rules: {pods: [get]}}
    extra_manifests:
      token: {apiVersion: v1, kind: Secret, metadata: {name: web-token}, stringData: {token: hunter2}}
      settings: {apiVersion: v1, kind: ConfigMap, metadata: {name: web-settings}, data: {color: blue}}
  db:
    kind: StatefulSet
    port: {tcp: 5432}
    min_containers: 1
    max_containers: 1
    persistent_storage: {/var/lib/db: {size: 1}}
    healthcheck_command: [/app/alive]
  agent: {kind: DaemonSet, min_ready_seconds: 0}
"""
SERVICES = ("web", "db", "agent")
EDITS = yamlio.loads(Path(__file__).with_name("drift.yaml").read_bytes())
SHORT = {"WEB": 'spec.template.spec.containers["web"]', "POD": "spec.template.spec"}


@pytest.fixture(scope="module")
def namespace():
    return f"drift-{uuid.uuid4().hex[:8]}"


@pytest.fixture(scope="module")
def chartgen(cluster, tmp_path_factory, namespace):
    directory = tmp_path_factory.mktemp("drift")
    (directory / "chartgen.yaml").write_text(SPEC.replace("NAMESPACE", namespace))
    chartgen = Command(cluster, directory)
    chartgen("render")
    yield chartgen
    for environment in ("helm3", "helm4"):
        cluster.kubectl("delete", "namespace", f"{namespace}-{environment}", "--wait=false", "--ignore-not-found")


@pytest.fixture(scope="module", params=["helm3", "helm4"])
def environment(request, cluster, chartgen, namespace):
    """One that a major of Helm has installed, and whose controllers have done their work."""
    name = request.param
    for service in SERVICES:
        values = f"deploy/{name}/values/{service}.yaml"
        install = ["upgrade", "--install", service, "deploy/charts/microservice", "-f", values]
        where = ["-n", f"{namespace}-{name}", "--create-namespace"]
        command = [str(tools.find(name)), *install, *where]
        done = subprocess.run(
            command, cwd=chartgen.directory, env=chartgen.settings, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    settle(chartgen, name)
    return name


def settle(chartgen, environment):
    """Until all is healthy."""
    end = time.monotonic() + 60
    while (said := chartgen("status", "-e", environment, "--exit-code", code=None)).code:
        assert time.monotonic() < end, said
        time.sleep(0.5)


def drift(chartgen, environment, code):
    said = chartgen("diff", "--live", "-e", environment, "-o", "json", code=code)
    releases = json.loads(said.out)["releases"]
    assert len(releases) == len(SERVICES)
    for each in releases:  # a deploy puts back what is gone, and leaves the rest
        gone = [edit["object"] for edit in each["drift"] if edit["change"] == "gone"]
        reasons = [f"{', '.join(gone)} is not there"] if gone else []
        assert (each["action"], each["reasons"]) == ("upgrade" if gone else "unchanged", reasons)
    notes = [note for each in releases for note in each["notes"]]
    assert all("cannot be applied" in note or "you may not patch" in note for note in notes)
    return [each for release in releases for each in release["drift"]]


def test_hand_edits_are_told_by_path_and_nothing_else(chartgen, cluster, namespace, environment):
    where = f"{namespace}-{environment}"
    assert drift(chartgen, environment, code=0) == []

    scale = f"/apis/apps/v1/namespaces/{where}/statefulsets/db/scale"
    cluster.api.send(
        "PATCH",
        scale,
        {"spec": {"replicas": 2}},
        "application/merge-patch+json",
        fieldManager="kube-controller-manager",
    )
    assert drift(chartgen, environment, code=0) == [], "an autoscaler has scaled it"

    for each in EDITS:
        cluster.kubectl("-n", where, *each["kubectl"])
    found = drift(chartgen, environment, code=1)
    told = [(change, title, written(path)) for each in EDITS for change, title, path in each["told"]]
    assert sorted(map(what, found)) == sorted(told)
    assert {each["by"] or "" for each in found} >= {"kubectl-set", "kubectl-patch", "kubectl-label", "kubectl-annotate"}
    assert {each["live"] for each in found if each["object"].startswith("Secret/")} == {"(hidden)"}

    with reader(cluster, chartgen, where) as reading:
        assert sorted(map(what, drift(reading, environment, code=1))) == sorted(told)


def what(each):
    """What became of which field of which object."""
    return each["change"], each["object"], each["path"]


@contextmanager
def reader(cluster, chartgen, namespace):
    """chartgen as somebody who may read all of a namespace, and change nothing: not as a dry run either."""
    account = f"{namespace}:reader"
    cluster.kubectl("-n", namespace, "create", "serviceaccount", "reader")
    cluster.kubectl("create", "clusterrole", namespace, "--verb=get,list", "--resource=*.*")
    cluster.kubectl(
        *("-n", namespace, "create", "rolebinding", "reader"),
        *(f"--clusterrole={namespace}", f"--serviceaccount={account}"),
    )
    token = cluster.kubectl("-n", namespace, "create", "token", "reader").strip()
    content = yamlio.loads(cluster.kubeconfig.read_bytes())
    content["users"][0]["user"] = {"token": token}
    file = chartgen.directory / f"{namespace}.kubeconfig"
    file.touch(mode=0o600)
    file.write_text(json.dumps(content))
    try:
        yield replace(chartgen, environment={**chartgen.environment, "KUBECONFIG": str(file)})
    finally:
        cluster.kubectl("delete", "clusterrole", namespace)


def written(path):
    """A path of `drift.yaml` at full length."""
    first, dot, rest = path.partition(".")
    return f"{SHORT.get(first, first)}{dot}{rest}"
