"""Any values that the schema accepts, as a hypothesis strategy."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from chartgen.chart.schema import definition, resolve
from chartgen.jsonvalidation import Validator

Strategy = st.SearchStrategy[Any]

NAMES = st.sampled_from(["http", "grpc", "live", "admin"])
"""Few names for ports, so that what refers to one often finds it."""

FIXED = {("probePort",): NAMES, ("port",): NAMES | st.integers(1, 65535)}
"""Properties that refer to a port beside a pattern, by the end of their paths."""

_SOME = 8

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn"], include_characters="\n\t"), max_size=12
)


def values(schema: Mapping[str, Any]) -> Strategy:
    """Documents that the schema accepts, few of their keys set."""
    accepts = Validator(dict(schema)).is_valid  # what parts say together, a strategy of the parts does not know
    return _object(schema, {"type": "object", "properties": schema["properties"]}).filter(accepts)


def _node(schema: Mapping[str, Any], written: Mapping[str, Any], name: str = "") -> Strategy:
    node = resolve(schema, dict(written))
    if definition(dict(written)) == "portName":
        return NAMES
    if (name,) in FIXED:
        return FIXED[(name,)] | st.none()
    if "enum" in node:
        return st.sampled_from(node["enum"])
    types = node.get("type", "object")
    wanted = [part for part in written.get("allOf", ()) if "type" in part]
    types = wanted[0]["type"] if wanted else types
    return st.one_of(*(_TYPES[kind](schema, node) for kind in ([types] if isinstance(types, str) else types)))


def _object(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Strategy:
    entry = node.get("additionalProperties")
    if isinstance(entry, dict):
        return st.dictionaries(_keys(schema, node.get("propertyNames", {})), _node(schema, entry), max_size=3)
    return _some(schema, node)


@st.composite
def _some(draw: st.DrawFn, schema: Mapping[str, Any], node: Mapping[str, Any]) -> dict[str, Any]:
    """What is required, and some of the rest: a worker may say nearly all that the chart knows."""
    known, required = node.get("properties", {}), node.get("required", ())
    optional = sorted(known.keys() - {*required})
    names = [*required, *(draw(st.lists(st.sampled_from(optional), max_size=_SOME, unique=True)) if optional else ())]
    return {name: draw(_node(schema, known[name], name)) for name in names}


def _keys(schema: Mapping[str, Any], written: Mapping[str, Any]) -> Strategy:
    if definition(dict(written)) == "portName":
        return NAMES
    node = resolve(schema, dict(written))
    return _string(schema, node) if "pattern" in node else st.text(string.ascii_lowercase, min_size=1, max_size=5)


def _string(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Strategy:
    if "pattern" not in node:
        return TEXT.filter(lambda text: len(text) >= node.get("minLength", 0))
    matching = st.from_regex(
        node["pattern"], fullmatch=True, alphabet=st.characters(codec="ascii", exclude_categories=["Cc"])
    )
    return matching.filter(lambda text: len(text) <= node.get("maxLength", 20))


def _number(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Strategy:
    return st.integers(0, 2_000_000) | st.sampled_from([0.5, 1.25])


def _integer(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Strategy:
    return st.integers(node.get("minimum", 0), node.get("maximum", 2_000_000))


_TYPES: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], Strategy]] = {
    "null": lambda *_: st.none(),
    "boolean": lambda *_: st.booleans(),
    "integer": _integer,
    "number": _number,
    "string": _string,
    "array": lambda schema, node: st.lists(_node(schema, node["items"]), max_size=3),
    "object": _object,
}
