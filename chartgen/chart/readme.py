"""README.md of a packaged chart: what it is, how it is installed, and every value of its top level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from chartgen.chart import docs
from chartgen.chart import schema as schemas
from chartgen.chart.walk import Property
from chartgen.model import Chart

_TEMPLATE = "readme.md.j2"


def text(chart: Chart) -> bytes:
    """The page. It names no version and no repository, so that it stays as it is while the contract does."""
    import jinja2

    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  # Markdown, not HTML
    )
    template = environment.from_string((resources.files(__package__) / _TEMPLATE).read_text(encoding="utf-8"))
    about = {key: chart.metadata.get(key) or "" for key in ("description", "home", "kubeVersion")}
    rows = [docs.row(prop) for prop in _properties(chart)]
    return template.render(
        name=chart.name,
        about=about,
        ours=chart.contract is not None,
        described=chart.schema is not None,
        strict=(chart.schema or {}).get("additionalProperties") is False,
        table=docs.TABLE + "".join(rows) if rows else "",
    ).encode()


def _properties(chart: Chart) -> Iterator[Property]:
    """The values of the top level: those of the schema, else those that have a default."""
    if chart.schema is None:
        for name, value in chart.values.items():
            yield Property((name,), _described(value), required=False)
        return
    for name, written in (chart.schema.get("properties") or {}).items():
        if isinstance(written, dict) and name != "global":
            node = {**_resolved(chart.schema, written)}
            if name in chart.values:
                node.setdefault("default", chart.values[name])
            yield Property((name,), node, required=name in chart.schema.get("required", ()))


def _resolved(schema: Mapping[str, Any], node: dict[str, Any]) -> Mapping[str, Any]:
    """The node with what it refers to; as it is, where that is not one of the schema's own definitions."""
    try:
        return schemas.resolve(schema, node)
    except (KeyError, IndexError, TypeError):
        return node


def _described(value: Any) -> dict[str, Any]:
    names = {dict: "object", list: "array", bool: "boolean", int: "integer", float: "number", str: "string"}
    return {"type": names.get(type(value), []), "default": value}
