"""What chartgen remembers of a project between runs: what it last wrote, and from what."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from chartgen.files.places import read

DIRECTORY: Final = ".chartgen"
STATE: Final = f"{DIRECTORY}/state.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class State:
    """What chartgen last wrote in a project, so that a hand edit is known from an old output.

    Attributes:
        written: project-relative path -> the sha256 digests that the file has when nobody else touched it. Two while
            a run is on its way, the old content's and the new one's: it may be killed before or after the write.
        inputs: the digest of the inputs of the last run that left everything as it should be, else empty.
    """

    written: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    inputs: str = ""

    @classmethod
    def load(cls, project: Path) -> State:
        """The state of the project; an empty one where there is none, or none that this chartgen can read."""
        content = read(project, STATE)
        try:
            return cls._decoded(json.loads(content or b"{}"))
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            return cls()

    @classmethod
    def _decoded(cls, data: Any) -> State:
        if data.get("format") != _FORMAT:
            return cls()
        written = {str(path): tuple(str(item) for item in digests) for path, digests in data["written"].items()}
        return cls(written, str(data["inputs"]))

    def encode(self) -> bytes:
        """The content of the state file."""
        data = {"format": _FORMAT, "inputs": self.inputs, "written": self.written}
        return (json.dumps(data, sort_keys=True) + "\n").encode()

    def wrote(self, path: str, content: bytes) -> bool:
        """Whether these bytes are what chartgen last wrote at the path."""
        return digest(content) in self.written.get(path, ())


def digest(content: bytes) -> str:
    """The sha256 of the content, 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def digest_of(project: Path, paths: Iterable[str], salt: str = "") -> str:
    """One digest over the names and contents of the files and directories (all below) at these project-relative paths.

    A path where nothing stands counts too: it makes another digest once something does.
    """
    total = hashlib.sha256(salt.encode())
    for path in sorted(set(paths)):
        for file in _below(project, path):
            content = read(project, file)
            size = -1 if content is None else len(content)
            total.update(f"\0{file}\0{size}\0".encode(errors="surrogateescape"))
            total.update(content or b"")
    return total.hexdigest()


def _below(project: Path, path: str) -> Iterator[str]:
    if not (project / path).is_dir():
        yield path
        return
    for directory, names, files in os.walk(project / path):
        names.sort()
        relative = Path(directory).relative_to(project).as_posix()
        yield from (f"{relative}/{name}" for name in sorted(files))
