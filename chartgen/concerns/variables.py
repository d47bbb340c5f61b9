"""Environment variables: how they are written, and what becomes of them, for whichever container they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import tidy
from chartgen.fields import (
    DataKey,
    Entries,
    Fault,
    Fields,
    Flag,
    ObjectName,
    Text,
    VariableName,
    pattern,
    present,
)
from chartgen.model import Values
from chartgen.yamlio import Node, Path

_FIELD = (
    r"metadata\.(name|namespace|uid|(labels|annotations)\['[^']+'\])"
    r"|spec\.(nodeName|serviceAccountName)|status\.(hostIPs?|podIPs?)"
)
_RESOURCE = r"(limits|requests)\.(cpu|memory|ephemeral-storage)"
_DIVISOR = "1(m|[kMGTPE]|[KMGTPE]i)?"
_USED = re.compile(r"\$\(([-._A-Za-z0-9]+)\)")


class VariableFields(Fields):
    """One variable: its `value`, or where that is, one of `config_map`, `secret`, `field`, `resource`."""

    value: Text | None = Field(None, description="The value, a string, taken as written.")
    config_map: ObjectName | None = Field(
        None, description="The ConfigMap that has it: one of `config_maps`, or one that is there.", examples=["shared"]
    )
    secret: ObjectName | None = Field(None, description="The Secret that has it.", examples=["shop-database"])
    key: DataKey | None = Field(None, description="The key in it; the variable's name unless given.")
    optional: Flag | None = Field(None, description="Whether the pods start without it, too.")
    field: Annotated[str, pattern(_FIELD, "a field of the pod, such as `metadata.name` or `status.podIP`")] | None = (
        Field(None, description="The pod's field that has it.", examples=["status.podIP"])
    )
    resource: Annotated[str, pattern(_RESOURCE, "such as `limits.memory` or `requests.cpu`")] | None = Field(
        None, description="The container's request or limit that it is.", examples=["limits.memory"]
    )
    divisor: Annotated[str, pattern(_DIVISOR, "one of a unit: `1m`, `1k`, `1Mi`")] | None = Field(
        None, description="The unit in which `resource` is told; 1 unless given.", examples=["1Mi"]
    )


Variables = Annotated[dict[VariableName, VariableFields | None], Entries]
"""Environment variables by name, in their one form."""

SOURCES: Mapping[str, tuple[str, ...]] = {
    "value": (),
    "config_map": ("key", "optional"),
    "secret": ("key", "optional"),
    "field": (),
    "resource": ("divisor",),
}
"""Where a value may come from, and what else may be said of it then."""


def normalise(node: Node, path: Path, faults: list[Fault]) -> Node:
    """A map, or a list of `{name, value}` → a map by name of `{value}` or of where the value is."""
    return forms.alternatives(forms.short(forms.variables(node, path, faults), "value", path, faults), SOURCES)


def faults(path: Path, variables: Mapping[str, VariableFields | None] | None) -> Iterator[Fault]:
    """Variables from nowhere or from several places at once, and what does not go with the place; `path` is theirs."""
    for name, variable in present(variables).items():
        yield from forms.one_source((*path, name), variable, SOURCES)
    yield from _circles(path, present(variables))


def values(variables: Mapping[str, VariableFields | None] | None) -> Values:
    """The variables as the chart takes them."""
    return {name: _value(variable) for name, variable in present(variables).items()}


def _value(variable: VariableFields) -> Any:
    if variable.value is not None:
        return variable.value
    return tidy(
        {
            "configMap": variable.config_map,
            "secret": variable.secret,
            "key": variable.key,
            "optional": variable.optional,
            "field": variable.field,
            "resource": variable.resource,
            "divisor": variable.divisor,
        }
    )


def _circles(path: Path, variables: Mapping[str, VariableFields]) -> Iterator[Fault]:
    """Variables that use each other as `$(NAME)`: none of them can come first."""
    used = {name: _used(name, variable.value or "", variables) for name, variable in variables.items()}
    try:
        TopologicalSorter(used).prepare()
    except CycleError as error:
        circle: list[str] = error.args[1]
        message = f"the variables use each other in a circle: {' → '.join(circle)}"
        yield Fault((*path, circle[0]), message, hint="give one of them a value of its own")


def _used(name: str, value: str, variables: Mapping[str, VariableFields]) -> list[str]:
    found = dict.fromkeys(_USED.findall(value.replace("$$", "")))
    return [other for other in found if other in variables and other != name]


def schema(*, map_too: bool, secret_too: bool = False) -> dict[str, Any]:
    """The JSON Schema of variables as they may be written.

    Arguments:
        map_too: as a map as well, not as a list alone.
        secret_too: a variable may say where a secret is.
    """
    entry = VariableFields.model_json_schema()
    forms = [entry, *([_SECRET] if secret_too else [])]
    written = {"type": ["string", "number", "boolean"]}
    item = {"anyOf": [_named(form, written) for form in forms]}
    several = {"type": "array", "items": item if secret_too else item["anyOf"][0]}
    by_name = {"type": "object", "additionalProperties": {"anyOf": [{"type": [*written["type"], "null"]}, *forms]}}
    return {"anyOf": [by_name, several]} if map_too else several


def _named(form: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    return {**form, "properties": {"name": written} | form["properties"], "required": ["name"], "minProperties": 2}


_SECRET = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        name: {"type": "string"} for name in ("remote", "property", "version", "encrypted", "mounted", "path", "mode")
    },
}
"""As `secrets` takes it."""
