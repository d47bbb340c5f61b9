"""Every value of a pod works in every kind of pod: what a case says of one, all other kinds have too."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from chartgen import values
from chartgen.model import Layer, Manifest, Release
from tests import cases, objects, test_null_removal
from tests.chart.contract import FRAGMENTS
from tests.soundness.scene import Scene

pytest.importorskip("helm_python")

RENDERED = [case for case in cases.collect() if case.error is None and case.is_rendered]
PART = "part"
PARTS = ("workers", "cronJobs", "jobs", "tests")

KINDS: dict[str, dict[str, Any]] = {
    "StatefulSet": {"kind": "StatefulSet"},
    "DaemonSet": {"kind": "DaemonSet"},
    "Job": {"kind": "Job"},
    "worker": {"workers": dict.fromkeys(test_null_removal.OF_A_WORKER)},
    "cron job": {"cronJobs": {"schedule": "@daily"}},
    "job": {"jobs": {}},
    "hook": {"jobs": {"hooks": ["pre-install"]}},
    "test": {"tests": {}},
}
"""What makes a pod of each kind: the kind of the main workload, or the part of a release.

Those of workloads and workers are held to a Deployment's; those of the parts that end, which take no ports and probes,
to the Job's that takes none.
"""

_RESTART = {("spec", "restartPolicy"): "the pods of workloads always start again; those of jobs end"}
DIFFERENT: dict[str, dict[tuple[str, str], str]] = {
    "DaemonSet": {
        ("spec", "affinity"): "one on each node: nothing spreads them",
        ("spec", "topologySpreadConstraints"): "the same",
    },
    "Job": {
        ("annotations", "prometheus.io/scrape"): "what ends is not scraped",
        ("annotations", "prometheus.io/port"): "the same",
        ("annotations", "prometheus.io/path"): "the same",
        ("annotations", "prometheus.io/scheme"): "the same",
    },
    "test": {
        ("labels", "helm.sh/chart"): "it is an object by itself, and says which chart made it",
        ("annotations", "helm.sh/hook"): "it is a hook by itself",
        ("annotations", "helm.sh/hook-weight"): "the same",
        ("annotations", "helm.sh/hook-delete-policy"): "the same",
        ("annotations", "checksum/files"): "it is made anew for each test, whatever has changed",
        ("annotations", "checksum/config"): "the same",
    },
}
"""What may differ in a kind beside `_RESTART` and what names the part; and why.

Of a test's pod also the annotations of every object (`annotations`): the pods of workloads would restart with them.
"""

REFUSED = {
    r"volumes\.\S+\.persistentVolumeClaim: Helm removes what belongs to a hook": "the claim would go with the hook",
    r"volumes\.\S+\.volumeClaimTemplate: it goes with kind StatefulSet": "no other kind makes claims per pod",
}
"""What the chart has against a value in some kinds; and why."""

NOT_OF_PODS = ("patches", "rollout", *PARTS, "kind")
"""What is for objects of one kind by its nature."""


@dataclass(frozen=True)
class Pair:
    """One pod and that of a workload that says the same: each, or what the chart has against it."""

    case: str
    kind: str
    pod: Any
    workload: Any


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    tried = [(case, kind) for case in RENDERED for kind in KINDS if _values(case)["image"].get("repository")]
    releases = [release for case, kind in tried for release in _releases(case, kind)]
    outcomes = iter(objects.attempted_once(objects.without_defaults(), releases))
    return [Pair(case.name, kind, *(_pod(next(outcomes), kind) for _ in range(2))) for case, kind in tried]


@pytest.mark.parametrize("kind", KINDS)
def test_a_pod_is_the_same_in_every_kind(pairs, kind):
    wrong = {
        pair.case: [
            *cases.differences(pair.workload, pair.pod, kind),
            *cases.differences(pair.pod, pair.workload, ""),
        ]
        for pair in pairs
        if pair.kind == kind and pair.pod != pair.workload and not is_refused(pair)
    }
    assert wrong == {}


def is_refused(pair: Pair) -> bool:
    return any(isinstance(one, str) and re.match(why, one) for one in (pair.pod, pair.workload) for why in REFUSED)


def test_nearly_all_of_them_are_pods(pairs):
    refused = {(pair.case, pair.pod) for pair in pairs if isinstance(pair.pod, str)}
    assert len(refused) < len(pairs) / 20, refused


def _releases(case: cases.Case, kind: str) -> Iterator[Release]:
    """A release with a pod of that kind, and one with a workload whose pod says the same."""
    release, whole = _first(case), _values(case)
    whole |= {"annotations": {}} if kind == "test" else {}
    [(key, says)] = KINDS[kind].items()
    levels = ("pod", "workload") if key in ("kind", "workers") else ("pod",)
    known = {name: value for name, value in whole.items() if name in _levels() and name not in NOT_OF_PODS}
    own = {name: value for name, value in known.items() if _levels()[name] in levels}
    rest = {name: value for name, value in known.items() if _levels()[name] == "release"}
    if key == "kind":
        written = {**rest, **own, "kind": says}
    else:
        written = {**rest, "image": own["image"], "kind": "None", key: {PART: {**says, **own}}}
    # Without ports, which a job does not take, a Deployment could not have the ingress that a case asks for.
    workload = "Deployment" if len(levels) > 1 else "Job"
    for each in (written, {**rest, **own, "kind": workload}):
        yield replace(release, generated=Layer("", each), developer=())


def _first(case: cases.Case) -> Release:
    return cases.shared(case.here(case.releases()))[0]


def _values(case: cases.Case) -> dict[str, Any]:
    merged = values.merge_all(layer.values for layer in _first(case).layers)
    return values.coalesce(cases.shared_chart().values, merged)


@functools.cache
def _levels() -> dict[str, str]:
    return {name: fragment.level for fragment in FRAGMENTS for name in fragment.properties}


def _pod(outcome: list[Manifest] | str, kind: str) -> Any:
    """The one pod that is made, as if it were the service's, without what may differ."""
    if isinstance(outcome, str):
        return re.sub(r"^\w+/\S+: ", "", outcome)
    [pod] = Scene(outcome).pods
    text = json.dumps({"labels": pod.labels, "annotations": pod.annotations, "spec": pod.spec})
    name = pod.owner.release.name
    same = json.loads(text.replace(f"{name}-{PART}", name))
    same["labels"].pop("app.kubernetes.io/component", None)
    for room, key in {**_RESTART, **DIFFERENT.get(kind, {})}:
        same[room].pop(key, None)
    return same
