"""Extra manifests: any further objects, for what no field reaches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Entries, Fault, Fields, Json, PartName, present
from chartgen.model import Values

_Manifest = Annotated[dict[str, Json], Entries]


class ExtraManifestsFields(Fields):
    """Further objects."""

    extra_manifests: Annotated[dict[PartName, _Manifest | None], Entries] | None = Field(
        None,
        description="Further Kubernetes objects, by name. They get everyone's labels, the release's namespace, and "
        "`<service>-<name>` as their name, unless they say otherwise (`namespace: null`: none).",
        examples=[{"motd": {"apiVersion": "v1", "kind": "ConfigMap", "data": {"text": "hello"}}}],
    )


def faults(fields: ExtraManifestsFields, context: Context) -> Iterable[Fault]:
    """Objects that do not say what they are."""
    for name, manifest in present(fields.extra_manifests).items():
        for key, example in (("apiVersion", "v1"), ("kind", "ConfigMap")):
            if not isinstance(manifest.get(key), str):
                message = "is missing" if manifest.get(key) is None else "is no text"
                yield Fault(("extra_manifests", name, key), message, f"such as `{key}: {example}`", absent=True)


def values(fields: ExtraManifestsFields, context: Context) -> Values:
    """`extraManifests`."""
    return tidy({"extraManifests": present(fields.extra_manifests)})


CONCERN = Concern("extra_manifests", "Extra manifests", ExtraManifestsFields, values, faults=faults)
