"""Every kind of workload that the chart has: installed, upgraded to another chart, taken back and removed, for real.

Each step waits as helm waits (`--wait`); what is asserted is what the API server has afterwards.
"""

from __future__ import annotations

import dataclasses
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import tools
from tests.e2e import go_tools
from tests.e2e.live.command import Command

SPEC = """\
project: kinds
environments: {dev: {kube_context: e2e}}
namespace: NAMESPACE
chart: {version: CHART}
defaults: {image: "example.com/kinds/{service}:TAG", timeout: 60, termination_grace_period: 1}
services:
  web:
    port: {http: 8080}
    healthcheck_path: /
    public_uri: kinds.example
    ingress_class: nginx
    min_containers: 2
    max_containers: MOST
    network_policy: true
    rbac: {rules: {configmaps: [VERB]}}
    jobs:
      migrate: {commands: [/migrate], hooks: [pre-install, pre-upgrade]}
      seed: {commands: [/seed]}
    cron_jobs: {report: {commands: [/report], schedule: "0 HOUR 29 2 *"}}
  store:
    port: {tcp: 5432}
    persistent_storage: [{path: /data, size: 1}]
    min_containers: 2
    max_containers: 2
    pod_management: parallel
  agent: {kind: DaemonSet, min_ready_seconds: 0, max_unavailable: "100%"}
"""
OLD = {"CHART": "1.0.0", "TAG": "1", "MOST": "4", "VERB": "get", "HOUR": "4"}
NEW = {"CHART": "1.1.0", "TAG": "2", "MOST": "5", "VERB": "list", "HOUR": "5"}

NAMES = {
    "Deployment": {"web"},
    "StatefulSet": {"store"},
    "DaemonSet": {"agent"},
    "Job": {"web-seed"},
    "CronJob": {"web-report"},
    "HorizontalPodAutoscaler": {"web"},
    "PodDisruptionBudget": {"web", "store"},
    "NetworkPolicy": {"web"},
    "Ingress": {"web"},
    "Role": {"web"},
    "RoleBinding": {"web"},
    "Service": {"web", "store", "store-pods"},
}
STAYING = NAMES.keys() - {"Job"}
READY = {
    "Deployment": ("replicas", "readyReplicas", "updatedReplicas", "availableReplicas"),
    "StatefulSet": ("replicas", "readyReplicas", "updatedReplicas", "availableReplicas"),
    "DaemonSet": ("desiredNumberScheduled", "numberReady", "updatedNumberScheduled", "numberAvailable"),
}
"""The fields of a status that are one number where all pods are new and ready."""

PAIRS = {"helm 4": ("helm4", lambda: go_tools.build("helmfile")), "helm 3": ("helm3", lambda: tools.find("helmfile0"))}


@dataclasses.dataclass(frozen=True, slots=True)
class Kinds:
    """The project, and what the cluster has of it."""

    chartgen: Command
    namespace: str

    def write(self, words):
        """The spec with these words, rendered."""
        spec = SPEC.replace("NAMESPACE", self.namespace)
        for word, text in words.items():
            spec = spec.replace(word, text)
        (self.chartgen.directory / "chartgen.yaml").write_text(spec)
        self.chartgen("render", "-q")

    def take_back(self, service):
        """To the revision before."""
        self.chartgen("rollback", service, "-e", "dev", "--yes")

    def objects(self, *kinds):
        """The objects of some kinds, by kind and name; a Job's name ends with a hash of what it runs, which is cut."""
        found = self.chartgen.cluster.json(",".join(kinds or NAMES), "-n", self.namespace)["items"]
        names = ((each["kind"], each["metadata"]["name"]) for each in found)
        short = ((kind, name.rpartition("-")[0] if kind == "Job" else name) for kind, name in names)
        return dict(zip(short, found, strict=True))

    def claims(self):
        """The claims, and which ones they are."""
        return uids(self.objects("pvc"), {"PersistentVolumeClaim"})

    def run(self, words):
        """Whether what is there is all that the spec says with these words, and ready; returns it."""
        self.chartgen.cluster.kubectl("wait", "job", "--all", "--for=condition=Complete", "-n", self.namespace)
        objects = self.objects()
        assert {kind: {name for has, name in objects if has == kind} for kind, _ in objects} == NAMES
        charts = {each["metadata"]["labels"]["helm.sh/chart"] for each in objects.values()}
        assert charts == {f"microservice-{words['CHART']}"}
        for kind in ("Deployment", "StatefulSet", "DaemonSet", "Job"):
            [name] = NAMES[kind]
            [container] = objects[kind, name]["spec"]["template"]["spec"]["containers"]
            assert container["image"].endswith(f":{words['TAG']}"), kind
        for kind, fields in READY.items():
            [name] = NAMES[kind]
            assert len({objects[kind, name]["status"].get(field) for field in fields}) == 1, kind
        assert objects["CronJob", "web-report"]["spec"]["schedule"] == f"0 {words['HOUR']} 29 2 *"
        assert objects["HorizontalPodAutoscaler", "web"]["spec"]["maxReplicas"] == int(words["MOST"])
        assert objects["Role", "web"]["rules"][0]["verbs"] == [words["VERB"]]
        return objects


@pytest.fixture(params=PAIRS)
def kinds(request, cluster, tmp_path):
    helm, helmfile = PAIRS[request.param]
    namespace = f"kinds-{uuid.uuid4().hex[:8]}"
    programs = {"CHARTGEN_HELM": str(tools.find(helm)), "CHARTGEN_HELMFILE": str(helmfile())}
    yield Kinds(Command(cluster, tmp_path, programs), namespace)
    cluster.kubectl("delete", "namespace", namespace, "--wait=false", "--ignore-not-found")


def test_every_kind_is_installed_upgraded_taken_back_and_removed(kinds):
    kinds.write(OLD)
    kinds.chartgen("deploy", "-e", "dev", "--yes")
    first, claims = kinds.run(OLD), kinds.claims()
    assert {name for _, name in claims} == {"data-store-0", "data-store-1"}

    kinds.write(NEW)
    kinds.chartgen("deploy", "-e", "dev", "--yes")
    assert uids(kinds.run(NEW), STAYING) == uids(first, STAYING)

    with ThreadPoolExecutor() as at_once:
        list(at_once.map(kinds.take_back, ("web", "store", "agent")))
    assert uids(kinds.run(OLD), STAYING) == uids(first, STAYING)
    assert kinds.claims() == claims

    said = kinds.chartgen("destroy", "-e", "dev", "--confirm", "dev")
    assert all(f"claim {kinds.namespace}/{name} (1Gi) of store: stays" in said.out for _, name in claims)
    assert kinds.objects(*NAMES, "pods") == {}
    assert kinds.claims() == claims


def uids(objects, kinds):
    """The identity of the objects of some kinds: whether they are the same ones."""
    return {(kind, name): each["metadata"]["uid"] for (kind, name), each in objects.items() if kind in kinds}
