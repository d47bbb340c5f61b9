"""Files: configuration that stands in the container as files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Entries, Fault, Fields, Text, present
from chartgen.model import Values
from chartgen.yamlio import Map, Scalar


class FileFields(Fields):
    """One file."""

    content: Text | None = Field(None, description="What stands in the file.")


class FilesFields(Fields):
    """Configuration as files."""

    files: Annotated[dict[str, FileFields | None], Entries] | None = Field(
        None,
        description="Files by their path in the container: the content, or `{content: …}`. They come from a ConfigMap "
        "of the service; a change restarts its pods.",
        examples=[{"/etc/app/app.toml": 'level = "info"\n'}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`path: content` → `path: {content: …}`."""
    files = layer.get("files")
    if not isinstance(files, Map):
        return layer
    entries = {
        path: Map({"content": node}, {"content": node.where}, node.where)
        if isinstance(node, Scalar) and node.value is not None
        else node
        for path, node in files.entries.items()
    }
    return forms.put(layer, "files", replace(files, entries=entries))


def faults(fields: FilesFields, context: Context) -> Iterable[Fault]:
    """Paths that are none, files without content."""
    for path, file in present(fields.files or {}).items():
        if not path.startswith("/") or path.endswith("/") or ".." in path.split("/"):
            yield Fault(("files", path), f'the path is "{path}"', "the file's whole path in the container, from /")
        if file.content is None:
            yield Fault(("files", path, "content"), "is missing", "what stands in the file")


def values(fields: FilesFields, context: Context) -> Values:
    """`files`."""
    return tidy({"files": {path: {"content": file.content} for path, file in present(fields.files or {}).items()}})


ALSO = {"files": {"type": "object", "additionalProperties": {"type": ["string", "object", "null"]}}}

CONCERN = Concern("files", "Files", FilesFields, values, normalise, faults, also=ALSO)
