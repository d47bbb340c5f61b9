"""What one schema lets a map hold and another may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from chartgen.chart.walk import ANY
from chartgen.compare.contract.gap import Gap
from chartgen.compare.contract.shape import Keys, Node, Shape, conjunction

if TYPE_CHECKING:
    from chartgen.compare.contract.narrowing import Comparison

_DEEPEST = 4
_START = re.compile(r"\^([A-Za-z0-9_/-]*)(?![*?{])")


def gaps(comparison: Comparison, first: Shape, second: Shape) -> Iterator[Gap]:
    """All of a map: its keys, the entries that are named, and the rest."""
    yield from (Gap((key,), "required") for key in sorted(second.required - first.required))
    for node in second.names:
        own = conjunction([{"type": "string"}, *first.names, *_all_keys(comparison, first)])
        yield from (replace(gap.below(ANY), of_keys=True, origin=None) for gap in comparison.nodes(own, node))
    if second.keys or first.keys:
        yield from _named(comparison, first, second)
        yield from _others(comparison, first.keys, second.keys)
        yield from _matching(comparison, first.keys, second.keys)


def at(comparison: Comparison, rules: tuple[Keys, ...], key: str) -> Node:
    """What is asked of the entry of that key."""
    return conjunction(node for rule in rules for node in _of_rule(comparison, rule, key))


def _of_rule(comparison: Comparison, rule: Keys, key: str) -> list[Node]:
    named = [rule.named[key]] if key in rule.named else []
    matched = [node for pattern, node in rule.patterns.items() if comparison.takes(pattern, key)]
    return [*named, *matched] or [rule.rest]


def _named(comparison: Comparison, first: Shape, second: Shape) -> Iterator[Gap]:
    known = dict.fromkeys(key for rule in first.keys for key in rule.named)
    told = dict.fromkeys(key for rule in second.keys for key in rule.named)
    mentioned = told.keys() | _in_parts(comparison, second)
    for key in known | told:
        own, other = at(comparison, first.keys, key), at(comparison, second.keys, key)
        yield from _entry(comparison, own, other, (key,), known=key in known, told=key in mentioned)


def _in_parts(comparison: Comparison, shape: Shape, depth: int = _DEEPEST) -> frozenset[str]:
    """The keys that a schema names in the forms it may have, rather than itself."""
    nodes = [node for _, branches in shape.choices for node in branches] if depth else []
    nodes += [node for condition in shape.conditions for node in condition[1:]] if depth else []
    shapes = [comparison.second.shape(node) for node in nodes]
    own = frozenset(key for part in shapes for rule in part.keys for key in rule.named)
    return own.union(*(_in_parts(comparison, part, depth - 1) for part in shapes))


def _entry(
    comparison: Comparison, own: Node, other: Node, path: tuple[str], *, known: bool, told: bool = True
) -> Iterator[Gap]:
    """What is lost of one entry; `known` and `told` say whether the first and the second name it."""
    shape, wanted = comparison.first.shape(own), comparison.second.shape(other)
    shared = comparison.address(own, other)
    origin = (shared, ()) if shared else None
    if shape.is_impossible:
        return
    if wanted == Shape():
        if known and not told:
            yield Gap(path, "forgotten", origin=origin)
    elif wanted.is_impossible:
        yield Gap(path, "removed" if known else "forbidden", origin=origin)
    elif shape == Shape():
        if comparison.nodes(own, other):
            yield Gap(path, "checked", known, origin=origin)
    else:
        yield from (gap.below(*path) for gap in comparison.nodes(own, other))


def _others(comparison: Comparison, first: tuple[Keys, ...], second: tuple[Keys, ...]) -> Iterator[Gap]:
    """Entries that neither names, and whose keys match no pattern."""
    own, other = (conjunction(rule.rest for rule in rules) for rules in (first, second))
    is_free = comparison.first.shape(own) == Shape()
    if is_free and comparison.second.shape(other).is_impossible:
        yield Gap((), "closed")
    else:
        yield from _entry(comparison, own, other, (ANY,), known=not is_free)


def _matching(comparison: Comparison, first: tuple[Keys, ...], second: tuple[Keys, ...]) -> Iterator[Gap]:
    """Entries that neither names, and whose keys match a pattern: what surely holds of them, and what may be asked."""
    for pattern in dict.fromkeys(pattern for rule in (*first, *second) for pattern in rule.patterns):
        own = conjunction(_surely(rule, pattern) for rule in first)
        other = conjunction(rule.patterns.get(pattern, rule.rest) for rule in second)
        yield from _entry(comparison, own, other, (f"<{pattern}>",), known=True)


def _surely(rule: Keys, pattern: str) -> Node:
    if pattern in rule.patterns:
        return rule.patterns[pattern]
    return rule.rest if all(_apart(pattern, other) for other in rule.patterns) else True


def _apart(one: str, other: str) -> bool:
    """Whether it shows that no key matches both patterns: they start otherwise."""
    starts = [found[1] for pattern in (one, other) if "|" not in pattern and (found := _START.match(pattern))]
    return len(starts) == 2 and not starts[0].startswith(starts[1]) and not starts[1].startswith(starts[0])


def _all_keys(comparison: Comparison, shape: Shape) -> list[Node]:
    """Which keys there can be at all, where that is known."""
    closed = [rule for rule in shape.keys if not rule.patterns and comparison.first.shape(rule.rest).is_impossible]
    return [{"enum": sorted(rule.named)} for rule in closed]
