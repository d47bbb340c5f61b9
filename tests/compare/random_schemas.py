"""Pairs of small schemas of few words, so that they often touch, and values of the same words."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from hypothesis import strategies as st

from chartgen.chart.fragments import DRAFT

Strategy = st.SearchStrategy[Any]

TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
PATTERNS = st.sampled_from(["^a", "^x-", "b", "^(a|b)$"])
WORDS = ["a", "b", "ab", "x-a"]
PLAIN = [None, True, False, -1, 0, 1, 2, 3, 4, 0.5, 1.0, 2.5, "", "c", *WORDS]
SCALARS = st.sampled_from(PLAIN)
KEYS = st.sampled_from(WORDS)
REFERENCES = st.sampled_from(["#/definitions/one", "#/definitions/two", "#/properties/a", "#"])


def values(count: int) -> list[Any]:
    """All scalars, and so many lists and maps of them, two levels deep; the same ones each time."""
    draw = random.Random(0)
    scalars: list[Any] = list(PLAIN)
    shallow = [_composed(draw, scalars) for _ in range(count // 2)]
    return [*scalars, *shallow, *(_composed(draw, scalars + shallow) for _ in range(count // 2))]


def _composed(draw: random.Random, inner: list[Any]) -> Any:
    if draw.random() < 0.3:
        return [draw.choice(inner) for _ in range(draw.randrange(4))]
    return {key: draw.choice(inner) for key in draw.sample(WORDS, draw.randrange(4))}


def _some(optional: dict[str, Strategy], most: int) -> Strategy:
    """A few of the keywords."""
    return st.lists(st.sampled_from(sorted(optional)), max_size=most, unique=True).flatmap(
        lambda names: st.fixed_dictionaries({name: optional[name] for name in names})
    )


def _keywords(node: Strategy) -> dict[str, Strategy]:
    size = st.integers(0, 3)
    nodes = st.lists(node, min_size=1, max_size=3)
    keys = st.lists(KEYS, unique=True, max_size=2)
    return {
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
        "enum": st.lists(SCALARS, min_size=1, max_size=3, unique_by=repr),
        "const": SCALARS,
        **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), st.integers(-1, 4)),
        "multipleOf": st.sampled_from([1, 2, 0.5]),
        **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), size),
        "pattern": PATTERNS,
        "uniqueItems": st.booleans(),
        "required": keys,
        "properties": st.dictionaries(KEYS, node, max_size=3),
        "patternProperties": st.dictionaries(PATTERNS, node, max_size=2),
        "additionalProperties": node,
        "propertyNames": node,
        "items": node | st.lists(node, min_size=1, max_size=2),
        "additionalItems": node,
        "contains": node,
        "dependencies": st.dictionaries(KEYS, node | keys, max_size=2),
        **dict.fromkeys(("allOf", "anyOf", "oneOf"), nodes),
        **dict.fromkeys(("not", "if", "then", "else"), node),
        "description": st.sampled_from(["one", "another"]),
    }


def _node(depth: int) -> Strategy:
    reference, typed = REFERENCES.map(lambda to: {"$ref": to}), TYPES.map(lambda name: {"type": name})
    plain: Strategy = st.booleans() | st.just({}) | reference | typed
    return plain | _some(_keywords(_node(depth - 1)), 3) if depth else plain


NODES = _node(2)


@st.composite
def schemas(draw: st.DrawFn) -> dict[str, Any]:
    """A draft-07 document with two definitions, whose references may run in circles."""
    root = draw(_some(_keywords(NODES), 4))
    properties = {"a": True, **root.get("properties", {})}
    definitions = {"one": draw(NODES), "two": draw(NODES)}
    return {"$schema": DRAFT, **root, "properties": properties, "definitions": definitions}


@st.composite
def pairs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two schemas, most often the second made from the first by a change or two."""
    old = draw(schemas())
    if draw(st.integers(0, 4)) == 0:
        return old, draw(schemas())
    new = json.loads(json.dumps(old))
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(_maps(new)))
        change = draw(_some(_keywords(NODES), 1))
        keyword = draw(st.sampled_from(sorted(place))) if place else ""
        if draw(st.booleans()) and keyword not in ("", "$schema", "definitions", "properties"):
            del place[keyword]
        else:
            place.update(copy.deepcopy(change))
    new["properties"].setdefault("a", True)
    return (old, new) if draw(st.booleans()) else (new, old)


def _maps(node: Any) -> list[dict[str, Any]]:
    """Every schema within one that is a map."""
    found = [node] if isinstance(node, dict) else []
    for keyword, value in node.items() if isinstance(node, dict) else ():
        if keyword in ("properties", "patternProperties", "definitions", "dependencies"):
            found += [each for child in value.values() for each in _maps(child)]
        elif keyword in ("allOf", "anyOf", "oneOf") or (keyword == "items" and isinstance(value, list)):
            found += [each for child in value for each in _maps(child)]
        elif keyword not in ("enum", "const", "required", "type"):
            found += _maps(value)
    return found
