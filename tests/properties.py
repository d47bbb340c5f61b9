"""Which property of the chart's contract stands at a path in values."""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chartgen import yamlio
from chartgen.chart import schema as schemas
from chartgen.chart.walk import ANY, Property, properties
from tests import cases
from tests.chart.rendering import BASE


@functools.cache
def known() -> dict[str, Property]:
    """Every property, and every kind of entry of a map, by its dotted path."""
    schema = cases.shared_chart().schema or {}
    every = (prop for name in schema["properties"] if name != "global" for prop in properties(schema, name))
    return {prop.dotted: prop for prop in every}


def named(path: tuple[str, ...]) -> str:
    """The dotted path of the property that stands at a path; empty where there is none.

    What a worker or a job takes from the service is called as at the service.
    """
    schema = cases.shared_chart().schema or {}
    node: Any = schema
    name: tuple[str, ...] = ()
    for part in path:
        name = (schemas.value(node),) if schemas.value(node) else name
        whole = schemas.resolve(schema, node)
        below = whole.get("properties", {}).get(part)
        name = (*name, ANY if below is None else part)
        node = whole.get("additionalProperties", False) if below is None else below
        if not isinstance(node, Mapping):
            return ""
    return schemas.value(node) if schemas.is_taken(node) else ".".join(name)


def is_known(path: tuple[str, ...]) -> bool:
    """Whether the schema has a word for what stands there."""
    return bool(named(path))


def is_fixed(path: tuple[str, ...]) -> bool:
    """Whether the last key is one that the contract gave, not a name of the user's choice."""
    if not path or path[-1].startswith("x-") or named(path).rpartition(".")[2] != path[-1]:
        return False
    above = known().get(named(path[:-1]))
    return above is None or above.node.get("additionalProperties") is False


def paths(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of all entries of maps in values; what stands in lists has none."""
    for key, entry in node.items() if isinstance(node, Mapping) else ():
        yield (*path, key)
        yield from paths(entry, (*path, key))


def dropped(node: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """A copy without the entry at the path."""
    first, *rest = path
    if not rest:
        return {key: entry for key, entry in node.items() if key != first}
    return {**node, first: dropped(node[first], tuple(rest))}


def refusal_of_helm(helm: Path, values: Mapping[str, Any], file: Path) -> str:
    """What plain Helm says against values; fails where it takes them."""
    file.write_text(yamlio.dumps(values), encoding="utf-8")
    command = [str(helm), "template", "web", str(BASE), "--values", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0, values
    return done.stderr
