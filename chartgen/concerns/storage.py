"""Storage: directories that the container may write to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import AbsolutePath, Entries, Fault, Fields, Flag, Text, choice, present
from chartgen.model import Values
from chartgen.yamlio import Map, Scalar


class VolumeFields(Fields):
    """One directory, empty when the pod starts and gone with it."""

    path: AbsolutePath | None = Field(None, description="Where it stands in the container.", examples=["/tmp"])
    medium: Annotated[str, choice("Memory")] | None = Field(None, description="`Memory`: kept in memory, not on disk.")
    size_limit: Text | None = Field(None, description="How much may stand in it.", examples=["64Mi"])
    read_only: Flag | None = Field(None, description="Whether the container may only read it.")


class StorageFields(Fields):
    """Directories of the pod."""

    volumes: Annotated[dict[str, VolumeFields | None], Entries] | None = Field(
        None,
        description="Directories that the container may write to (its own file system is read-only), by name: the "
        "path, or `{path, medium, size_limit}`.",
        examples=[{"tmp": "/tmp"}, {"cache": {"path": "/cache", "medium": "Memory", "size_limit": "64Mi"}}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`name: /path` → `name: {path: …}`."""
    volumes = layer.get("volumes")
    if not isinstance(volumes, Map):
        return layer
    entries = {
        name: Map({"path": node}, {"path": node.where}, node.where)
        if isinstance(node, Scalar) and node.value is not None
        else node
        for name, node in volumes.entries.items()
    }
    return forms.put(layer, "volumes", replace(volumes, entries=entries))


def faults(fields: StorageFields, context: Context) -> Iterable[Fault]:
    """Volumes without a path, or two at one path."""
    taken: dict[str, str] = {}
    for name, volume in present(fields.volumes or {}).items():
        if volume.path is None:
            yield Fault(("volumes", name, "path"), "is missing", "where the directory stands in the container")
        elif volume.path in taken:
            yield Fault(("volumes", name), f"its path is that of `{taken[volume.path]}`", "each path once")
        else:
            taken[volume.path] = name


def values(fields: StorageFields, context: Context) -> Values:
    """`volumes`."""
    volumes: dict[str, Any] = {
        name: tidy({"mountPath": volume.path, "readOnly": volume.read_only})
        | {"emptyDir": tidy({"medium": volume.medium, "sizeLimit": volume.size_limit})}
        for name, volume in present(fields.volumes or {}).items()
    }
    return tidy({"volumes": volumes})


ALSO = {"volumes": {"type": "object", "additionalProperties": {"type": ["string", "object", "null"]}}}

CONCERN = Concern("storage", "Storage", StorageFields, values, normalise, faults, also=ALSO)
