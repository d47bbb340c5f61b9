"""What stands where `render` writes, beside what should stand there. Only reads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from chartgen import files
from chartgen.actions.committed import committed
from chartgen.model import CONTRACT_ANNOTATION
from chartgen.outputs import places


@dataclass(frozen=True, slots=True)
class Survey:
    """Every file concerned, by what may be done with it.

    Attributes:
        unchanged: it is as it should be.
        outdated: it may be written; path -> what stands there now (None: nothing).
        stale: it no longer belongs and may be removed; path -> what stands there now.
        edited: it would be written or removed, but somebody edited it by hand; path -> what stands there now.
        foreign: it stands among the generated files, and chartgen did not write it.
    """

    unchanged: tuple[str, ...]
    outdated: Mapping[str, bytes | None]
    stale: Mapping[str, bytes]
    edited: Mapping[str, bytes]
    foreign: tuple[str, ...]


def survey(project: Path, wanted: Mapping[str, bytes], state: files.State) -> Survey:
    """Compares the project's generated files with the ones wanted.

    A file may be overwritten or removed if nothing is lost by it: its content is what chartgen last wrote, or git has
    it. One that is wanted no longer must also be known as chartgen's: by the state, or by its header.

    Arguments:
        wanted: project-relative path -> content.

    Raises:
        InputError: something is in the way of a file: a link, a file where a directory must be.
        ToolError: a file cannot be read, or git hangs.
    """
    files.check(project, wanted)
    current = {path: files.read(project, path) for path in wanted}
    other = [path for path in standing(project) if path not in wanted]
    ours = {path: files.read(project, path) or b"" for path in other if _is_ours(project, path, state)}
    differing = {path: content for path, content in current.items() if content not in (None, wanted[path])}
    doubtful = {p: content or b"" for p, content in (differing | ours).items() if not state.wrote(p, content or b"")}
    kept = committed(project, doubtful) if doubtful else frozenset()
    edited = {p: content for p, content in doubtful.items() if p not in kept and (p in wanted or p in state.written)}
    stale = {path: content for path, content in ours.items() if path not in doubtful or path in kept}
    return Survey(
        unchanged=tuple(path for path, content in current.items() if content == wanted[path]),
        outdated={p: content for p, content in current.items() if content != wanted[p] and p not in edited},
        stale=stale,
        edited=edited,
        foreign=tuple(path for path in other if path not in stale and path not in edited),
    )


def standing(project: Path) -> Iterator[str]:
    """Every file where only chartgen writes: in the directory of generated files (links included), and the lock."""
    if (project / places.LOCK).exists():
        yield places.LOCK
    top = project / places.DIRECTORY
    for directory, names, entries in os.walk(top):
        relative = Path(directory).relative_to(project).as_posix()
        names.sort()
        links = [name for name in names if (Path(directory) / name).is_symlink()]
        yield from (f"{relative}/{name}" for name in sorted([*entries, *links]))


def _is_ours(project: Path, path: str, state: files.State) -> bool:
    """Whether chartgen wrote the file, or a file that it grew from."""
    if (project / path).is_symlink():
        return False
    if path == places.LOCK or path in state.written or is_marked(project, path):
        return True
    chart = "/".join(path.split("/")[:3])
    in_chart = path.startswith(f"{places.CHARTS}/")
    return in_chart and CONTRACT_ANNOTATION.encode() in (files.read(project, f"{chart}/Chart.yaml") or b"")


def is_marked(project: Path, path: str) -> bool:
    """Whether the file opens with the header of a generated one."""
    mark = places.opening(path)
    return (files.read(project, path, limit=len(mark)) or b"") == mark
