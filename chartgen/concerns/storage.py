"""Storage: directories that the container may write to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.amounts import Memory
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import ContainerPath, Entries, Fault, Fields, Flag, PartName, choice, present
from chartgen.model import Values
from chartgen.yamlio import Map

_TAKEN = "chartgen-files"


class VolumeFields(Fields):
    """One directory, empty when the pod starts and gone with it."""

    path: ContainerPath | None = Field(None, description="Where it stands in the container.", examples=["/tmp"])
    medium: Annotated[str, choice("Memory")] | None = Field(None, description="`Memory`: kept in memory, not on disk.")
    size_limit: Memory | None = Field(
        None, description="How much may stand in it: MiB, or a quantity.", examples=["64Mi"]
    )
    read_only: Flag | None = Field(None, description="Whether the container may only read it.")


class StorageFields(Fields):
    """Directories of the pod."""

    volumes: Annotated[dict[PartName, VolumeFields | None], Entries] | None = Field(
        None,
        description="Directories that the container may write to (its own file system is read-only), by name: the "
        "path, or `{path, medium, size_limit}`.",
        examples=[{"tmp": "/tmp"}, {"cache": {"path": "/cache", "medium": "Memory", "size_limit": "64Mi"}}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`name: /path` → `name: {path: …}`."""
    volumes = layer.get("volumes")
    return layer if volumes is None else forms.put(layer, "volumes", forms.short(volumes, "path", ("volumes",), faults))


def faults(fields: StorageFields, context: Context) -> Iterable[Fault]:
    """Volumes without a path, two at one path, and the name that the chart gives to the volume of `files`."""
    volumes = present(fields.volumes)
    for name, volume in volumes.items():
        if volume.path is None:
            yield Fault(
                ("volumes", name, "path"), "is missing", "where the directory stands in the container", absent=True
            )
        if name == _TAKEN:
            yield Fault(("volumes", name), "is the name of the volume that holds `files`", hint="choose another name")
    yield from forms.each_once(("volumes",), "path", {name: volume.path for name, volume in volumes.items()})


def values(fields: StorageFields, context: Context) -> Values:
    """`volumes`."""
    volumes: dict[str, Any] = {
        name: tidy({"mountPath": volume.path, "readOnly": volume.read_only})
        | {"emptyDir": tidy({"medium": volume.medium, "sizeLimit": volume.size_limit})}
        for name, volume in present(fields.volumes).items()
    }
    return tidy({"volumes": volumes})


ALSO = {"volumes": forms.WORDS}

CONCERN = Concern("storage", "Storage", StorageFields, values, normalise, faults, also=ALSO, level="pod")
