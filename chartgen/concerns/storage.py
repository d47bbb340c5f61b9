"""Storage: directories that the container may write to, and what of them outlives the pod."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.amounts import Disk, Memory
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import (
    ContainerPath,
    Entries,
    Fault,
    Fields,
    Flag,
    Items,
    ObjectName,
    PartName,
    Text,
    choice,
    key,
    matching,
    present,
)
from chartgen.model import Values
from chartgen.yamlio import Map, Node, Path

_TAKEN = "chartgen-"
_PATH = "a path in the container that starts with /, without `:` and without / at its end"
_Mode = Annotated[str, choice("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")]
_OF_OWN_CLAIM = ("storage_class", "access_modes", "per_pod", "keep")
_SOURCES: Mapping[str, tuple[str, ...]] = {"medium": ("size_limit",), "size_limit": ("medium",), "claim": ()}
_CLAIM_SOURCES: Mapping[str, tuple[str, ...]] = {"name": (), "size": _OF_OWN_CLAIM}
_LONGEST_SLUG = 50


class ClaimFields(Fields):
    """A claim for storage that outlives the pods: one that is there, by `name`, or one that the service makes."""

    name: ObjectName | None = Field(None, description="A claim that is there.", examples=["shared-data"])
    size: Disk | None = Field(None, description="How much it holds: GiB, or a quantity.", examples=[10])
    storage_class: ObjectName | None = Field(
        None, description="The class of the storage; the cluster's default unless given.", examples=["fast"]
    )
    access_modes: Annotated[list[_Mode], Items] | None = Field(
        None, description="Who may mount it; the pods of one node unless given.", examples=[["ReadWriteMany"]]
    )
    per_pod: Flag | None = Field(None, description="Whether each pod of a StatefulSet has its own.")
    keep: Flag | None = Field(None, description="Whether it stays when the release goes; yes unless given.")


class VolumeFields(Fields):
    """One directory; empty when the pod starts and gone with it, unless there is a `claim`."""

    path: ContainerPath | None = Field(None, description="Where it stands in the container.", examples=["/tmp"])
    medium: Annotated[str, choice("Memory")] | None = Field(None, description="`Memory`: kept in memory, not on disk.")
    size_limit: Memory | None = Field(
        None, description="How much may stand in it: MiB, or a quantity.", examples=["64Mi"]
    )
    claim: ClaimFields | None = Field(
        None,
        description="Storage that outlives the pods: `{size}` for a claim of the service's own, or the name of one "
        "that is there.",
        examples=[{"size": 10, "storage_class": "fast"}, "shared-data"],
    )
    sub_path: Text | None = Field(None, description="The path inside it that is mounted.", examples=["web"])
    read_only: Flag | None = Field(None, description="Whether the container may only read it.")


class PersistentFields(Fields):
    """Storage of each pod's own."""

    size: Disk | None = Field(None, description="How much it holds: GiB, or a quantity.", examples=[10])
    storage_class: ObjectName | None = Field(
        None, description="The class of the storage; the cluster's default unless given.", examples=["fast"]
    )


class StorageFields(Fields):
    """Directories of the pod."""

    volumes: Annotated[dict[PartName, VolumeFields | None], Entries] | None = Field(
        None,
        description="Directories that the container may write to (its own file system is read-only), by name: the "
        "path, or `{path, medium, size_limit}`, or `{path, claim}` for what outlives the pods.",
        examples=[{"tmp": "/tmp"}, {"data": {"path": "/data", "claim": {"size": 10}}}],
    )
    persistent_storage: (
        Annotated[dict[Annotated[str, key(matching(r"/[^:\x00]*[^:/\x00]", _PATH))], PersistentFields | None], Entries]
        | None
    ) = Field(
        None,
        description="Storage of each pod's own that stays across deploys, a list of `{path, size}` or a map by path; "
        "the service then is a StatefulSet.",
        examples=[[{"path": "/data", "size": 10}]],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`name: /path` → `name: {path: …}`; a claim's name → the claim; a list of persistent storage → a map by path."""
    volumes, persistent = layer.get("volumes"), layer.get("persistent_storage")
    if volumes is not None:
        by_name = forms.short(volumes, "path", ("volumes",), faults)
        if isinstance(by_name, Map):
            by_name = replace(by_name, entries={name: _volume(entry) for name, entry in by_name.entries.items()})
        layer = forms.put(layer, "volumes", by_name)
    if persistent is not None:
        by_path = forms.named(persistent, ("persistent_storage",), faults, "path")
        layer = forms.put(layer, "persistent_storage", by_path)
    return layer


def _volume(node: Node) -> Node:
    if not isinstance(node, Map):
        return node
    node = forms.word(node, "claim", "name")
    claim = node.get("claim")
    if isinstance(claim, Map):
        node = forms.put(node, "claim", forms.alternative(claim, _CLAIM_SOURCES))
    return forms.alternative(node, _SOURCES)


def faults(fields: StorageFields, context: Context) -> Iterable[Fault]:
    """Volumes without a path, two at one path, sizes that nobody gave, and names that are the chart's own."""
    volumes, persistent = present(fields.volumes), present(fields.persistent_storage)
    for name, volume in volumes.items():
        yield from _volume_faults(("volumes", name), volume, context)
        if name.startswith(_TAKEN):
            yield Fault(("volumes", name), f"starts with {_TAKEN}, as the chart's own do", hint="choose another name")
    yield from forms.each_once(("volumes",), "path", {name: volume.path for name, volume in volumes.items()})
    taken = {volume.path: name for name, volume in volumes.items()}
    for path, storage in persistent.items():
        at = ("persistent_storage", path)
        if storage.size is None:
            yield Fault((*at, "size"), "is missing", "how much it holds, in GiB", absent=True)
        if path in taken:
            yield Fault(at, f"the volume `{taken[path]}` is mounted there", hint="give one of them another path")
        if volume_name(path) in volumes:
            yield Fault(at, f"makes a volume `{volume_name(path)}`, as `volumes` does", hint="rename that one")


def _volume_faults(at: Path, volume: VolumeFields, context: Context) -> Iterator[Fault]:
    if volume.path is None and context.part is None:
        yield Fault((*at, "path"), "is missing", "where the directory stands in the container", absent=True)
    claim = volume.claim
    if claim is None:
        return
    for name in ("medium", "size_limit"):
        if getattr(volume, name) is not None:
            yield Fault((*at, name), "stands beside `claim`", "one of the two", "remove one of them")
    if claim.name is None and claim.size is None and context.part is None:
        yield Fault((*at, "claim", "size"), "is missing", "how much it holds, in GiB", absent=True)
    for name in ("size", *_OF_OWN_CLAIM):
        if claim.name is not None and getattr(claim, name) is not None:
            yield Fault((*at, "claim", name), "does not go with a claim that is there", hint="remove it")
    if claim.per_pod and claim.keep is not None:
        hint = "what becomes of claims per pod, the StatefulSet's retention policy says"
        yield Fault((*at, "claim", "keep"), "does not go with `per_pod`", hint=hint)


def volume_name(path: str) -> str:
    """The name of the volume at a path: the same in every version, and no other path's."""
    slug = re.sub("[^a-z0-9]+", "-", path.lower()).strip("-")[:_LONGEST_SLUG].strip("-")
    if path == f"/{slug.replace('-', '/')}":
        return slug
    return f"{slug}-{hashlib.sha256(path.encode()).hexdigest()[:8]}".lstrip("-")


def per_pod(fields: StorageFields) -> Iterator[Path]:
    """Where storage of each pod's own is asked for: what has any needs a StatefulSet."""
    for name, volume in present(fields.volumes).items():
        if volume.claim and volume.claim.per_pod:
            yield "volumes", name, "claim", "per_pod"
    for path in present(fields.persistent_storage):
        yield "persistent_storage", path


def mounts(fields: StorageFields) -> Iterator[tuple[Path, str, str]]:
    """Where directories stand in the container: the field that says so, the path, and what stands there."""
    for name, volume in present(fields.volumes).items():
        if volume.path is not None:
            yield ("volumes", name, "path"), volume.path, f"the volume `{name}`"
    for path in present(fields.persistent_storage):
        yield ("persistent_storage", path), path, "the persistent storage"


def values(fields: StorageFields, context: Context) -> Values:
    """`volumes`."""
    volumes = {name: _values(volume) for name, volume in present(fields.volumes).items()}
    persistent = {
        volume_name(path): {
            "mountPath": path,
            "volumeClaimTemplate": tidy({"size": storage.size, "storageClassName": storage.storage_class}),
        }
        for path, storage in present(fields.persistent_storage).items()
    }
    return tidy({"volumes": volumes | persistent})


def _values(volume: VolumeFields) -> Values:
    mount = tidy({"mountPath": volume.path, "subPath": volume.sub_path, "readOnly": volume.read_only})
    claim = volume.claim
    if claim is None:
        return mount | {"emptyDir": tidy({"medium": volume.medium, "sizeLimit": volume.size_limit})}
    source: dict[str, Any] = {
        "claimName": claim.name,
        "size": claim.size,
        "storageClassName": claim.storage_class,
        "accessModes": claim.access_modes,
        "keep": claim.keep,
    }
    return mount | {"volumeClaimTemplate" if claim.per_pod else "persistentVolumeClaim": tidy(source)}


ALSO = {"volumes": forms.WORDS, "persistent_storage": forms.schema_of_named(PersistentFields, key="path")}

CONCERN = Concern("storage", "Storage", StorageFields, values, normalise, faults, also=ALSO, level="pod")
