"""How well workloads are: `health.yaml` has the cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartgen import yamlio
from chartgen.cluster.health import Health, ReleaseHealth, Snapshot, of_release, pod_trouble
from chartgen.values import merge

CASES = yamlio.loads((Path(__file__).parent / "health.yaml").read_bytes())
PULL = {"waiting": {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "web:2"'}}


def test_cases_have_names_of_their_own():
    names = [case["description"] for case in CASES]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("case", CASES, ids=[case["description"] for case in CASES])
def test_health(case):
    live = case["live"]
    wanted = {"kind": "Deployment" if live is None else live["kind"], "metadata": {"name": "web"}}
    manifest = [{**wanted, "spec": case.get("wanted", {})}, *case.get("beside", ())]
    found = of_release(Snapshot.of("apps", objects(case)), manifest)
    said = found.workloads[0] if found.workloads else Health("healthy")
    assert (said.state, said.reason) == (case["state"], case.get("reason", ""))
    assert found.state == case["state"]
    assert getattr(said, "pod", "") == case.get("pod", "")
    assert getattr(said, "container", "") == case.get("container", "")


def objects(case):
    """What the API has of a case: the workload, what stands between it and its pods, the pods, and events."""
    if case["live"] is None:
        return
    live = thing(case["live"]["kind"], "web", None, case["live"])
    yield live
    yield from events(live, case)
    between = live
    if live["kind"] == "Deployment":
        between = thing("ReplicaSet", "web", live, {})
        yield between
    for number, run in enumerate(case.get("runs", ())):
        yield thing("Job", f"web-{number}", live, run)
    for number, pod in enumerate(case.get("pods", ()), 1):
        made = thing("Pod", f"web-{number}", between, {"spec": {"containers": [{"name": "web"}]}, **pod})
        yield made
        yield from events(made, pod)


def thing(kind, name, owner, said):
    references = [{"kind": owner["kind"], "uid": owner["metadata"]["uid"], "controller": True}] if owner else []
    metadata = {"name": name, "uid": f"{kind}-{name}", "generation": 1, "ownerReferences": references}
    return merge({"kind": kind, "metadata": metadata, "status": {"observedGeneration": 1}}, said)


def events(about, said):
    for warning in said.get("warnings", ()):
        yield {"kind": "Event", "involvedObject": {"uid": about["metadata"]["uid"]}, **warning}


def test_a_release_is_as_well_as_the_worst_of_its_workloads():
    there = {"kind": "Deployment", "spec": {"replicas": 0}}
    snapshot = Snapshot.of("apps", [thing("Deployment", "web", None, there)])
    wanted = [{"kind": "Deployment", "metadata": {"name": name}} for name in ("web", "worker")]
    found = of_release(snapshot, wanted)
    assert (found.state, found.reason) == ("unhealthy", "Deployment/worker: is not there")
    assert [each.title for each in found.bad] == ["Deployment/worker"]


def test_a_release_without_workloads_is_healthy():
    assert ReleaseHealth().state == "healthy"


def test_what_may_not_be_read_is_unknown():
    found = of_release(Snapshot.of("apps", [], ["Deployment"]), [{"kind": "Deployment", "metadata": {"name": "web"}}])
    assert (found.state, found.reason) == ("unknown", "Deployment/web: you may not list objects of kind Deployment")


def test_what_stands_in_another_namespace_is_left_out():
    elsewhere = {"kind": "Deployment", "metadata": {"name": "web", "namespace": "other"}}
    assert of_release(Snapshot.of("apps", []), [elsewhere]).workloads == ()


def test_a_finished_job_may_have_gone():
    wanted = {"kind": "Job", "metadata": {"name": "web"}, "spec": {"ttlSecondsAfterFinished": 60}}
    assert of_release(Snapshot.of("apps", []), [wanted]).state == "healthy"


def test_the_newest_warning_is_told():
    pod = thing("Pod", "web", None, {"status": {"phase": "Running"}})
    old, new = (
        {"lastTimestamp": f"2026-01-0{day}T00:00:00Z", "reason": "Unhealthy", "message": f"Readiness probe {day}"}
        for day in (1, 2)
    )
    snapshot = Snapshot.of("apps", [pod, *events(pod, {"warnings": [old, new]})])
    assert of_release(snapshot, [pod]).reason == "Pod/web: not ready: Readiness probe 2"


def test_what_is_wrong_with_the_pods_of_a_release_is_told_once():
    def pod(name, release, owner="ReplicaSet", **status):
        labels = {"app.kubernetes.io/instance": release}
        owners = [{"kind": owner, "uid": "1", "controller": True}]
        return {"metadata": {"name": name, "labels": labels, "ownerReferences": owners}, "status": status}

    broken = {"containerStatuses": [{"name": "web", "state": PULL}]}
    pods = [
        pod("web-1", "web", phase="Pending", **broken),
        pod("web-2", "web", phase="Pending", **broken),
        pod("web-3", "web", phase="Running"),
        pod("web-4", "web", phase="Failed", reason="Evicted"),
        pod("web-5", "web", "StatefulSet", phase="Failed", reason="Evicted"),
        pod("web-6", "web", "Job", phase="Failed", reason="DeadlineExceeded"),
        pod("api-1", "api", phase="Pending", **broken),
    ]
    assert pod_trouble(pods, "web") == (
        'web-1: ImagePullBackOff: Back-off pulling image "web:2"',
        "web-6: DeadlineExceeded",
    )
