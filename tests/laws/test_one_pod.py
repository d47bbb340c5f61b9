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

DIFFERENT = {
    ("spec", "restartPolicy"): "the pods of workloads always start again; those of jobs end",
    ("labels", "app.kubernetes.io/component"): "tells the pods of a part from the service's",
    ("labels", "helm.sh/chart"): "a test's pod is an object by itself, and says which chart made it",
    ("annotations", "helm.sh/hook"): "a test's pod is a hook by itself",
    ("annotations", "helm.sh/hook-weight"): "the same",
    ("annotations", "helm.sh/hook-delete-policy"): "the same",
    ("annotations", "checksum/files"): "a test's pod is made anew for each test, whatever has changed",
}
"""All that may differ, beside the part's name; and why.

Of a test's pod also the annotations of every object (`annotations`): the pods of workloads would restart with them.
"""


@dataclass(frozen=True)
class Pair:
    """One pod and that of a workload that says the same: each, or what the chart has against it."""

    case: str
    kind: str
    pod: Any
    workload: Any


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    tried = [(case, kind) for case in RENDERED for kind in KINDS]
    releases = [release for case, kind in tried for release in _releases(case, kind)]
    outcomes = iter(objects.attempted_once(objects.without_defaults(), releases))
    return [Pair(case.name, kind, _pod(next(outcomes)), _pod(next(outcomes))) for case, kind in tried]


@pytest.mark.parametrize("kind", KINDS)
def test_a_pod_is_the_same_in_every_kind(pairs, kind):
    wrong = {
        pair.case: [
            *cases.differences(pair.workload, pair.pod, kind),
            *cases.differences(pair.pod, pair.workload, ""),
        ]
        for pair in pairs
        if pair.kind == kind and pair.pod != pair.workload
    }
    assert wrong == {}


def test_nearly_all_of_them_are_pods(pairs):
    refused = {(pair.case, pair.pod) for pair in pairs if isinstance(pair.pod, str)}
    assert len(refused) < len(pairs) / 20, refused


def _releases(case: cases.Case, kind: str) -> Iterator[Release]:
    """A release with a pod of that kind, and one with a workload whose pod says the same."""
    release = cases.shared(case.here(case.releases()))[0]
    whole = values.coalesce(cases.shared_chart().values, values.merge_all(layer.values for layer in release.layers))
    whole |= {"annotations": {}} if kind == "test" else {}
    [(key, says)] = KINDS[kind].items()
    levels = ("pod", "workload") if key in ("kind", "workers") else ("pod",)
    own = {name: value for name, value in whole.items() if _levels()[name] in levels and name != "kind"}
    rest = {name: value for name, value in whole.items() if _levels()[name] == "release" and name not in PARTS}
    if key == "kind":
        written = {**rest, **own, "kind": says}
    else:
        written = {**rest, "image": own["image"], "kind": "None", key: {PART: {**says, **own}}}
    # Without ports, which a job does not take, a Deployment could not have the ingress that a case asks for.
    workload = "Deployment" if len(levels) > 1 else "Job"
    for each in (written, {**rest, **own, "kind": workload}):
        yield replace(release, generated=Layer("", each), developer=())


@functools.cache
def _levels() -> dict[str, str]:
    return {name: fragment.level for fragment in FRAGMENTS for name in fragment.properties}


def _pod(outcome: list[Manifest] | str) -> Any:
    """The one pod that is made, as if it were the service's, without what may differ."""
    if isinstance(outcome, str):
        return re.sub(r"^\w+/\S+: ", "", outcome)
    [pod] = Scene(outcome).pods
    text = json.dumps({"labels": pod.labels, "annotations": pod.annotations, "spec": pod.spec})
    name = pod.owner.release.name
    same = json.loads(text.replace(f"{name}-{PART}", name))
    for room, key in DIFFERENT:
        same[room].pop(key, None)
    return same
