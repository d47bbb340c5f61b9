"""The reference of the chart's values, as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from chartgen.chart.fragments import Fragment
from chartgen.chart.walk import Property, properties

_HEAD = """\
# Values of the shared chart

Every key that the chart takes, by concern. `<name>` stands for a name of your choice.

- What is not listed is refused, but for keys that start with `x-` (anchors, marks of tools) and `global` at the top.
- Every key may be left out, unless it is required, and may be `null`. Null removes what a values file below has set,
  and the chart's default with it: a switch then acts as documented here, a whole block is off, and a field that goes
  into an object is left to Kubernetes.
- Maps merge by key over all values files; lists and everything else replace.

This page is made from `values-schemas/`, as is the chart's `values.schema.json`.
"""

TABLE = "\n| Key | Type | Default | What it does | Example |\n|---|---|---|---|---|\n"
"""The head of a table of properties, in Markdown."""

_ALSO = {
    "pod": " Workers, jobs and tests take these values too.",
    "workload": " Workers take these values too.",
}


def text(fragments: Iterable[Fragment], schema: Mapping[str, Any]) -> bytes:
    """The page.

    Arguments:
        fragments: those of the concerns that the chart has.
        schema: their bundle, which says the defaults.
    """
    parts = [_HEAD]
    told: dict[str, str] = {}
    for fragment in fragments:
        parts.append(f"\n## {fragment.title}\n\n{fragment.description}{_ALSO.get(fragment.level, '')}\n{TABLE}")
        for name in fragment.properties:
            parts += map(row, _once(properties(schema, name), told))
    return "".join(parts).encode()


def _once(all_properties: Iterable[Property], told: dict[str, str]) -> Iterator[Property]:
    """The properties, without the keys of an object that stand on the page already: `told`, which this adds to."""
    skipped = ""
    for prop in all_properties:
        if skipped and prop.dotted.startswith(skipped):
            continue
        skipped = ""
        if "properties" in prop.node and prop.definition:
            first = told.setdefault(prop.definition, prop.dotted)
            if first != prop.dotted:
                skipped = f"{prop.dotted}."
                yield replace(
                    prop, node={**prop.node, "description": f"{prop.node['description']} Keys as in `{first}`."}
                )
                continue
        yield prop


def row(prop: Property) -> str:
    """The property's line in a table of TABLE's columns."""
    node = prop.node
    default = _code(node["default"]) if "default" in node else "required" if prop.required else ""
    example = _code(node["examples"][0]) if node.get("examples") else ""
    cells = (f"`{prop.dotted}`", " or ".join(_types(node)), default, node.get("description", ""), example)
    return f"| {' | '.join(_escaped(cell) for cell in cells)} |\n"


def _types(node: Mapping[str, Any]) -> Iterator[str]:
    if "enum" in node:
        yield ", ".join(f"`{value}`" if value else '`""`' for value in node["enum"] if value is not None)
        return
    types = node.get("type", [])
    for name in [types] if isinstance(types, str) else types:
        if name == "array":
            yield f"list of {node.get('items', {}).get('type', 'anything')}s"
        elif name == "object":
            yield "map" if isinstance(node.get("additionalProperties"), dict) else "object"
        elif name != "null":
            yield name


def _code(value: Any) -> str:
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _escaped(cell: str) -> str:
    return " ".join(cell.replace("|", "\\|").split())
