"""The cases over which two versions of a chart are rendered: values that a service may well have.

Of the shared chart: the least it takes, each example of its schema, and those of `corpus.json`, which were made from
this project's own tests so that together they touch every value and whatever is rendered from it. Of any chart: the
cases that its author wrote (`ci/*-values.yaml`, as chart-testing has them).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

from chartgen.compare.contract.shape import canonical
from chartgen.model import Chart, Values

FILE = "corpus.json"

LEAST: Values = {
    "image": {"repository": "example.com/app", "tag": "1.0.0"},
    "ports": {"http": {"containerPort": 8080}},
}
"""The least that makes a service of the shared chart: an image and a port."""


def cases(charts: Sequence[Chart], own: Mapping[str, Values]) -> Mapping[str, Values]:
    """Values by the name of their case, no two alike; whether a chart takes them is to be seen.

    Values of the top level that one of the charts has no longer, or not yet, are left out of the corpus's cases: they
    stay cases of the rest.

    Arguments:
        charts: one or both versions; the shared chart's are known by their contract.
        own: the cases of the chart's author, by name.
    """
    shared = any(chart.contract is not None for chart in charts)
    least = LEAST if shared else {}
    found: dict[str, tuple[str, Values]] = {}
    for name, values in _all(charts, least, own, shared=shared):
        found.setdefault(canonical(values), (name, values))
    named: dict[str, Values] = {}
    for name, values in found.values():
        named[name if name not in named else f"{name} ({len(named)})"] = values
    return named


def bundled() -> Mapping[str, Values]:
    """The shared chart's corpus, as it travels with chartgen."""
    data: dict[str, Values] = json.loads((resources.files(__package__) / FILE).read_text(encoding="utf-8"))
    return data


def text(corpus: Mapping[str, Values]) -> bytes:
    """The corpus as FILE: a case a line."""
    lines = (f"{json.dumps(name)}:{_compact(corpus[name])}" for name in sorted(corpus))
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def properties(chart: Chart) -> Mapping[str, Any]:
    """What a chart's schema says of the values of the top level; nothing where it says none."""
    found = (chart.schema or {}).get("properties")
    return found if isinstance(found, dict) else {}


def _all(
    charts: Sequence[Chart], least: Values, own: Mapping[str, Values], *, shared: bool
) -> Iterator[tuple[str, Values]]:
    yield "least", least
    for chart in charts:
        for key, schema in properties(chart).items():
            examples = schema.get("examples") if isinstance(schema, dict) else None
            for number, example in enumerate(examples if isinstance(examples, list) else ()):
                yield f"example {key} {number + 1}", {**least, key: example}
    if shared:
        known = [properties(chart).keys() for chart in charts if chart.schema is not None]
        for name, values in bundled().items():
            yield name, {key: value for key, value in values.items() if all(key in keys for keys in known)}
    for name, values in own.items():
        yield name, values


def _compact(values: Values) -> str:
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
