"""The defaults that a schema says, as plain values; and an organisation's own put into the schema."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from chartgen.chart import schema as schemas
from chartgen.chart.fragments import Node
from chartgen.errors import InputError, Problem, Where, dotted
from chartgen.jsonvalidation import Validator
from chartgen.model import Values
from chartgen.values import coalesce


def defaults(schema: Mapping[str, Any]) -> Values:
    """What the chart's values are where nobody sets them: every `default` of the schema at its place, never null."""
    return dict(_collect(schema, schema["properties"]))


def with_defaults(schema: Mapping[str, Any], values: Values, file: str = "") -> dict[str, Any]:
    """A copy of the schema in which these values are the defaults; null takes a default away.

    Arguments:
        schema: a bundled schema.
        values: the organisation's defaults, as a values file would say them.
        file: where they stand, for messages.

    Raises:
        InputError: the schema refuses them, or they lie under `x-…` or `global`, which have no defaults.
    """
    where = Where(file) if file else None
    problems = [
        Problem(violation.message, where, dotted(violation.path), violation.expected, violation.hint)
        for violation in Validator(schema).violations(values)
    ]
    problems += [
        Problem("the chart takes no defaults here", where, name)
        for name in values
        if name == "global" or name.startswith("x-")
    ]
    if problems:
        raise InputError(problems)
    changed = copy.deepcopy(dict(schema))
    for name, value in values.items():
        _set(changed["properties"][name], value)
    return changed


def _collect(schema: Mapping[str, Any], properties: Mapping[str, Node]) -> Iterator[tuple[str, Any]]:
    for name, written in properties.items():
        node = schemas.resolve(schema, written)
        if "default" in node:
            yield name, copy.deepcopy(node["default"])
        elif inner := dict(_collect(schema, node.get("properties", {}))):
            yield name, inner


def _set(node: Node, value: Any) -> None:
    """Makes the value the node's default: spread over its properties where those say their own."""
    if value is None:
        _clear(node)
    elif isinstance(value, dict) and "properties" in node and "default" not in node:
        for name, child in value.items():
            if name in node["properties"]:
                _set(node["properties"][name], child)
    elif isinstance(value, dict):
        # The inner call lets a null remove a default; the outer one drops the nulls that met none.
        node["default"] = coalesce(coalesce(node.get("default") or {}, value), {})
    else:
        node["default"] = copy.deepcopy(value)


def _clear(node: Node) -> None:
    node.pop("default", None)
    for child in node.get("properties", {}).values():
        _clear(child)
