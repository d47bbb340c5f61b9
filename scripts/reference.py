"""The reference of the spec, as Markdown: one page for the whole, one for each concern. Made from the schemas."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from chartgen.chart import bundled, fragments
from chartgen.checks import preflight
from chartgen.checks.registry import FAMILIES
from chartgen.concerns import CONCERNS, NAMESPACE, Concern
from chartgen.spec import schema

SPEC_PAGE = "docs/reference/spec.md"
RULES_PAGE = "docs/reference/rules.md"
CONCERN_PAGES = "docs/concerns"
CASES = Path(__file__).resolve().parent.parent / "tests" / "cases"
_MOST_EXAMPLES = 3
_TOO_MUCH = {"error", "project", "values", "files", "chart"}
"""A case that needs more than the service's own fields is no example of them."""

_HEAD = """\
# The spec

Every field of `chartgen.yaml` and of `services/<name>.yaml`. What is not listed is refused. The same as JSON Schema,
for editors: `chartgen schema project`, `chartgen schema service`.

This page is made from the fields themselves.
"""
_ROOM = "In `managed_namespace`, of the project, an environment or a region: `true`, or a map of these."
_RULES_HEAD = """\
# The rules

What `chartgen check` holds releases to (`chartgen check --list-rules` prints the same), and, at the end, what
`chartgen deploy` asks the cluster before it sends anything. How to accept a finding, and how to hand over a scanner's
report: [the guide](../guides/checks.md).

This page is made from the rules themselves.
"""
_RULES_TABLE = "\n| Rule | Severity | Why | What to do |\n|---|---|---|---|\n"
_TABLE = "\n| Field | Type | What it does | Example |\n|---|---|---|---|\n"


def pages() -> dict[str, bytes]:
    """The pages by path."""
    by_concern = {fragment.concern: fragment for fragment in fragments.read(bundled.sources().fragments)}
    found = {SPEC_PAGE: _spec().encode(), RULES_PAGE: _rules().encode()}
    layer = schema.project_schema()["definitions"]["layer"]["properties"]
    for concern in CONCERNS:
        own = {name: node for name, node in layer.items() if name in concern.known}
        found[f"{CONCERN_PAGES}/{concern.name}.md"] = _concern(concern, by_concern[concern.name], own).encode()
    page = _concern(NAMESPACE, by_concern[NAMESPACE.name], _room(), _ROOM)
    found[f"{CONCERN_PAGES}/{NAMESPACE.name}.md"] = page.encode()
    return found


def _spec() -> str:
    project = schema.project_schema()
    properties = project["properties"]
    layer = project["definitions"]["layer"]["properties"]
    environments = _entry(properties["environments"])
    regions = _entry(environments["regions"])
    known = {name for concern in CONCERNS for name in concern.known}
    return "\n".join(
        [
            _HEAD,
            _section("The project", "", properties),
            _section("`environments.<name>`", "", environments),
            _section("`environments.<name>.regions.<name>`", "", regions),
            _section(
                "`managed_namespace`",
                f"{_ROOM} More: [{NAMESPACE.title}](../concerns/{NAMESPACE.name}.md).",
                _room(),
            ),
            _section("`services.<name>`", "Beyond the concerns below.", _without(layer, known)),
            *(
                _section(
                    f"`services.<name>`: {concern.title.lower()}",
                    f"More, and an example: [{concern.title}](../concerns/{concern.name}.md).",
                    {name: node for name, node in layer.items() if name in concern.known},
                )
                for concern in CONCERNS
            ),
        ]
    )


def _room() -> dict[str, Any]:
    """What may be said of a namespace."""
    room, _ = schema.project_schema()["definitions"]["namespace"]["anyOf"]
    return dict(room["properties"])


def _rules() -> str:
    """A section a family, a row a rule."""
    sections = [_RULES_HEAD]
    for family in (*FAMILIES, preflight.FAMILY):
        cells = ((f"`{rule.id}`", rule.severity, rule.reason, rule.remedy) for rule in family.rules)
        rows = "\n".join(f"| {' | '.join(map(_escaped, row))} |" for row in cells)
        sections.append(f"\n## {family.title}\n{_RULES_TABLE}{rows}\n")
    return "".join(sections)


def _concern(concern: Concern, fragment: fragments.Fragment, own: Mapping[str, Any], text: str = "") -> str:
    anchor = fragment.title.lower().replace(" ", "-")
    keys = ", ".join(f"`{name}`" for name in fragment.properties)
    return "\n".join(
        [
            f"# {concern.title}\n",
            f"{fragment.description}\n",
            "## In the spec",
            *([f"\n{text}"] if text else []),
            _TABLE.rstrip("\n"),
            *_rows(own, ""),
            "\n## In the chart's values\n",
            f"{keys}: see [the values of the chart](../reference/values.md#{anchor}).\n",
            *_examples(concern.name),
        ]
    )


def _examples(concern: str) -> Iterator[str]:
    """What some of the concern's cases show: what is written, and the generated values that come of it."""
    shown = 0
    for path in sorted((CASES / concern).glob("*.yaml")):
        blocks = _blocks(path.read_text(encoding="utf-8"))
        if blocks.keys() & _TOO_MUCH or not {"service", "generated"} <= blocks.keys() or shown == _MOST_EXAMPLES:
            continue
        if shown == 0:
            yield "## Examples\n"
        shown += 1
        written, generated = (_fenced(blocks[name]) for name in ("service", "generated"))
        become = "The generated values (`null`: the key is not there):"
        yield f"{blocks['description'].strip()}\n\n{written}\n\n{become}\n\n{generated}\n"


def _blocks(case: str) -> dict[str, str]:
    """The text below each top-level key of a case."""
    parts = re.split(r"^(\w+):", case, flags=re.MULTILINE)
    return {
        name: textwrap.dedent(text.lstrip(" \n") if "\n" not in text.strip() else text.strip("\n"))
        for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def _fenced(text: str) -> str:
    return f"```yaml\n{text.strip()}\n```"


def _section(title: str, text: str, properties: Mapping[str, Any]) -> str:
    words = f"\n{text}\n" if text else ""
    return f"\n## {title}\n{words}{_TABLE}" + "\n".join(_rows(properties, "")) + "\n"


def _rows(properties: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for name, node in properties.items():
        example = node["examples"][0] if node.get("examples") else None
        shown = "" if example is None else f"`{json.dumps(example, ensure_ascii=False)}`"
        cells = (f"`{prefix}{name}`", " or ".join(dict.fromkeys(_types(node))), node.get("description", ""), shown)
        yield f"| {' | '.join(_escaped(cell) for cell in cells)} |"
        one, by_name = _fields(node), _entry(node)
        if prefix.count(".") < 2 and "environments" not in name:
            yield from _rows(one, f"{prefix}{name}.")
            yield from _rows(by_name, f"{prefix}{name}.<name>.")


def _types(node: Mapping[str, Any]) -> Iterator[str]:
    if "$ref" in node:
        words = {"layer": "service fields", "service": "service fields", "namespace": "boolean or map"}
        yield words.get(node["$ref"].rpartition("/")[2], "")
    elif "enum" in node:
        yield from (f"`{choice}`" for choice in node["enum"])
    elif "anyOf" in node:
        for branch in node["anyOf"]:
            if not str(branch.get("$ref", "")).endswith("/reference") and branch.get("type") != "null":
                yield from _types(branch)
    elif node.get("type") == ["string", "number", "boolean"]:
        yield "string"
    elif node.get("type") == "array":
        items = [kind for kind in _types(node.get("items", {})) if kind]
        yield f"list of {' or '.join(f'{kind}s' if kind.isalpha() else kind for kind in items) or 'anything'}"
    elif node.get("type") == "object" or "properties" in node:
        yield "map" if "properties" not in node else "object"
    else:
        types = node.get("type", "anything")
        yield from ([types] if isinstance(types, str) else [kind for kind in types if kind != "null"])


def _fields(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of a node that is an object of fields."""
    return next((branch["properties"] for branch in _branches(node) if branch.get("properties")), {})


def _entry(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of each entry of a node that is a map by name."""
    for branch in _branches(node):
        inner = branch.get("additionalProperties")
        if isinstance(inner, dict) and _fields(inner):
            return _fields(inner)
    return {}


def _branches(node: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return [node, *node.get("anyOf", ())]


def _without(properties: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: node for name, node in properties.items() if name not in names}


def _escaped(cell: str) -> str:
    return " ".join(cell.replace("|", "\\|").split())
