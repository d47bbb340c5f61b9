"""Environments and regions: who extends whom, what is inherited, in which order regions come."""

from __future__ import annotations

import re

from chartgen.errors import Problem, Where, did_you_mean, dotted
from chartgen.fields import quoted
from chartgen.model import LargestNode
from chartgen.spec import namespaces
from chartgen.spec.fields import LargestNodeFields
from chartgen.spec.layers import EMPTY, allowed, merge
from chartgen.spec.project import Environment, Region
from chartgen.spec.services import layer
from chartgen.spec.validation import read
from chartgen.yamlio import Map, Scalar

NAME = re.compile(r"[a-z]([-_a-z0-9]*[a-z0-9])?")
_LONGEST = 63
"""Environment and region are labels of every object. Source: Kubernetes, "Labels and Selectors"."""
_FIRST_WAVE = 1
_TAKEN = {
    "environments": {
        "charts": "`deploy/charts` holds the charts",
        "default": "helmfile means something else by it",
    },
    "regions": {"values": "`values` is a folder of each environment"},
}


def parse(node: Map, problems: list[Problem]) -> dict[str, Environment]:
    """The environments by name, each with what it inherits.

    A bad name, an environment that extends itself or nobody, and fields of the wrong kind become problems.
    """
    own = {name: entry if isinstance(entry, Map) else EMPTY for name, entry in node.entries.items()}
    for name in own:
        _check_name(name, "environments", ("environments",), node.keys[name], problems)
    told: set[frozenset[str]] = set()
    lineages = {name: _lineage(name, own, told, problems) for name in own}
    overrides = {name: _overrides(name, own[name], problems) for name in own}
    return {name: _environment(name, lineages[name], own, overrides, node.keys[name], problems) for name in own}


def _overrides(name: str, own: Map, problems: list[Problem]) -> dict[str | None, Map]:
    """What an environment says for every service (None), and what each of its regions does."""
    path = ("environments", name)
    regions = _map(own, "regions")
    parts: dict[str | None, Map] = {
        region: layer(_map(_map(regions, region), "overrides"), (*path, "regions", region, "overrides"), problems)
        for region in regions.entries
    }
    overrides = layer(_map(own, "overrides"), (*path, "overrides"), problems)
    return {None: merge(allowed(own), overrides), **parts}


def _check_name(name: str, kind: str, path: tuple[str, ...], where: Where, problems: list[Problem]) -> None:
    full = dotted((*path, name))
    if not NAME.fullmatch(name):
        expected = "lower-case letters, digits, dashes and underscores, a letter first"
        problems.append(Problem(f"the name is {quoted(name)}", where, full, expected))
    elif len(name) > _LONGEST:
        problems.append(Problem(f"the name has {len(name)} characters", where, full, f"at most {_LONGEST}"))
    elif name in _TAKEN[kind]:
        message = f"`{name}` is no name for one of the {kind}: {_TAKEN[kind][name]}"
        problems.append(Problem(message, where, full, hint="choose another name"))


def _lineage(name: str, own: dict[str, Map], told: set[frozenset[str]], problems: list[Problem]) -> tuple[str, ...]:
    """The environment and those it extends, the weakest first; `told` are the circles that are problems already."""
    chain = [name]
    while isinstance(parent := own[chain[0]].get("extends"), Scalar) and parent.value is not None:
        path, where = dotted(("environments", chain[0], "extends")), own[chain[0]].keys["extends"]
        if parent.text not in own:
            others = [other for other in own if other != chain[0]]
            message = f"is {quoted(parent.text)}, which is no environment"
            hint = did_you_mean(parent.text, others)
            problems.append(Problem(message, where, path, f"one of {', '.join(others) or 'none'}", hint))
            break
        if parent.text in chain:
            circle = [parent.text, *chain[: chain.index(parent.text)][::-1]]
            if frozenset(circle) not in told:
                told.add(frozenset(circle))
                message = f"`{circle[0]}` extends itself"
                message += f": {' → '.join([*circle, circle[0]])}" if len(circle) > 1 else ""
                problems.append(Problem(message, where, path, "another environment", "remove this `extends`"))
            break
        chain.insert(0, parent.text)
    return tuple(chain)


def _environment(
    name: str,
    lineage: tuple[str, ...],
    own: dict[str, Map],
    overrides: dict[str, dict[str | None, Map]],
    where: Where,
    problems: list[Problem],
) -> Environment:
    ancestors = [own[ancestor] for ancestor in lineage]
    inherited = [overrides[ancestor] for ancestor in lineage]
    return Environment(
        name=name,
        lineage=lineage,
        kube_context=_text(ancestors, "kube_context"),
        kubernetes=_text(ancestors, "kubernetes"),
        largest_node=_node(ancestors),
        vars=tuple(_map(ancestor, "vars") for ancestor in ancestors),
        overrides=overrides[name][None],
        managed_namespace=_namespaces(lineage, ancestors, problems),
        regions=_regions(name, lineage, ancestors, inherited, problems),
        where=where,
    )


def _namespaces(
    lineage: tuple[str, ...], layers: list[Map], problems: list[Problem], region: str | None = None
) -> tuple[Map, ...]:
    """What each layer says of the namespace; those that say nothing are left out."""
    part = () if region is None else ("regions", region)
    found = [
        namespaces.layer(layer, ("environments", name, *part), problems)
        for name, layer in zip(lineage, layers, strict=True)
    ]
    return tuple(layer for layer in found if layer.entries)


def _regions(
    name: str,
    lineage: tuple[str, ...],
    ancestors: list[Map],
    overrides: list[dict[str | None, Map]],
    problems: list[Problem],
) -> tuple[Region, ...]:
    """The regions that the environment itself names, each over the regions of that name of those it extends."""
    named = _map(ancestors[-1], "regions")
    regions = []
    for region, where in named.keys.items():
        _check_name(region, "regions", ("environments", name, "regions"), where, problems)
        layers = [_map(_map(ancestor, "regions"), region) for ancestor in ancestors]
        wave = next((node.value for own in reversed(layers) if isinstance(node := own.get("wave"), Scalar)), None)
        number = wave if isinstance(wave, int) else _FIRST_WAVE
        parts = tuple(part[region] for part in overrides if region in part)
        context = _text(layers, "kube_context")
        variables = tuple(_map(own, "vars") for own in layers)
        room = _namespaces(lineage, layers, problems, region)
        largest = _node([*ancestors, *layers])
        regions.append(Region(region, context, number, variables, parts, room, largest, where))
    return tuple(sorted(regions, key=lambda region: region.wave))


def _node(layers: list[Map]) -> LargestNode:
    """The largest node, by what the layers say of it; what is wrong there is told of the project's fields."""
    said: Map = EMPTY
    for own in layers:
        removed = isinstance(own.get("largest_node"), Scalar)
        said = EMPTY if removed else merge(said, _map(own, "largest_node"))
    fields = read(LargestNodeFields, said, (), []) or LargestNodeFields()
    cpu, memory = (None if amount is None else str(amount) for amount in (fields.cpu, fields.memory))
    return LargestNode(cpu, memory)


def _text(layers: list[Map], key: str) -> str | None:
    """What the strongest layer that says it says."""
    found = (node.text for own in reversed(layers) if isinstance(node := own.get(key), Scalar) and node.text)
    return next(found, None)


def _map(node: Map, key: str) -> Map:
    entry = node.get(key)
    return entry if isinstance(entry, Map) else EMPTY
