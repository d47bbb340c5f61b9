"""Init containers: what runs to its end before the service starts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from chartgen.concerns import amounts, forms, outside, reference
from chartgen.concerns.amounts import AmountFields
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Entries, Fault, Fields, PartName, Text, Texts, Variables, present, quoted
from chartgen.model import Values
from chartgen.yamlio import Map


class InitContainerFields(Fields):
    """One init container; it has the service's environment, mounts and security context."""

    image: Text | None = Field(None, description="Its image.", examples=["busybox:1.38.0"])
    commands: Texts | None = Field(None, description="The program to start.", examples=[["/bin/sh", "-c"]])
    args: Texts | None = Field(None, description="The program's arguments.")
    env_vars: Annotated[Variables, WithJsonSchema(forms.VARIABLES_EITHER_WAY)] | None = Field(
        None, description="Variables beside the service's own: a map, or a list of `{name, value}`."
    )
    resource_request: AmountFields | None = Field(None, description="Its requests; else the service's.")
    resource_limits: AmountFields | None = Field(None, description="Its limits; else the service's.")


class InitContainersFields(Fields):
    """What runs before the service."""

    init_containers: Annotated[dict[PartName, InitContainerFields | None], Entries] | None = Field(
        None,
        description="Containers that run one after another, in the order written, before the service starts: a list "
        "of `{name, image, …}`, or a map by name.",
        examples=[[{"name": "migrate", "image": "example.com/shop/migrate:1.2", "commands": ["/migrate"]}]],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """A list → a map by name; each one's `env_vars` likewise."""
    containers = layer.get("init_containers")
    if containers is None:
        return layer
    by_name = forms.named(containers, ("init_containers",), faults)
    if isinstance(by_name, Map):
        entries = {name: _with_env(name, node, faults) for name, node in by_name.entries.items()}
        by_name = replace(by_name, entries=entries)
    return forms.put(layer, "init_containers", by_name)


def _with_env(name: str, node: Any, faults: list[Fault]) -> Any:
    variables = node.get("env_vars") if isinstance(node, Map) else None
    if variables is None:
        return node
    path = ("init_containers", name, "env_vars")
    return forms.put(node, "env_vars", forms.variables(variables, path, faults))


def faults(fields: InitContainersFields, context: Context) -> Iterable[Fault]:
    """Containers without an image that can be read, one called like the service's own, limits below requests."""
    here = context.peers.get(context.service)
    for name, container in present(fields.init_containers).items():
        path = ("init_containers", name)
        parts = reference.split(container.image) if container.image is not None else None
        if container.image is None:
            yield Fault((*path, "image"), "is missing", "an image, `repository:tag`", absent=True)
        elif parts is None or not (parts.tag or parts.digest):
            expected = "`repository:tag` or `repository@sha256:…`"
            yield Fault((*path, "image"), f"is {quoted(container.image)}", expected)
        if name in outside.sidecars(context.around.resources):
            yield Fault(path, "is the name of the sidecar of a resource", hint="choose another name")
        if here is not None and name == here.host:
            yield Fault(path, "is the name of the service's own container", hint="choose another name")
        yield from amounts.faults(path, container.resource_request, container.resource_limits)


def values(fields: InitContainersFields, context: Context) -> Values:
    """`initContainers` by name; `order` tells which comes first where there are several: sidecars of resources do."""
    parts: dict[str, Any] = outside.sidecars(context.around.resources)
    for name, container in present(fields.init_containers).items():
        parts[name] = tidy(
            {
                "image": container.image,
                "command": container.commands,
                "args": container.args,
                "env": present(container.env_vars),
                "resources": amounts.resources(container.resource_request, container.resource_limits),
            }
        )
    if len(parts) > 1:
        parts = {name: {"order": order, **part} for order, (name, part) in enumerate(parts.items())}
    return tidy({"initContainers": parts})


ALSO = {"init_containers": forms.schema_of_named(InitContainerFields)}

CONCERN = Concern("init_containers", "Init containers", InitContainersFields, values, normalise, faults, also=ALSO)
