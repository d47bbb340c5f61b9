"""values.yaml as documentation: every key under its description, with its default, or an example commented out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chartgen import yamlio
from chartgen.chart import schema as schemas
from chartgen.chart.defaults import defaults
from chartgen.chart.fragments import Fragment, Node

_WIDTH = 100
_HEADER = """
The values of this chart: every key with what it does and its default. Each may be left out, and null removes what a
values file below has set. Beside these keys, those that start with `x-` are let through, and so is `global`.
Made from the schemas in values-schemas/: edit those.
"""


def text(fragments: Iterable[Fragment], schema: Mapping[str, Any]) -> bytes:
    """The chart's values.yaml.

    Arguments:
        fragments: those of the concerns that the chart has.
        schema: their bundle, which says the defaults.
    """
    values = defaults(schema)
    lines = list(_comment(_HEADER))
    for fragment in fragments:
        lines += ["", f"# ---- {fragment.title} ".ljust(_WIDTH, "-"), *_comment(fragment.description)]
        for name in fragment.properties:
            lines += ["", *_entry(schema, name, schema["properties"][name], values)]
    return ("\n".join(lines) + "\n").encode()


def _entry(schema: Mapping[str, Any], name: str, written: Node, values: Mapping[str, Any]) -> Iterator[str]:
    """One key of a map whose defaults are `values`."""
    node = schemas.resolve(schema, written)
    yield from _comment(node["description"])
    example = next(iter(node.get("examples", ())), None)
    if name not in values:
        yield from _commented(yamlio.dumps({name: example}))
    elif "properties" in written and isinstance(values[name], dict):
        yield f"{name}:" if values[name] else f"{name}: {{}}"
        for key, child in written["properties"].items():
            yield from _indented(_entry(schema, key, child, values[name]))
    elif values[name] == "" and example is not None:
        yield f'{name}: ""  # {yamlio.dumps(example).strip()}'
    else:
        yield from yamlio.dumps({name: values[name]}).splitlines()
        yield from _indented(_commented(_more(example, values[name])))


def _more(example: Any, value: Any) -> str:
    """What else could stand in a map, or in an empty list."""
    if isinstance(value, dict) and isinstance(example, dict):
        example = {key: entry for key, entry in example.items() if key not in value}
    elif value != []:
        return ""
    return yamlio.dumps(example) if example else ""


def _comment(text: str) -> Iterator[str]:
    for line in textwrap.wrap(" ".join(text.split()), _WIDTH - 2, break_on_hyphens=False):
        yield f"# {line}"


def _commented(text: str) -> Iterator[str]:
    return (f"# {line}" for line in text.splitlines())


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)
