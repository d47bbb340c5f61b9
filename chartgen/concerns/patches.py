"""Patches: changes of the objects that the chart makes, for what no field reaches."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Entries, Fields, Json, key, matching, present
from chartgen.model import Values

_TARGET = r"[A-Z][A-Za-z0-9]*(/[-a-z0-9.:]+)?"
_Target = Annotated[str, key(matching(_TARGET, "a kind, or a kind and a name: `Deployment`, `Deployment/web`"))]
_Patch = Annotated[dict[str, Json], Entries]


class PatchesFields(Fields):
    """Changes of objects."""

    patches: Annotated[dict[_Target, _Patch | None], Entries] | None = Field(
        None,
        description="What is laid over objects, by their kind, or by kind and name: maps by key, null removes; items "
        "with names by name (also as a map by name), other lists replace.",
        examples=[{"Deployment": {"spec": {"template": {"spec": {"containers": {"web": {"stdin": True}}}}}}}],
    )


def values(fields: PatchesFields, context: Context) -> Values:
    """`patches`."""
    return tidy({"patches": present(fields.patches)})


CONCERN = Concern("patches", "Patches", PatchesFields, values)
