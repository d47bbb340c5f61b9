"""Where a project's files may stand: inside it, in directories, as regular files."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from chartgen.errors import InputError, Problem, ToolError, Where

_IN_THE_WAY = "move it away"


def check(project: Path, paths: Iterable[str]) -> None:
    """Whether a file can be written at every one of these project-relative paths, without writing anything.

    Raises:
        InputError: naming each path that leads out of the project, through something that is no directory, or to
            something that is no regular file.
    """
    root = Path(os.path.realpath(project))
    directories: dict[str, Problem | None] = {"": None}
    problems: dict[Problem, None] = {}
    for path in paths:
        problem = _outside(path) or _directory_problem(root, _parent(path), directories) or _target_problem(root, path)
        if problem:
            problems[problem] = None
    if problems:
        raise InputError(problems)


def read(project: Path, path: str, *, limit: int = -1) -> bytes | None:
    """The content of the file at that project-relative path, None when there is none.

    Arguments:
        limit: how many bytes to read at most; all by default.

    Raises:
        ToolError: it is there and cannot be read.
    """
    try:
        with (project / path).open("rb", buffering=0) as file:
            return file.read(limit)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ToolError(f"cannot be read: {error.strerror}", Where(path)) from None


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def _outside(path: str) -> Problem | None:
    pure = PurePosixPath(path)
    relative = pure.parts and not pure.is_absolute() and ".." not in pure.parts
    if relative and str(pure) == path and "\0" not in path and "\\" not in path:
        return None
    return Problem(f"`{path}` is no path inside the project")


def _directory_problem(root: Path, path: str, known: dict[str, Problem | None]) -> Problem | None:
    """What keeps a directory from being, or being made, at that path; `known` spares asking twice."""
    if path not in known:
        known[path] = _directory_problem(root, _parent(path), known) or _own_problem(root, path)
    return known[path]


def _own_problem(root: Path, path: str) -> Problem | None:
    mode = _mode(root / path)
    if mode is None or stat.S_ISDIR(mode):
        return None
    if not stat.S_ISLNK(mode):
        return Problem("a file where a directory must be", Where(path), hint=_IN_THE_WAY)
    target = Path(os.path.realpath(root / path))
    if not target.is_relative_to(root):
        return Problem("a symbolic link that leads out of the project", Where(path), hint="make it a directory")
    if not target.is_dir():
        return Problem("a symbolic link where a directory must be", Where(path), hint=_IN_THE_WAY)
    return None


def _target_problem(root: Path, path: str) -> Problem | None:
    mode = _mode(root / path)
    if mode is None or stat.S_ISREG(mode):
        return None
    if stat.S_ISLNK(mode):
        return Problem("a symbolic link where a file must be", Where(path), hint="put the file itself there")
    kind = "a directory" if stat.S_ISDIR(mode) else "something else"
    return Problem(f"{kind} where a file must be", Where(path), hint=_IN_THE_WAY)


def _mode(path: Path) -> int | None:
    try:
        return os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ToolError(f"cannot be looked at: {error.strerror}", Where(str(path))) from None
