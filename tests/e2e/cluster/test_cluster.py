"""The cluster that other tests stand on does what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from tests.e2e.cluster.control_plane import Cluster, kubeconfig

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 30.0
Seen = TypeVar("Seen")


@pytest.fixture(scope="module")
def namespace(cluster) -> Iterator[str]:
    with cluster.namespace("cluster-itself") as name:
        yield name


def eventually(look: Callable[[], Seen]) -> Seen:
    """What is seen as soon as there is anything."""
    end = time.monotonic() + PATIENCE
    while not (seen := look()) and time.monotonic() < end:
        time.sleep(0.05)
    assert seen
    return seen


def container(image: str = "example.com/web:1") -> dict:
    return {"name": "web", "image": image}


def deployment(name: str, image: str = "example.com/web:1", **annotations: str) -> dict:
    template = {
        "metadata": {"labels": {"app": name}, "annotations": annotations},
        "spec": {"containers": [container(image)]},
    }
    spec = {"replicas": 2, "selector": {"matchLabels": {"app": name}}, "template": template}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": name}, "spec": spec}


def job(name: str, image: str = "example.com/web:1", **annotations: str) -> dict:
    template = {
        "metadata": {"annotations": annotations},
        "spec": {"containers": [container(image)], "restartPolicy": "Never"},
    }
    spec = {"backoffLimit": 0, "template": template}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": spec}


def apply(cluster: Cluster, namespace: str, *objects: dict) -> None:
    cluster.kubectl("apply", "-n", namespace, "-f", "-", stdin="\n---\n".join(map(json.dumps, objects)))


def pods(cluster: Cluster, namespace: str, name: str) -> list[dict]:
    return cluster.json("pods", "-n", namespace, "-l", f"app={name}")["items"]


def test_deployments_become_available_and_jobs_complete(cluster, namespace):
    apply(cluster, namespace, deployment("good"), job("good"))
    wait = ("wait", "-n", namespace, "--timeout=30s")
    cluster.kubectl(*wait, "--for=condition=Available", "deployment/good")
    cluster.kubectl(*wait, "--for=condition=Complete", "job/good")


OUTCOMES = {
    ("not-ready", "1"): ("Running", {"running"}, None),
    ("image-pull", "1"): ("Pending", {"waiting"}, "ImagePullBackOff"),
    (None, "broken"): ("Pending", {"waiting"}, "ImagePullBackOff"),
    ("crash", "1"): ("Running", {"waiting"}, "CrashLoopBackOff"),
    (None, "crashing"): ("Running", {"waiting"}, "CrashLoopBackOff"),
}


@pytest.mark.parametrize(("outcome", "tag"), OUTCOMES)
def test_pods_come_to_what_was_asked_for(outcome, tag, cluster, namespace):
    name = f"is-{outcome}-{tag}".lower()
    annotations = {"e2e.test/outcome": outcome} if outcome else {}
    apply(cluster, namespace, deployment(name, f"example.com/web:{tag}", **annotations))

    def settled() -> list[dict]:
        found = [pod["status"] for pod in pods(cluster, namespace, name)]
        return found if all("containerStatuses" in status for status in found) else []

    phase, state, reason = OUTCOMES[outcome, tag]
    for status in eventually(settled):
        [seen] = status["containerStatuses"]
        assert status["phase"] == phase
        assert set(seen["state"]) == state
        assert not seen["ready"]
        assert next(iter(seen["state"].values())).get("reason") == reason
        assert [each["status"] for each in status["conditions"] if each["type"] == "Ready"] == ["False"]


def test_a_pod_that_cannot_pull_says_which_image(cluster, namespace):
    apply(cluster, namespace, deployment("pulls", "example.com/web:broken"))
    look = "jsonpath={.items[*].status.containerStatuses[*].state.waiting.message}"
    said = eventually(lambda: cluster.kubectl("get", "pods", "-n", namespace, "-l", "app=pulls", "-o", look))
    assert 'pulling image "example.com/web:broken"' in said


def test_a_crashing_pod_has_restarts_and_an_exit_code(cluster, namespace):
    apply(cluster, namespace, deployment("crashes", "example.com/web:crashing@sha256:" + "0" * 64))

    def statuses() -> list[dict]:
        found = pods(cluster, namespace, "crashes")
        return [one for pod in found for one in pod["status"].get("containerStatuses", ())]

    for status in eventually(statuses):
        assert status["restartCount"] > 0
        assert status["lastState"]["terminated"]["exitCode"] == 1


@pytest.mark.parametrize(("outcome", "tag"), [("fail", "1"), ("crash", "1"), (None, "crashing")])
def test_jobs_fail_on_demand(outcome, tag, cluster, namespace):
    name = f"fails-{outcome}-{tag}".lower()
    annotations = {"e2e.test/outcome": outcome} if outcome else {}
    apply(cluster, namespace, job(name, f"example.com/web:{tag}", **annotations))
    cluster.kubectl("wait", "-n", namespace, "--timeout=30s", "--for=condition=Failed", f"job/{name}")


@pytest.mark.parametrize(("annotations", "tag"), [({"e2e.test/delay": "2s"}, "1"), ({"e2e.test/delay": "2s"}, "slow")])
def test_slow_pods_are_pending_first_and_ready_then(annotations, tag, cluster, namespace):
    name = f"slow-{tag}"
    apply(cluster, namespace, deployment(name, f"example.com/web:{tag}", **annotations))
    eventually(lambda: [pod for pod in pods(cluster, namespace, name) if pod["status"]["phase"] == "Pending"])
    cluster.kubectl("wait", "-n", namespace, "--timeout=30s", "--for=condition=Available", f"deployment/{name}")


def test_a_running_pod_falls_ill_and_recovers(cluster, namespace):
    apply(cluster, namespace, deployment("patient"))
    wait = ("wait", "-n", namespace, "--timeout=30s", "pods", "-l", "app=patient")
    eventually(lambda: pods(cluster, namespace, "patient"))
    cluster.kubectl(*wait, "--for=condition=Ready")
    annotate = ("annotate", "pods", "-n", namespace, "-l", "app=patient")
    cluster.kubectl(*annotate, "e2e.test/outcome=not-ready")
    cluster.kubectl(*wait, "--for=condition=Ready=false")
    cluster.kubectl(*annotate, "e2e.test/outcome-")
    cluster.kubectl(*wait, "--for=condition=Ready")


def test_a_pod_that_may_end_and_that_nobody_owns_completes(cluster, namespace):
    spec = {"containers": [container()], "restartPolicy": "Never"}
    apply(cluster, namespace, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "alone"}, "spec": spec})
    done = "--for=jsonpath={.status.phase}=Succeeded"
    cluster.kubectl("wait", "-n", namespace, "--timeout=30s", done, "pod/alone")


def test_services_get_addresses_and_claims_volumes_that_go_with_them(cluster, namespace):
    service = {"type": "LoadBalancer", "ports": [{"port": 80}]}
    claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    apply(
        cluster,
        namespace,
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "outside"}, "spec": service},
        {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"}, "spec": claim},
    )
    wait = ("wait", "-n", namespace, "--timeout=30s")
    cluster.kubectl(*wait, "--for=jsonpath={.status.loadBalancer.ingress[0].ip}", "service/outside")
    cluster.kubectl(*wait, "--for=jsonpath={.status.phase}=Bound", "pvc/data")
    volume = cluster.json("pvc", "data", "-n", namespace)["spec"]["volumeName"]
    cluster.kubectl("delete", "pvc", "data", "-n", namespace)
    eventually(lambda: volume not in cluster.kubectl("get", "pv", "-o", "name"))


def test_what_kubectl_says_is_a_note_of_the_error(cluster):
    with pytest.raises(subprocess.CalledProcessError) as error:
        cluster.kubectl("get", "deployment", "nobody")
    assert 'deployments.apps "nobody" not found' in "".join(error.value.__notes__)


def test_two_clusters_run_at_once_and_share_a_kubeconfig(cluster, second_cluster, tmp_path):
    file = kubeconfig({"north": cluster, "south": second_cluster}, tmp_path / "kubeconfig", "south")
    assert file.stat().st_mode & 0o077 == 0
    nodes = {
        context: cluster.kubectl("--kubeconfig", str(file), *options, "get", "nodes", "-o", "name").split()
        for context, options in {"north": ["--context", "north"], "south": []}.items()
    }
    assert nodes == {
        "north": ["node/e2e-1", "node/e2e-2", "node/e2e-3"],
        "south": ["node/second-1", "node/second-2", "node/second-3"],
    }


def test_components_are_paused_stopped_and_started(fresh_cluster):
    cluster = fresh_cluster(nodes=1)
    apply(cluster, "default", deployment("before"))
    with cluster.pause("controller-manager"):
        cluster.kubectl("delete", "deployment", "before", "--cascade=background")
        cluster.kubectl("get", "replicasets", "-l", "app=before")
        apply(cluster, "default", deployment("meanwhile"))
        assert cluster.json("replicasets", "-l", "app=meanwhile")["items"] == []
    eventually(lambda: cluster.json("replicasets", "-l", "app=meanwhile")["items"])
    cluster.stop("apiserver")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        cluster.kubectl("get", "nodes")
    assert "refused" in "".join(refused.value.__notes__)
    cluster.start("apiserver")
    cluster.kubectl("wait", "--timeout=30s", "--for=condition=Available", "deployment/meanwhile")


HOLDS = """
import sys, time
from pathlib import Path
from tests.e2e.cluster.control_plane import control_plane
with control_plane(Path(sys.argv[1])) as cluster, cluster.pause("scheduler"):
    print(cluster.kubeconfig, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("program", [["-m", "tests.e2e.cluster"], ["-c", HOLDS]], ids=["running", "pausing"])
def test_no_process_outlives_a_killed_python(program, tmp_path):
    command = [sys.executable, *program, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        assert Path(starter.stdout.readline().strip()).is_relative_to(tmp_path)
        assert len(processes_of(tmp_path)) >= 5
        starter.kill()
    eventually(lambda: not processes_of(tmp_path))


def processes_of(directory: Path) -> list[str]:
    """The processes whose command names the directory."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if str(directory).encode() in command:
                found.append(entry.name)
    return found
