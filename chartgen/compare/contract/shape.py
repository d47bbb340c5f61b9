"""What a part of a JSON Schema asks of a value, in one form, whatever way it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

Node = Mapping[str, Any] | bool
"""One JSON Schema: a map of keywords, or whether anything fits at all."""

KINDS = frozenset(("null", "boolean", "integer", "fraction", "string", "array", "object"))
"""The types of values; JSON Schema's `number` is both `integer` and `fraction`."""

NUMBERS = frozenset(("integer", "fraction"))

MINIMA = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
MAXIMA = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
TEXTS = ("pattern", "format")


@dataclass(frozen=True, slots=True)
class Keys:
    """What one schema asks of a map's entries: of those it names, of those whose keys match, of the rest."""

    named: Mapping[str, Node]
    patterns: Mapping[str, Node]
    rest: Node


@dataclass(frozen=True, slots=True)
class Items:
    """What one schema asks of a list's entries: of the first ones each, of the rest."""

    first: tuple[Node, ...]
    rest: Node


@dataclass(frozen=True, slots=True)
class Shape:
    """All that is asked of a value; every part must hold.

    Attributes:
        kinds: the types it may have.
        values: the values it may be, None: any.
        limits: the bounds, by keyword.
        texts: (`pattern` or `format`, its value).
        multiples: what a number must be a multiple of.
        unique: whether a list's entries must differ.
        required: the keys a map must have.
        keys, names: what is asked of a map's entries, and of their keys.
        items, contains: what is asked of a list's entries: of all, of at least one.
        needs: (key, what is asked of the map that has it).
        choices: (`anyOf` or `oneOf`, the branches).
        nots: what must not fit.
        conditions: (if, then, else).
        opaque: what cannot be judged, as text; equal only where the whole schema is.
    """

    kinds: frozenset[str] = KINDS
    values: tuple[Any, ...] | None = None
    limits: Mapping[str, float] = field(default_factory=dict)
    texts: frozenset[tuple[str, str]] = frozenset()
    multiples: frozenset[Fraction] = frozenset()
    unique: bool = False
    required: frozenset[str] = frozenset()
    keys: tuple[Keys, ...] = ()
    names: tuple[Node, ...] = ()
    items: tuple[Items, ...] = ()
    contains: tuple[Node, ...] = ()
    needs: tuple[tuple[str, Node], ...] = ()
    choices: tuple[tuple[str, tuple[Node, ...]], ...] = ()
    nots: tuple[Node, ...] = ()
    conditions: tuple[tuple[Node, Node, Node], ...] = ()
    opaque: tuple[str, ...] = ()

    @property
    def is_impossible(self) -> bool:
        """Whether no value fits."""
        return not self.kinds or self.values == ()


_FLOAT = re.compile(r"\d(?:\.0|e)")


def canonical(value: Any) -> str:
    """The same text for the same JSON: 1 and 1.0 are one number, the order of keys does not count."""
    text = json.dumps(value, sort_keys=True)
    return json.dumps(_whole(value), sort_keys=True) if _FLOAT.search(text) else text


def kind_of(value: Any) -> str:
    """Which of KINDS a value is."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) or value.is_integer() else "fraction"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def conjunction(nodes: Iterable[Node]) -> Node:
    """One schema that asks what all of them ask."""
    asking = [node for node in nodes if node is not True]
    if len(asking) > 1:
        asking = list({canonical(node): node for node in asking}.values())
    return {"allOf": asking} if len(asking) > 1 else next(iter(asking), True)


def reference(node: Node) -> str:
    """What a schema refers to, itself or in its `allOf`; empty: nothing."""
    parts = (node, *node.get("allOf", ())) if isinstance(node, Mapping) else ()
    found = (part["$ref"] for part in parts if isinstance(part, Mapping) and isinstance(part.get("$ref"), str))
    return next(found, "")


def both(one: Shape, other: Shape) -> Shape:
    """What is asked where both are."""
    kinds = one.kinds & other.kinds
    values = one.values if other.values is None else other.values
    if one.values is not None and other.values is not None:
        allowed = set(map(canonical, other.values))
        values = tuple(value for value in one.values if canonical(value) in allowed)
    if values is not None:
        values = tuple(value for value in values if kind_of(value) in kinds)
        kinds &= {kind_of(value) for value in values}
    return Shape(
        kinds=kinds,
        values=values,
        limits={
            keyword: _tighter(keyword, [shape.limits[keyword] for shape in (one, other) if keyword in shape.limits])
            for keyword in {**one.limits, **other.limits}
        },
        texts=one.texts | other.texts,
        multiples=one.multiples | other.multiples,
        unique=one.unique or other.unique,
        required=one.required | other.required,
        keys=one.keys + other.keys,
        names=one.names + other.names,
        items=one.items + other.items,
        contains=one.contains + other.contains,
        needs=one.needs + other.needs,
        choices=one.choices + other.choices,
        nots=one.nots + other.nots,
        conditions=one.conditions + other.conditions,
        opaque=one.opaque + other.opaque,
    )


def _whole(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _whole(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(entry) for entry in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _tighter(keyword: str, limits: list[float]) -> float:
    return max(limits) if keyword in MINIMA else min(limits)
