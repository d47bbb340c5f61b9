"""Whatever a case sets that may be null, a second values file removes: as if it had never been there.

Tried for every property and every kind of entry of a map, in the values of several cases: the values with a null laid
over them against the same values without the entry, and without the chart's own default for it, which is what Helm
makes of a null. A template that stumbles over a null, or prints one, shows here.

In a part of the release (a worker, a job), which has what the service has, a null removes that as well, from this part.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from chartgen import values
from chartgen.checks.values_schema import check
from chartgen.model import Layer, Manifest, Release
from tests import cases, objects, properties
from tests.chart.contract import FRAGMENTS, nested, scalars

pytest.importorskip("helm_python")

RENDERED = [case for case in cases.collect() if case.error is None and case.is_rendered]
PARTS = ("workers", "cronJobs", "jobs", "tests")
OURS = re.compile(r"[A-Z][A-Za-z]+/[-a-z0-9.]+: [a-zA-Z]+\S*: ")

_OF_EACH = 8

OF_A_WORKER = ("livenessProbe", "readinessProbe", "preStop")
"""What a worker has by a default of its own: a null takes it away, leaving it out does not."""

ACCOUNTS = {"rbac": "a part that takes away the service's rights needs an account that has none"}
"""What a part of the release does not share with the service once it is null there: another than leaving it out."""

SWITCHES = {"podLabels.azure.workload.identity/use": "the chart sets this label, and null is how to have none"}
"""Entries that the chart has by itself in some cases: a null takes them away, leaving them out does not."""

WITHOUT_EFFECT = {
    "ports.<name>.protocol": "TCP is what Kubernetes takes anyway",
    "readinessProbe.terminationGracePeriodSeconds": "all probes are of one kind, and this one refuses it",
}
"""Properties whose absence is the same as every value they may have, or that have none."""


@dataclass(frozen=True)
class Removal:
    """A property that a release sets, and what remains of its values once it is gone, in two ways."""

    case: str
    name: str
    release: Release
    path: tuple[str, ...]
    whole: Mapping[str, Any]
    nulled: Mapping[str, Any]
    without: Mapping[str, Any]
    part: str = ""

    @property
    def told(self) -> str:
        """Which one it is, for a message."""
        return f"{self.case}: {'.'.join(self.path)}"


@pytest.fixture(scope="module")
def removals() -> list[Removal]:
    """Of each property some, those in the cases of its own concern first."""
    owners = {name: fragment.concern for fragment in FRAGMENTS for name in fragment.properties}
    by_name: dict[str, list[Removal]] = {}
    for removal in (removal for case in RENDERED for removal in _of(case)):
        by_name.setdefault(removal.name, []).append(removal)
    for name, own in by_name.items():
        own.sort(key=lambda removal: not removal.case.startswith(f"{owners[name.partition('.')[0]]}/"))
    return [removal for own in by_name.values() for removal in own[:_OF_EACH]]


@pytest.fixture(scope="module")
def rendered(removals: list[Removal]) -> Mapping[str, Any]:
    """What comes of all values that occur, by `_key`."""
    wanted = [(one, each) for one in removals for each in (one.whole, one.nulled, one.without)]
    releases = [replace(one.release, generated=Layer("", dict(each)), developer=()) for one, each in wanted]
    outcomes = objects.attempted_once(objects.without_defaults(), releases)
    return {_key(*pair): _plain(outcome) for pair, outcome in zip(wanted, outcomes, strict=True)}


def test_a_null_is_as_if_nothing_had_been_set(removals, rendered):
    wrong = []
    for one in removals:
        nulled, without = (_of_part(rendered[_key(one, each)], one.part) for each in (one.nulled, one.without))
        is_other = isinstance(without, str) if one.part else ".".join(one.path) in SWITCHES
        if nulled != without and not is_other and (one.part and one.path[2]) not in ACCOUNTS:
            wrong.append(one.told)
    assert wrong == []


def _of_part(outcome: Any, part: str) -> Any:
    """Without what is not the part's: the service has lost there what only the part was to lose, or is refused."""
    if not part or isinstance(outcome, str):
        return outcome
    return [one for one in outcome if one["metadata"].get("labels", {}).get("app.kubernetes.io/component") == part]


def test_no_template_stumbles_over_a_null_or_prints_one(removals, rendered):
    for removal in removals:
        for outcome in (rendered[_key(removal, removal.nulled)], rendered[_key(removal, removal.without)]):
            if isinstance(outcome, str):
                assert OURS.match(outcome), f"{removal.told}: {outcome}"
            else:
                assert None not in list(scalars(outcome)), removal.told


def test_every_null_is_taken_by_the_schema(removals):
    wrong = {}
    for removal in removals:
        layer = Layer("null.yaml", nested(removal.path, None))
        release = replace(removal.release, developer=(*removal.release.developer, layer))
        nulls = [problem for problem in check(release, cases.values_schema()) if problem.message == "is null"]
        if nulls:
            wrong[removal.told] = nulls
    assert wrong == {}


def test_every_property_that_may_be_null_is_removed_from_some_case(removals, rendered):
    removed = {one.name for one in removals if rendered[_key(one, one.whole)] != rendered[_key(one, one.without)]}
    assert sorted(_nullable() - removed - WITHOUT_EFFECT.keys()) == []


# ---- the removals there are -----------------------------------------------------------------------------------------


def _of(case: cases.Case) -> Iterator[Removal]:
    defaults, nullable = cases.shared_chart().values, _nullable()
    for release in cases.shared(case.here(case.releases())):
        merged = values.merge_all(layer.values for layer in release.layers)
        whole = values.coalesce(defaults, merged)
        for path in _set(merged):
            is_default = path[0] == "workers" and path[2:] in {(each,) for each in OF_A_WORKER}
            if (name := properties.named(path)) in nullable and not is_default:
                nulled = values.coalesce(defaults, values.merge(merged, nested(path, None)))
                yield Removal(case.name, name, release, path, whole, nulled, *_without(whole, path))


def _without(whole: Mapping[str, Any], path: tuple[str, ...]) -> tuple[dict[str, Any], str]:
    """The values without the entry; and the part that it was of, where the service had it too."""
    without, own = properties.dropped(whole, path), path[2:]
    if path[0] not in PARTS or not own or own not in set(properties.paths(whole)):
        return without, ""
    return properties.dropped(without, own), path[1]


def _set(merged: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """The paths of what is set, and not by null."""
    for path in properties.paths(merged):
        if functools.reduce(lambda node, part: node[part], path, merged) is not None:
            yield path


def _nullable() -> set[str]:
    return {name for name, prop in properties.known().items() if not prop.required}


# ---- what comes of them ---------------------------------------------------------------------------------------------


def _plain(outcome: list[Manifest] | str) -> Any:
    return outcome if isinstance(outcome, str) else [manifest.object for manifest in outcome]


def _key(removal: Removal, data: Mapping[str, Any]) -> str:
    return f"{removal.release.name} {json.dumps(data, sort_keys=True)}"
