"""ConfigMaps of the service's own, which its environment, files and volumes refer to by their names here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import DataKeyName, Entries, Fault, Fields, Flag, PartName, Text, present
from chartgen.model import Values

MOST = 2**20
"""Kubernetes' limit for what a ConfigMap holds, in bytes."""

_TAKEN = "files"


class ConfigMapFields(Fields):
    """One ConfigMap."""

    data: Annotated[dict[DataKeyName, Text | None], Entries] | None = Field(
        None, description="Texts by key, taken as written.", examples=[{"LOG_LEVEL": "info"}]
    )
    immutable: Flag | None = Field(
        None,
        description="Whether it cannot change: another content is another ConfigMap, with another hash in its name.",
    )


class ConfigMapsFields(Fields):
    """ConfigMaps."""

    config_maps: Annotated[dict[PartName, ConfigMapFields | None], Entries] | None = Field(
        None,
        description="ConfigMaps that the service makes, by name. `env_vars`, `env_from` and `files` refer to one by "
        "its name; in the cluster it is called `<service>-<name>`.",
        examples=[{"shared": {"data": {"LOG_LEVEL": "info"}, "immutable": True}}],
    )


def too_large(path: tuple[str, ...], what: str, size: int) -> Iterable[Fault]:
    """A fault where a ConfigMap would hold more than it can."""
    if size > MOST:
        yield Fault(path, f"{what} has {size} bytes", f"at most {MOST}, Kubernetes' limit for a ConfigMap")


def faults(fields: ConfigMapsFields, context: Context) -> Iterable[Fault]:
    """ConfigMaps without content, with too much of it, or with the name of the one that holds `files`."""
    for name, one in present(fields.config_maps).items():
        path = ("config_maps", name)
        if name == _TAKEN:
            yield Fault(path, "is the name of the ConfigMap that holds `files`", hint="choose another name")
        if not present(one.data):
            yield Fault((*path, "data"), "is missing", "texts by key", absent=True)
        size = sum(len(text.encode()) for text in present(one.data).values())
        yield from too_large(path, "the ConfigMap", size)


def values(fields: ConfigMapsFields, context: Context) -> Values:
    """`configMaps`."""
    maps = {
        name: tidy({"data": present(one.data), "immutable": one.immutable})
        for name, one in present(fields.config_maps).items()
    }
    return tidy({"configMaps": maps})


CONCERN = Concern("config_maps", "ConfigMaps", ConfigMapsFields, values, faults=faults)
