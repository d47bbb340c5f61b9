"""Makes the Kubernetes API schemas in `kubernetes/`, small, from the development dependency `kubernetes-validate`.

`<version>.json` holds definitions by name, as JSON Schema draft-07: those of the oldest version whole, for each later
one what it adds and changes (null: what it drops). So one more version is one more file. `kinds.json` says in which
versions each kind is served: `-` in all known ones, `1.31-` from 1.31, `-1.33` until 1.33, `1.31-1.33` between.

What differs from the source, and why:
- descriptions and formats are dropped; neither decides what is valid;
- what a server fills in (`status`, `metadata.managedFields`) is not looked into;
- nothing may be null: an API server drops nulls before it looks, and so does the check;
- a quantity must be written like one: an API server refuses it before it validates anything.
"""

from __future__ import annotations

import importlib.resources
import json
import re
from collections.abc import Callable, Mapping
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

from chartgen.checks.kubernetes_data import definition_name, references
from chartgen.errors import ToolError

Definitions = dict[str, Any]
Kinds = dict[tuple[str, str], str]

DIRECTORY = "chartgen/checks/kubernetes"
OLDEST = 30
"""The oldest Kubernetes 1.x whose schemas are kept; of those before, only the names of kinds that they served."""

_QUANTITY = {
    "type": ["string", "number"],
    # From resource.Quantity: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    "pattern": r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$",
    "title": "a quantity such as `100m` or `1Gi`",
}
_SERVER_SIDE = {"status": {"type": "object"}, "managedFields": {"type": "array"}}


def generated() -> dict[str, bytes]:
    """Every file of the data directory: path from the project's root to content.

    Raises:
        ToolError: `kubernetes-validate` is not installed.
    """
    sources = {minor: json.loads(file.read_bytes())["$defs"] for minor, file in sorted(_sources().items())}
    kept = {minor: _reachable(source) for minor, source in sources.items() if minor >= OLDEST}
    steps = [(OLDEST, kept[OLDEST]), *((new, _changes(kept[old], kept[new])) for old, new in pairwise(kept))]
    files = {f"{DIRECTORY}/1.{minor}.json": _text(step) for minor, step in steps}
    kinds = _served({minor: _kinds(source) for minor, source in sources.items()})
    return files | {f"{DIRECTORY}/kinds.json": _text(kinds)}


def _sources() -> dict[int, Traversable]:
    """The file with all definitions of each Kubernetes 1.x."""
    try:
        root = importlib.resources.files("kubernetes_validate") / "kubernetes-json-schema"
    except ModuleNotFoundError as error:
        hint = "install chartgen with its extra `dev`"
        raise ToolError("kubernetes-validate, the source of the Kubernetes schemas, is missing", hint=hint) from error
    matches = [(re.fullmatch(r"v1\.(\d+)\.0-local-strict", folder.name), folder) for folder in root.iterdir()]
    return {int(match[1]): folder / "_definitions.json" for match, folder in matches if match}


# ---- what is kept ---------------------------------------------------------------------------------------------------


def _kinds(source: Definitions) -> Kinds:
    """The kinds that can be applied, with the names of their definitions in the source."""
    return {
        (f"{named[0]['group']}/{named[0]['version']}".lstrip("/"), named[0]["kind"]): name
        for name, schema in source.items()
        # Options and answers have other metadata, or none; so have lists, which are checked object by object. The
        # internal group is what API servers tell each other.
        if schema.get("properties", {}).get("metadata", {}).get("$ref", "").endswith(".ObjectMeta")
        and len(named := schema.get("x-kubernetes-group-version-kind", ())) == 1
        and not named[0]["group"].startswith("internal.")
    }


def _reachable(source: Definitions) -> Definitions:
    """The pruned definitions of all kinds and of everything they refer to, by short name."""
    kinds = _kinds(source)
    assert all(definition_name(*kind) == _short(name) for kind, name in kinds.items())  # noqa: S101 - of the source
    names = {_short(name): name for name in source}
    kept: Definitions = {}
    waiting = sorted(map(_short, kinds.values()))
    while waiting:
        short = waiting.pop()
        if short not in kept:
            kept[short] = _pruned(names[short], source[names[short]])
            waiting += references(kept[short])
    return dict(sorted(kept.items()))


def _pruned(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A definition without what does not decide."""
    if name.endswith(".resource.Quantity"):
        return dict(_QUANTITY)
    pruned = _bare(schema)
    if "metadata" in pruned.get("properties", {}) or name.endswith(".ObjectMeta"):
        pruned["properties"] |= {field: bare for field, bare in _SERVER_SIDE.items() if field in pruned["properties"]}
    return pruned


def _bare(schema: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return {"$ref": f"#/definitions/{_short(schema['$ref'])}"}
    if "oneOf" in schema:
        return {"type": [name for option in schema["oneOf"] for name in _types(option)]}
    bare: dict[str, Any] = {"type": types[0]} if len(types := _types(schema)) == 1 else {}
    if schema.get("required"):
        bare["required"] = schema["required"]
    if "additionalProperties" in schema:
        inner = schema["additionalProperties"]
        bare["additionalProperties"] = _bare(inner) if isinstance(inner, dict) else inner
    if "items" in schema:
        bare["items"] = _bare(schema["items"])
    if schema.get("properties"):
        bare["properties"] = {name: _bare(part) for name, part in sorted(schema["properties"].items())}
    return bare


def _types(schema: Mapping[str, Any]) -> list[str]:
    types = schema.get("type", [])
    return [name for name in ([types] if isinstance(types, str) else types) if name != "null"]


def _short(name: str) -> str:
    """`core.v1.Container` for `io.k8s.api.core.v1.Container`; the last three parts tell all definitions apart."""
    return ".".join(name.rpartition("/")[2].split(".")[-3:])


# ---- versions -------------------------------------------------------------------------------------------------------


def _changes(old: Definitions, new: Definitions) -> Definitions:
    names = sorted({*old, *new})
    return {name: new.get(name) for name in names if old.get(name) != new.get(name)}


def _served(kinds: Mapping[int, Kinds]) -> dict[str, dict[str, str]]:
    """For each API version and kind, the Kubernetes versions that serve it."""
    oldest, newest = min(kinds), max(kinds)
    served: dict[str, dict[str, str]] = {}
    for api_version, kind in sorted({name for known in kinds.values() for name in known}):
        minors = [minor for minor in sorted(kinds) if (api_version, kind) in kinds[minor]]
        assert minors == list(range(minors[0], minors[-1] + 1)), kind  # noqa: S101 - a range can say it
        first = "" if minors[0] == oldest else f"1.{minors[0]}"
        last = "" if minors[-1] == newest else f"1.{minors[-1]}"
        served.setdefault(api_version, {})[kind] = f"{first}-{last}"
    return served


def _text(content: Mapping[str, Any]) -> bytes:
    """JSON with a line a name and a line a property: small, and easy to compare."""
    return f"{_block(content, _entry)}\n".encode()


def _entry(part: Any) -> str:
    """A definition, or the kinds of an API version."""
    if not part or ("type" in part and "properties" not in part):
        return json.dumps(part)
    head = {key: value for key, value in part.items() if key != "properties"}
    if head == part:
        return _block(part, json.dumps, " ")
    return f'{json.dumps(head)[:-1]}, "properties": {_block(part["properties"], json.dumps, " ")}}}'


def _block(content: Mapping[str, Any], text: Callable[[Any], str], indent: str = "") -> str:
    lines = ",\n".join(f"{indent}{json.dumps(key)}: {text(value)}" for key, value in content.items())
    return f"{{\n{lines}\n}}"
