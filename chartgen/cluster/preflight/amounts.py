"""What containers, pods and claims ask for, with what LimitRanges fill in where they say nothing. Pure.

Source: `SetDefaults_LimitRangeItem` and `SetDefaults_Pod` of Kubernetes, and its admission plugin `limitranger`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from chartgen.checks.quantity import number
from chartgen.compare.manifests.reading import part, parts

_BINARY = ((1 << 40, "Ti"), (1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki"))

Amounts = Mapping[str, Decimal]
"""Amounts by what they are of: `cpu`, `memory`."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """The requests and limits of containers that say nothing."""

    requests: Amounts = field(default_factory=dict)
    limits: Amounts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a container or a pod asks for, and may take at most."""

    requests: Amounts
    limits: Amounts


def defaults(ranges: Iterable[Mapping[str, Any]]) -> Defaults:
    """Those of a namespace's LimitRanges; of several that say something, the first."""
    requests: dict[str, Decimal] = {}
    limits: dict[str, Decimal] = {}
    for each in ranges:
        for item in parts(each, "spec", "limits"):
            if item.get("type") == "Container":
                most = {**amounts(item.get("max")), **amounts(item.get("default"))}
                asked = {**amounts(item.get("min")), **most, **amounts(item.get("defaultRequest"))}
                limits = {**most, **limits}
                requests = {**asked, **requests}
    return Defaults(requests, limits)


def of_container(container: Mapping[str, Any], given: Defaults) -> Taken:
    """What a container takes."""
    limits = amounts(part(container, "resources", "limits"))
    requests = {**limits, **amounts(part(container, "resources", "requests"))}
    return Taken({**given.requests, **requests}, {**given.limits, **limits})


def of_pod(pod: Mapping[str, Any], given: Defaults) -> Taken:
    """What a pod takes: all its containers and sidecars together, or more while an init container runs."""
    main = [of_container(each, given) for each in parts(pod, "containers")]
    own = part(pod, "resources")
    overhead = amounts(pod.get("overhead"))
    requests = _together([each.requests for each in main], _initial(pod, given, "requests"))
    limits = _together([each.limits for each in main], _initial(pod, given, "limits"))
    requests = {name: value + overhead.get(name, 0) for name, value in requests.items()}
    return Taken(
        {**requests, **amounts(part(own, "limits")), **amounts(part(own, "requests"))},
        {**limits, **amounts(part(own, "limits"))},
    )


def amounts(written: Any) -> dict[str, Decimal]:
    """Quantities as numbers; what is none is left out."""
    found = {str(name): number(value) for name, value in written.items()} if isinstance(written, dict) else {}
    return {name: value for name, value in found.items() if value is not None}


def in_words(key: str, value: Decimal) -> str:
    """An amount as people write it: `250m`, `12.5`, `1.5Gi`."""
    if key.rpartition(".")[2] == "cpu" and 0 < abs(value) < 1:
        return f"{_plain(value * 1000)}m"
    if key.endswith(("memory", "storage")):
        for size, unit in _BINARY:
            if abs(value) >= size:
                return f"{_plain((value / size).quantize(Decimal('0.01')))}{unit}"
    return _plain(value)


def _initial(pod: Mapping[str, Any], given: Defaults, which: str) -> list[tuple[bool, Amounts]]:
    """The init containers: whether each keeps running, and what it takes."""
    found = []
    for each in parts(pod, "initContainers"):
        taken = of_container(each, given)
        found.append((each.get("restartPolicy") == "Always", taken.requests if which == "requests" else taken.limits))
    return found


def _together(main: list[Amounts], initial: list[tuple[bool, Amounts]]) -> dict[str, Decimal]:
    """The larger of what runs together in the end, and what runs while the containers start one after another."""
    running: dict[str, Decimal] = {}
    peak: dict[str, Decimal] = {}
    for stays, taken in initial:
        both = {name: running.get(name, Decimal()) + taken.get(name, Decimal()) for name in {*running, *taken}}
        peak = {name: max(peak.get(name, Decimal()), both.get(name, Decimal())) for name in {*peak, *both}}
        running = both if stays else running
    for taken in main:
        running = {name: running.get(name, Decimal()) + taken.get(name, Decimal()) for name in {*running, *taken}}
    return {name: max(running.get(name, Decimal()), peak.get(name, Decimal())) for name in {*running, *peak}}


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
