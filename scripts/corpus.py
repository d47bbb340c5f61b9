"""chartgen/compare/corpus.json: the cases over which versions of the shared chart are compared.

Taken from `tests/cases` and `tests/chart/cases.yaml`: as few as touch every value that any of them sets, in every way
that any of them sets it, and every field that is rendered of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chartgen import engine, yamlio
from chartgen.chart import schema as schemas
from chartgen.chart.walk import ANY
from chartgen.checks.values_schema import ValuesSchema, check
from chartgen.compare import corpus
from chartgen.model import Chart, ChartRef, Layer, Release, Values
from chartgen.values import merge, merge_all
from tests import cases

PAGE = "chartgen/compare/corpus.json"
OF_CHART = Path(__file__).resolve().parent.parent / "tests" / "chart" / "cases.yaml"

_SMALL = 200
"""Bytes: a case of few values is taken before a slightly better one of many."""

Features = frozenset[tuple[Any, ...]]


def pages() -> dict[str, bytes]:
    """The file by its path."""
    chart = cases.shared_chart()
    known = dict(_cases(chart))
    chosen = _cover(known, _features(chart, known))
    return {PAGE: corpus.text({name: known[name] for name in chosen})}


def _cases(chart: Chart) -> Iterator[tuple[str, Values]]:
    """Every set of values that the chart takes, each once."""
    told = set()
    schema = ValuesSchema.of(chart)
    for name, values in (*_of_specs(), *_of_chart()):
        key = json.dumps(values, sort_keys=True)
        if key not in told and not check(_release(name, values), schema):
            told.add(key)
            yield name, values


def _of_specs() -> Iterator[tuple[str, Values]]:
    for case in cases.collect():
        if case.error is None:
            releases = cases.shared(case.releases())
            for release in releases:
                values = merge_all(layer.values for layer in release.layers)
                name = case.name if len(releases) == 1 else f"{case.name} {release.title}"
                yield name, {key: value for key, value in values.items() if not key.startswith("x-")}


def _of_chart() -> Iterator[tuple[str, Values]]:
    for case in yamlio.loads(OF_CHART.read_bytes(), OF_CHART.name):
        if "error" not in case and "values" in case:
            yield f"chart: {case['it']}", merge(corpus.LEAST, case["values"])


def _release(name: str, values: Values) -> Release:
    return Release("corpus", "case", None, name, "app", "default", None, ChartRef("microservice"), Layer(name, values))


# ---- what each case touches -----------------------------------------------------------------------------------------


def _features(chart: Chart, known: Mapping[str, Values]) -> dict[str, Features]:
    """For each case the values it sets, and the fields rendered of it, each with how it is set."""
    root = {"properties": (chart.schema or {})["properties"]}
    found: dict[str, set[tuple[Any, ...]]] = {
        name: set(of_value(chart.schema or {}, root, values, ())) for name, values in known.items()
    }
    releases = [_release(name, values) for name, values in known.items()]
    for manifest in engine.choose().template(chart, releases):
        found[manifest.release.service] |= set(_of_object(manifest.object, (str(manifest.object["kind"]),)))
    return {name: frozenset(features) for name, features in found.items()}


def of_value(schema: Mapping[str, Any], written: Any, value: Any, path: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """Every path into the schema that a value sets, each ending in what sort of value stands there.

    Arguments:
        schema: all of it.
        written: its part for the value.
    """
    node = schemas.resolve(schema, written) if isinstance(written, dict) else {}
    yield (*path, value if isinstance(value, str) and value in node.get("enum", ()) else _sort(value))
    if isinstance(value, dict):
        for key, entry in value.items():
            named = node.get("properties", {})
            below = (key, named[key]) if key in named else (ANY, node.get("additionalProperties"))
            yield from of_value(schema, below[1], entry, (*path, below[0]))
    elif isinstance(value, list):
        for entry in value:
            yield from of_value(schema, node.get("items"), entry, (*path, "[]"))


def _of_object(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for key, entry in value.items():
            if (*path, key)[1:] not in (("data",), ("binaryData",)):
                yield from _of_object(entry, (*path, key))
    elif isinstance(value, list):
        yield (*path, _sort(value))
        for entry in value:
            yield from _of_object(entry, (*path, "[]"))
    else:
        yield (*path, _sort(value))


def _sort(value: Any) -> Any:
    """What sort of value it is: a switch's own; otherwise its type, and whether there is nothing or much of it."""
    if value is None or isinstance(value, bool):
        return value
    amount = len(value) if isinstance(value, str | list | dict) else value
    return type(value).__name__, min(amount, 1 if isinstance(value, str | int | float) else 2)


def _cover(known: Mapping[str, Values], features: Mapping[str, Features]) -> Iterator[str]:
    """Cases that together have every feature, greedily chosen."""
    left = set().union(*features.values())
    size = {name: _SMALL + len(json.dumps(values)) for name, values in known.items()}
    while left:
        best = max(sorted(features), key=lambda name: len(features[name] & left) / size[name])
        left -= features[best]
        yield best
