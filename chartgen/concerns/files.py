"""Files: configuration that stands in the container as files."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.errors import InputError
from chartgen.fields import (
    DataKey,
    Entries,
    Fault,
    Fields,
    FileMode,
    Flag,
    ObjectName,
    Text,
    key,
    located,
    matching,
    present,
    quoted,
)
from chartgen.model import Values
from chartgen.yamlio import List, Map, Node, Path

_MOST = 2**20
_EXPECTED = "the file's whole path in the container: from / on, and without `:`"
_Path = Annotated[str, key(matching(r"/[^:\x00]*[^:/\x00]", _EXPECTED))]
_SOURCES: Mapping[str, tuple[str, ...]] = {
    "content": (),
    "from_file": (),
    "config_map": ("key", "optional"),
    "secret": ("key", "optional"),
}
_MEANT = {"mount_path": "path", "file": "from_file"}
"""What other formats call the fields of a file in a list."""


class FileFields(Fields):
    """One file, or a directory: one of `content`, `from_file`, `config_map`, `secret`."""

    content: Text | None = Field(None, description="What stands in the file.")
    from_file: Text | None = Field(
        None,
        description="The file of the project with what stands in it, as it is when rendered.",
        examples=["config/app.yaml"],
    )
    config_map: ObjectName | None = Field(
        None, description="The ConfigMap that has it: one of `config_maps`, or one that is there.", examples=["shared"]
    )
    secret: ObjectName | None = Field(None, description="The Secret that has it.", examples=["shop-tls"])
    key: DataKey | None = Field(
        None, description="The key in it; without one, all keys are files of a directory.", examples=["tls.crt"]
    )
    optional: Flag | None = Field(None, description="Whether the pods start without the directory, too.")
    mode: FileMode | None = Field(None, description="The mode, 0644 unless given.", examples=["0440"])


class FilesFields(Fields):
    """Configuration as files."""

    files: Annotated[dict[_Path, FileFields | None], Entries] | None = Field(
        None,
        description="Files by their path in the container: the content, or where it is. A list of "
        "`{path, …}` does, too.",
        examples=[
            {"/etc/app/app.toml": 'level = "info"\n', "/etc/app/tls.crt": {"secret": "shop-tls", "key": "tls.crt"}}
        ],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """A list → a map by path; `path: content` → `path: {content: …}`."""
    files = layer.get("files")
    if files is None:
        return layer
    if isinstance(files, List):
        files = forms.named(replace(files, items=tuple(map(_renamed, files.items))), ("files",), faults, "path")
    files = forms.short(files, "content", ("files",), faults)
    return forms.put(layer, "files", forms.alternatives(files, _SOURCES))


def _renamed(item: Node) -> Node:
    if not isinstance(item, Map):
        return item
    entries = {_MEANT.get(name, name): entry for name, entry in item.entries.items()}
    return Map(entries, {_MEANT.get(name, name): where for name, where in item.keys.items()}, item.where)


def faults(fields: FilesFields, context: Context) -> Iterable[Fault]:
    """Paths that lead elsewhere, files without content, and more than a ConfigMap holds."""
    size = 0
    for path, file in present(fields.files).items():
        at = ("files", path)
        if "//" in path or {".", ".."} & set(path.split("/")):
            yield Fault(at, f"the path is {quoted(path)}", "a path without `.`, `..` and `//`")
        yield from forms.one_source(at, file, _SOURCES)
        if file.optional and file.key is not None:
            hint = "Kubernetes would make a directory of a key that is missing"
            yield Fault((*at, "optional"), "goes with a whole directory, without `key`", hint=hint)
        try:
            size += len(_content(file, context))
        except InputError as error:
            problem = error.problems[0]
            yield Fault((*at, "from_file"), problem.message, problem.expected, problem.hint)
    if size > _MOST:
        message = f"the files have {size} bytes together"
        yield Fault(("files",), message, f"at most {_MOST}, Kubernetes' limit for a ConfigMap")


def _content(file: FileFields, context: Context) -> bytes:
    return (file.content or "").encode() if file.from_file is None else context.local(file.from_file)


def mounts(fields: FilesFields) -> Iterator[tuple[Path, str, str]]:
    """Where files stand in the container: the field that says so, the path, and what stands there."""
    for path in present(fields.files):
        yield ("files", path), path, "a file"


def values(fields: FilesFields, context: Context) -> Values:
    """`files`."""
    return tidy({"files": {path: _file(file, context) for path, file in present(fields.files).items()}})


def _file(file: FileFields, context: Context) -> Values:
    content, binary = file.content, None
    if file.from_file is not None:
        raw = context.local(file.from_file)
        try:
            content = located(raw.decode(), file.from_file.where)  # type: ignore[attr-defined]
        except UnicodeDecodeError:
            binary = base64.b64encode(raw).decode()
    return tidy(
        {
            "content": content,
            "binaryContent": binary,
            "configMap": file.config_map,
            "secret": file.secret,
            "key": file.key,
            "optional": file.optional,
            "mode": file.mode,
        }
    )


_LIST = forms.schema_of_named(FileFields, required=(), key="path")
_LIST["items"]["properties"] |= {
    name: {"type": "string", "description": f"`{meant}`."} for name, meant in _MEANT.items()
}
ALSO = {"files": {"anyOf": [forms.WORDS, _LIST]}}

CONCERN = Concern("files", "Files", FilesFields, values, normalise, faults, also=ALSO, level="pod")
