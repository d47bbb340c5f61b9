"""A JSON Schema, read into shapes: references followed, `allOf` taken together.

Drafts 4 to 2020-12 are read. What is not understood is kept as `opaque`, never passed over.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from chartgen.compare.contract.shape import (
    KINDS,
    MAXIMA,
    MINIMA,
    TEXTS,
    Items,
    Keys,
    Node,
    Shape,
    both,
    canonical,
    reference,
)

ANNOTATIONS = frozenset(
    (
        *("title", "description", "default", "examples", "readOnly", "writeOnly", "deprecated", "$comment"),
        *("$schema", "$vocabulary", "$anchor", "definitions", "$defs"),
    )
)
"""Keywords that say nothing about which values fit."""

_UNRESOLVED = "$unresolved"
"""Stands for a reference that leads out of the document, or in a circle."""

_BY_ADDRESS = ("$id", "$dynamicRef", "$recursiveRef", "$dynamicAnchor")
"""Keywords whose meaning depends on the whole document."""

_LATER = frozenset(
    (
        *("prefixItems", "dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems"),
        *("minContains", "maxContains", "$dynamicRef", "$recursiveRef", "$dynamicAnchor", "contentSchema"),
    )
)
"""Keywords that draft-07 and those before it do not know."""

_OPAQUE = (*_LATER, "$id", _UNRESOLVED, "contentEncoding", "contentMediaType")
_UNDERSTOOD = ("prefixItems", "dependentRequired", "dependentSchemas")
_OLD_DRAFT = re.compile(r"draft-0[3-7]\b")


class Document:
    """A whole schema, within which its parts are read."""

    def __init__(self, root: Node) -> None:
        said = root.get("$schema", "") if isinstance(root, Mapping) else ""
        self._old = bool(_OLD_DRAFT.search(str(said)))
        self._shapes: dict[str, Shape] = {}
        self._under_way: set[str] = set()
        self.root = _without_address(root)

    def shape(self, node: Node) -> Shape:
        """What a part of the schema asks."""
        key = canonical(node)
        if key not in self._shapes:
            shape = functools.reduce(both, map(self._plain, self._parts(node, ())), Shape())
            if key in self._under_way:  # a choice that holds itself
                return shape
            self._under_way.add(key)
            shape = self._with_kinds_of_choices(shape)
            self._under_way.discard(key)
            self._shapes[key] = shape
        return self._shapes[key]

    def address(self, node: Node) -> str:
        """The shared part of the schema that a part stands for, at the end of its references; empty: none."""
        found, seen = reference(node), set[str]()
        while found and found not in seen:
            seen.add(found)
            target = self._target(found)
            found = (reference(target) if target is not None else "") or found
        return found

    def _with_kinds_of_choices(self, shape: Shape) -> Shape:
        for _, branches in shape.choices:
            kinds = frozenset().union(*(self.shape(branch).kinds for branch in branches))
            shape = both(shape, Shape(kinds=kinds))
        return shape

    def _parts(self, node: Node, above: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
        """The maps of keywords that a schema is made of: itself, what it refers to, and what `allOf` holds."""
        if not isinstance(node, Mapping):
            yield from () if node is True else ({"enum": []},)
            return
        rest = {key: value for key, value in node.items() if key not in ANNOTATIONS}
        target = rest.pop("$ref", None)
        if target is not None:
            found = None if target in above else self._target(target)
            if found is None:
                yield {_UNRESOLVED: target}
            else:
                yield from self._parts(found, (*above, target))
            if self._old:  # beside a reference nothing counts
                return
        for part in rest.pop("allOf", ()):
            yield from self._parts(part, above)
        if rest:
            yield rest

    def _target(self, reference: Any) -> Node | None:
        """What stands where a reference leads; None: not in this document."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            return None
        node: Any = self.root
        for part in reference[1:].split("/")[1:] if reference.startswith("#/") else ():
            key = part.replace("~1", "/").replace("~0", "~")
            if isinstance(node, Mapping) and key in node:
                node = node[key]
            elif isinstance(node, list) and key.isdecimal() and int(key) < len(node):
                node = node[int(key)]
            else:
                return None
        is_pointer = reference == "#" or reference.startswith("#/")
        return node if is_pointer and isinstance(node, Mapping | bool) else None

    def _plain(self, part: Mapping[str, Any]) -> Shape:
        """What keywords ask that stand together; none of them is `$ref` or `allOf`."""
        known = {key: value for key, value in part.items() if not (self._old and key in _LATER)}
        limits = {key: known[key] for key in (*MINIMA, *MAXIMA) if _is_number(known.get(key))}
        unclear = [key for key in (*MINIMA, *MAXIMA) if key in known and key not in limits]
        unclear += [key for key in _OPAQUE if key in known and key not in _UNDERSTOOD]
        nots, impossible = _nots(known)
        return both(
            Shape(
                kinds=frozenset() if impossible else _kinds(known),
                limits=limits,
                texts=frozenset((key, str(known[key])) for key in TEXTS if key in known),
                multiples=_multiples(known),
                unique=known.get("uniqueItems") is True,
                required=frozenset(known["required"] if isinstance(known.get("required"), list) else ()),
                keys=_keys(known),
                names=tuple(known[key] for key in ("propertyNames",) if known.get(key, True) is not True),
                items=_items(known),
                contains=tuple(known[key] for key in ("contains",) if key in known),
                needs=tuple(_needs(known)),
                choices=tuple((key, tuple(known[key])) for key in ("anyOf", "oneOf") if key in known),
                nots=nots,
                conditions=_conditions(known),
                opaque=(self._unclear(unclear, part),) if unclear else (),
            ),
            _values(known),
        )

    def _unclear(self, keywords: list[str], part: Mapping[str, Any]) -> str:
        """What cannot be judged, as a text; where it depends on all of the document, that is part of it."""
        inside = _UNRESOLVED in keywords and "://" not in str(part[_UNRESOLVED])
        whole = self.root if inside or any(key in keywords for key in _BY_ADDRESS) else None
        return canonical([sorted(keywords), part, whole])


def _without_address(root: Node) -> Node:
    """A schema's own address says where it stands, and nothing more."""
    if not isinstance(root, Mapping):
        return root
    return {key: value for key, value in root.items() if key not in ("$id", "id")}


def _multiples(part: Mapping[str, Any]) -> frozenset[Fraction]:
    return frozenset([Fraction(str(part["multipleOf"]))] if _is_number(part.get("multipleOf")) else [])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _kinds(part: Mapping[str, Any]) -> frozenset[str]:
    if "type" not in part:
        return KINDS
    types = part["type"] if isinstance(part["type"], list) else [part["type"]]
    return frozenset(kind for name in types for kind in (("integer", "fraction") if name == "number" else (name,)))


def _values(part: Mapping[str, Any]) -> Shape:
    listed = Shape(values=tuple(part["enum"])) if "enum" in part else Shape()
    return both(listed, Shape(values=(part["const"],))) if "const" in part else listed


def _nots(part: Mapping[str, Any]) -> tuple[tuple[Node, ...], bool]:
    """What must not fit, and whether that leaves nothing."""
    if "not" not in part:
        return (), False
    node = part["not"]
    return (() if node is False else (node,)), node in (True, {})


def _keys(part: Mapping[str, Any]) -> tuple[Keys, ...]:
    if not {"properties", "patternProperties", "additionalProperties"} & part.keys():
        return ()
    rest = part.get("additionalProperties", True)
    return (Keys(part.get("properties", {}), part.get("patternProperties", {}), rest),)


def _items(part: Mapping[str, Any]) -> tuple[Items, ...]:
    items = part.get("items", True)
    if isinstance(items, list):
        return (Items(tuple(items), part.get("additionalItems", True)),)
    first = tuple(part.get("prefixItems", ()))
    return (Items(first, items),) if first or items is not True else ()


def _needs(part: Mapping[str, Any]) -> Iterator[tuple[str, Node]]:
    for keyword in ("dependencies", "dependentRequired", "dependentSchemas"):
        for key, wanted in part.get(keyword, {}).items():
            yield key, {"required": wanted} if isinstance(wanted, list) else wanted


def _conditions(part: Mapping[str, Any]) -> tuple[tuple[Node, Node, Node], ...]:
    if "if" not in part or not {"then", "else"} & part.keys():
        return ()
    return ((part["if"], part.get("then", True), part.get("else", True)),)
