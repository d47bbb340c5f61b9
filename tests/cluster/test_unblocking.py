"""Which pods keep a StatefulSet from going back, and which do not: Kubernetes, "StatefulSets", "Forced rollback"."""

from __future__ import annotations

import pytest

from chartgen.cluster.api import Api
from chartgen.cluster.unblocking import blocking, unblocking
from tests.cluster.releases import stored

SET = {
    "metadata": {"uid": "s", "generation": 3, "name": "store"},
    "spec": {"updateStrategy": {"type": "RollingUpdate"}},
    "status": {"observedGeneration": 3, "updateRevision": "good"},
}


def pod(
    revision: str = "bad", waiting: str = "ImagePullBackOff", *, ready: str = "False", owner: str = "s", **more
) -> dict:
    return {
        "metadata": {
            "name": "store-1",
            "uid": "p",
            "labels": {"controller-revision-hash": revision},
            "ownerReferences": [{"uid": owner, "controller": True}],
            **more,
        },
        "status": {
            "conditions": [{"type": "Ready", "status": ready}],
            "containerStatuses": [{"state": {"waiting": {"reason": waiting}} if waiting else {"running": {}}}],
        },
    }


def found(stateful: dict, *pods: dict) -> list[str]:
    return [each["metadata"]["name"] for each in blocking([stateful], pods, {})]


@pytest.mark.parametrize(
    ("what", "one", "goes"),
    [
        ("cannot pull its image", pod(), True),
        ("crashes", pod(waiting="CrashLoopBackOff"), True),
        ("is only starting", pod(waiting="ContainerCreating"), False),
        ("runs, and is not ready", pod(waiting=""), False),
        ("is ready", pod(ready="True", waiting=""), False),
        ("is of the revision that is wanted", pod("good"), False),
        ("belongs to another", pod(owner="other"), False),
        ("belongs to nobody", pod(ownerReferences=[]), False),
        ("is on its way out", pod(deletionTimestamp="2026-11-23T00:00:00Z"), False),
    ],
)
def test_a_pod_that(what, one, goes):
    assert found(SET, one) == (["store-1"] if goes else [])


@pytest.mark.parametrize(
    "edit",
    [
        {"spec": {"updateStrategy": {"type": "OnDelete"}}},
        {"spec": {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}}},
        {"status": {"observedGeneration": 2, "updateRevision": "good"}},
    ],
    ids=["replaces no pods by itself", "keeps this pod at its old revision", "has not heard of the change yet"],
)
def test_a_stateful_set_that(edit):
    assert found({**SET, **edit}, pod()) == []


def test_a_pod_that_runs_and_never_becomes_ready_is_given_time():
    seen: dict[str, int] = {}
    looks = [bool(list(blocking([SET], [pod(waiting="")], seen))) for _ in range(25)]
    assert looks.index(True) == 20
    assert not list(blocking([SET], [pod(ready="True", waiting="")], seen))
    assert seen == {}


def test_the_first_container_counts_too():
    one = pod(waiting="")
    one["status"]["initContainerStatuses"] = [{"state": {"waiting": {"reason": "ErrImagePull"}}}]
    assert found(SET, one) == ["store-1"]


def test_a_revision_whose_manifest_we_cannot_read_keeps_nothing_from_being_done():
    """Helm takes a key that stands there twice."""
    told: list[str] = []
    aim = stored(manifest="kind: StatefulSet\nkind: StatefulSet\n")
    with Api("nowhere", None, 1) as api, unblocking(api, [aim], told.append):
        told.append("done")
    assert told == ["done"]
