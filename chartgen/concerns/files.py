"""Files: configuration that stands in the container as files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Entries, Fault, Fields, Text, key, matching, present, quoted
from chartgen.model import Values
from chartgen.yamlio import Map

_MOST = 2**20
_EXPECTED = "the file's whole path in the container: from / on, and without `:`"
_Path = Annotated[str, key(matching(r"/[^:\x00]*[^:/\x00]", _EXPECTED))]


class FileFields(Fields):
    """One file."""

    content: Text | None = Field(None, description="What stands in the file.")


class FilesFields(Fields):
    """Configuration as files."""

    files: Annotated[dict[_Path, FileFields | None], Entries] | None = Field(
        None,
        description="Files by their path in the container: the content, or `{content: …}`. They come from a ConfigMap "
        "of the service; a change restarts its pods.",
        examples=[{"/etc/app/app.toml": 'level = "info"\n'}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`path: content` → `path: {content: …}`."""
    files = layer.get("files")
    return layer if files is None else forms.put(layer, "files", forms.short(files, "content", ("files",), faults))


def faults(fields: FilesFields, context: Context) -> Iterable[Fault]:
    """Paths that lead elsewhere, files without content, and more than a ConfigMap holds."""
    files = present(fields.files)
    for path, file in files.items():
        if "//" in path or {".", ".."} & set(path.split("/")):
            yield Fault(("files", path), f"the path is {quoted(path)}", "a path without `.`, `..` and `//`")
        if file.content is None:
            yield Fault(("files", path, "content"), "is missing", "what stands in the file", absent=True)
    size = sum(len((file.content or "").encode()) for file in files.values())
    if size > _MOST:
        yield Fault(
            ("files",), f"the files have {size} bytes together", f"at most {_MOST}, Kubernetes' limit for a ConfigMap"
        )


def values(fields: FilesFields, context: Context) -> Values:
    """`files`."""
    return tidy({"files": {path: {"content": file.content} for path, file in present(fields.files).items()}})


ALSO = {"files": forms.WORDS}

CONCERN = Concern("files", "Files", FilesFields, values, normalise, faults, also=ALSO, level="pod")
