"""Environments and regions: who extends whom, what is inherited, in which order regions come."""

from __future__ import annotations

import re

from chartgen.errors import Problem, Where, did_you_mean, dotted
from chartgen.spec.layers import EMPTY, merge
from chartgen.spec.project import Environment, Region
from chartgen.spec.services import layer
from chartgen.yamlio import Map, Scalar

NAME = re.compile(r"[a-z]([-_a-z0-9]*[a-z0-9])?")
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
    lineages = {name: _lineage(name, own, problems) for name in own}
    return {name: _environment(name, lineages[name], own, node.keys[name], problems) for name in own}


def _check_name(name: str, kind: str, path: tuple[str, ...], where: Where, problems: list[Problem]) -> None:
    full = dotted((*path, name))
    if not NAME.fullmatch(name):
        expected = "lower-case letters, digits, dashes and underscores, a letter first"
        problems.append(Problem(f'the name is "{name}"', where, full, expected))
    elif name in _TAKEN[kind]:
        message = f"`{name}` is no name for one of the {kind}: {_TAKEN[kind][name]}"
        problems.append(Problem(message, where, full, hint="choose another name"))


def _lineage(name: str, own: dict[str, Map], problems: list[Problem]) -> tuple[str, ...]:
    """The environment and those it extends, the weakest first."""
    chain = [name]
    while (parent := own[chain[0]].get("extends")) is not None and isinstance(parent, Scalar):
        path, where = dotted(("environments", chain[0], "extends")), own[chain[0]].keys["extends"]
        if parent.text not in own:
            others = [other for other in own if other != chain[0]]
            message = f'is "{parent.text}", which is no environment'
            hint = did_you_mean(parent.text, others)
            problems.append(Problem(message, where, path, f"one of {', '.join(others) or 'none'}", hint))
            break
        if parent.text in chain:
            circle = " → ".join([*chain[: chain.index(parent.text) + 1][::-1], parent.text])
            message = "an environment extends itself" if parent.text == chain[0] else f"a circle: {circle}"
            problems.append(Problem(message, where, path, hint="remove one `extends`"))
            break
        chain.insert(0, parent.text)
    return tuple(chain)


def _environment(
    name: str, lineage: tuple[str, ...], own: dict[str, Map], where: Where, problems: list[Problem]
) -> Environment:
    ancestors = [own[ancestor] for ancestor in lineage]
    path = ("environments", name)
    variables = EMPTY
    for ancestor in ancestors:
        variables = merge(variables, _map(ancestor, "vars"))
    return Environment(
        name=name,
        lineage=lineage,
        kube_context=_text(ancestors, "kube_context"),
        kubernetes=_text(ancestors, "kubernetes"),
        vars=variables,
        overrides=layer(_map(own[name], "overrides"), (*path, "overrides"), problems),
        regions=_regions(name, ancestors, problems),
        where=where,
    )


def _regions(name: str, ancestors: list[Map], problems: list[Problem]) -> tuple[Region, ...]:
    """The regions that the environment itself names, each over the regions of that name of those it extends."""
    named = _map(ancestors[-1], "regions")
    path = ("environments", name, "regions")
    regions = []
    for region, where in named.keys.items():
        _check_name(region, "regions", path, where, problems)
        layers = [_map(_map(ancestor, "regions"), region) for ancestor in ancestors]
        wave = next((node.value for own in reversed(layers) if isinstance(node := own.get("wave"), Scalar)), None)
        variables = overrides = EMPTY
        for own in layers:
            variables = merge(variables, _map(own, "vars"))
            part = layer(_map(own, "overrides"), (*path, region, "overrides"), problems)
            overrides = merge(overrides, part)
        context = _text(layers, "kube_context")
        number = wave if isinstance(wave, int) else _FIRST_WAVE
        regions.append(Region(region, context, number, variables, overrides, where))
    return tuple(sorted(regions, key=lambda region: region.wave))


def _text(layers: list[Map], key: str) -> str | None:
    """What the strongest layer that says it says."""
    found = (node.text for own in reversed(layers) if isinstance(node := own.get(key), Scalar) and node.text)
    return next(found, None)


def _map(node: Map, key: str) -> Map:
    entry = node.get(key)
    return entry if isinstance(entry, Map) else EMPTY
