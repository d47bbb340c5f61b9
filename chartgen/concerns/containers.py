"""Containers beside the service's own: init containers before it, sidecars with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from chartgen.concerns import amounts, forms, reference, variables
from chartgen.concerns.amounts import AmountFields
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.concerns.variables import Variables
from chartgen.fields import Entries, Fault, Fields, Flag, PartName, Text, Texts, present, quoted
from chartgen.model import Values
from chartgen.yamlio import Map, Path


class ContainerFields(Fields):
    """One container; it has the service's environment, mounts and security context."""

    image: Text | None = Field(None, description="Its image.", examples=["busybox:1.38.0"])
    commands: Texts | None = Field(None, description="The program to start.", examples=[["/bin/sh", "-c"]])
    args: Texts | None = Field(None, description="The program's arguments.")
    env_vars: Annotated[Variables, WithJsonSchema(variables.schema(map_too=True))] | None = Field(
        None, description="Variables beside the service's own: as in `env_vars`."
    )
    resource_request: AmountFields | None = Field(None, description="Its requests; else the service's.")
    resource_limits: AmountFields | None = Field(None, description="Its limits; else the service's.")


class SidecarFields(ContainerFields):
    """One sidecar."""

    native: Flag | None = Field(
        None,
        description="`false`: it starts with the service, not before it, and is not waited for.",
        examples=[False],
    )


class ContainersFields(Fields):
    """What runs before the service and beside it."""

    init_containers: Annotated[dict[PartName, ContainerFields | None], Entries] | None = Field(
        None,
        description="Containers that run one after another, in the order written, before the service starts: a list "
        "of `{name, image, …}`, or a map by name.",
        examples=[[{"name": "migrate", "image": "example.com/shop/migrate:1.2", "commands": ["/migrate"]}]],
    )
    sidecars: Annotated[dict[PartName, SidecarFields | None], Entries] | None = Field(
        None,
        description="Containers that run beside the service for as long as it does, started in the order written "
        "before it and its init containers: a list of `{name, image, …}`, or a map by name.",
        examples=[{"proxy": {"image": "example.com/proxy:2.1", "args": ["--listen", "127.0.0.1:5432"]}}],
    )


_MAPS = ("init_containers", "sidecars")


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """A list → a map by name; each one's `env_vars` likewise."""
    for field in _MAPS:
        containers = layer.get(field)
        if containers is not None:
            by_name = forms.named(containers, (field,), faults)
            if isinstance(by_name, Map):
                entries = {name: _with_env((field, name), node, faults) for name, node in by_name.entries.items()}
                by_name = replace(by_name, entries=entries)
            layer = forms.put(layer, field, by_name)
    return layer


def _with_env(path: Path, node: Any, faults: list[Fault]) -> Any:
    own = node.get("env_vars") if isinstance(node, Map) else None
    if own is None:
        return node
    return forms.put(node, "env_vars", variables.normalise(own, (*path, "env_vars"), faults))


def faults(fields: ContainersFields, context: Context) -> Iterable[Fault]:
    """Containers without an image that can be read, names that are taken, limits below requests."""
    here = context.peers.get(context.service)
    taken = {here.host: "the service's own container"} if here is not None else {}
    for field in _MAPS:
        for name, container in present(getattr(fields, field)).items():
            path = (field, name)
            parts = reference.split(container.image) if container.image is not None else None
            if container.image is None:
                yield Fault((*path, "image"), "is missing", "an image, `repository:tag`", absent=True)
            elif parts is None or not (parts.tag or parts.digest):
                expected = "`repository:tag` or `repository@sha256:…`"
                yield Fault((*path, "image"), f"is {quoted(container.image)}", expected)
            if name in taken:
                yield Fault(path, f"is the name of {taken[name]}", hint="choose another name")
            taken[name] = "an init container"
            yield from variables.faults((*path, "env_vars"), container.env_vars)
            yield from amounts.faults(path, container.resource_request, container.resource_limits)


def values(fields: ContainersFields, context: Context) -> Values:
    """`initContainers` and `sidecars` by name; `order` tells which comes first where there are several."""
    return tidy({"initContainers": _containers(fields.init_containers), "sidecars": _containers(fields.sidecars)})


def _containers(written: Mapping[str, ContainerFields | None] | None) -> Values:
    containers = present(written)
    parts: Values = {}
    for order, (name, container) in enumerate(containers.items()):
        parts[name] = tidy(
            {
                "order": order if len(containers) > 1 else None,
                "native": container.native if isinstance(container, SidecarFields) else None,
                "image": container.image,
                "command": container.commands,
                "args": container.args,
                "env": variables.values(container.env_vars),
                "resources": amounts.resources(container.resource_request, container.resource_limits),
            }
        )
    return parts


ALSO = {
    "init_containers": forms.schema_of_named(ContainerFields),
    "sidecars": forms.schema_of_named(SidecarFields),
}

CONCERN = Concern(
    "containers", "Init containers and sidecars", ContainersFields, values, normalise, faults, also=ALSO, level="pod"
)
