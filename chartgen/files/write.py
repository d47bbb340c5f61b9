"""Writing: stage beside, then replace in one step, so that a run killed anywhere leaves each file old or new."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from chartgen.errors import InputError, ToolError, Where
from chartgen.files.places import check, read
from chartgen.files.state import DIRECTORY

if sys.platform != "win32":
    import fcntl

_STAGING = f"{DIRECTORY}/tmp"
_LOCK = f"{DIRECTORY}/lock"
_IGNORE = f"{DIRECTORY}/.gitignore"
_BESIDE = re.compile(r"\.[0-9a-f]{16}\.chartgen-tmp")
_NOTE = ".beside"
_PAUSE = 0.05


@contextlib.contextmanager
def writing(project: Path, *, patience: float = 30.0) -> Iterator[Writer]:
    """The one writer of a project for as long as the block runs.

    Makes `.chartgen/` (which git ignores), and clears away what a killed run left half-way.

    Arguments:
        patience: how many seconds to wait for another writer to finish.

    Raises:
        InputError: the project, or `.chartgen` in it, is not a directory.
        ToolError: another chartgen keeps writing, or the directory cannot be written to.
    """
    if not project.is_dir():
        raise InputError("a directory must be there", Where(str(project)))
    check(project, (f"{_STAGING}/0", _LOCK))
    for directory in (DIRECTORY, _STAGING):
        if (project / directory).is_symlink():
            raise InputError("a symbolic link where a directory must be", Where(directory), "remove it")
    with _failing_clearly(_STAGING):
        (project / _STAGING).mkdir(parents=True, exist_ok=True)
    with _locked(project, patience):
        writer = Writer(project)
        writer.clear()
        if read(project, _IGNORE) is None:
            writer.write({_IGNORE: b"*\n"})
        yield writer


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes and removes files of one project; `writing` makes it."""

    project: Path

    def write(self, files: Mapping[str, bytes]) -> None:
        """Each file all or nothing, and none before all are staged: a full disk is noticed while all are still old.

        An existing file keeps its mode; a new one gets what the umask allows. Not synced to disk: a killed program
        tears nothing, a power cut may lose the latest files.

        Arguments:
            files: project-relative path -> content. Directories are made as needed.

        Raises:
            InputError: a path leads out of the project, or something is in the way of it; nothing was written then.
            ToolError: the system refused.
        """
        check(self.project, files)
        try:
            staged = [(self._stage(number, path, files[path]), path) for number, path in enumerate(files)]
            for directory in {path.rpartition("/")[0]: path for path in files}:
                with _failing_clearly(directory):
                    (self.project / directory).mkdir(parents=True, exist_ok=True)
            for source, path in staged:
                self._replace(source, path, files[path])
        except BaseException:
            self.clear()
            raise

    def remove(self, paths: Iterable[str]) -> None:
        """Removes files; one that is gone already is as good as removed.

        Raises:
            InputError, ToolError: as for `write`.
        """
        paths = tuple(paths)
        check(self.project, paths)
        for path in paths:
            with _failing_clearly(path):
                (self.project / path).unlink(missing_ok=True)

    def sweep(self, directory: str) -> None:
        """Removes what directories below (and the directory itself) are empty, or hold empty ones only."""
        for path, _, _ in os.walk(self.project / directory, topdown=False):
            with contextlib.suppress(OSError):
                Path(path).rmdir()

    def clear(self) -> None:
        """Removes what is staged: here, and (where the staging area was on another file system) beside its target."""
        for entry in sorted((self.project / _STAGING).iterdir()):
            path = f"{_STAGING}/{entry.name}"
            if entry.suffix == _NOTE:
                beside = (read(self.project, path) or b"").decode(errors="replace")
                if _BESIDE.fullmatch(beside.rpartition("/")[2]):
                    self.remove([beside])
            self.remove([path])

    def _stage(self, number: int, path: str, content: bytes) -> Path:
        staged = self.project / _STAGING / str(number)
        with _failing_clearly(path):
            _create(staged, content, like=self.project / path)
        return staged

    def _replace(self, staged: Path, path: str, content: bytes) -> None:
        with _failing_clearly(path):
            try:
                staged.replace(self.project / path)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                self._replace_across(staged, path, content)

    def _replace_across(self, staged: Path, path: str, content: bytes) -> None:
        """Stages anew beside the target; a note in the staging area says where, so that `clear` finds it."""
        beside = f"{path.rpartition('/')[0]}/.{secrets.token_hex(8)}.chartgen-tmp".removeprefix("/")
        note = staged.with_suffix(_NOTE)
        _create(note, beside.encode())
        _create(self.project / beside, content, like=self.project / path)
        (self.project / beside).replace(self.project / path)
        note.unlink()
        staged.unlink()


def _create(path: Path, content: bytes, like: Path | None = None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, 0o666), "wb", buffering=0) as file:
        written = 0
        while written < len(content):
            written += file.write(content[written:])
    if like:
        with contextlib.suppress(FileNotFoundError):
            path.chmod(stat.S_IMODE(os.lstat(like).st_mode))


@contextlib.contextmanager
def _locked(project: Path, patience: float) -> Iterator[None]:
    """Holds the project's lock, which the system lets go of when the process ends, however it ends."""
    if sys.platform == "win32":
        yield
        return
    with _failing_clearly(_LOCK):
        lock = os.open(project / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        end = time.monotonic() + patience
        while not _try_lock(lock):
            if time.monotonic() > end:
                problem = f"another chartgen has been writing to this project for more than {patience:g} seconds"
                raise ToolError(problem, Where(_LOCK), "wait for it to finish, or end it")
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(lock)


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # some network file systems have no locks: write without, as on systems that have none
        return True
    return True


@contextlib.contextmanager
def _failing_clearly(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ToolError(f"cannot be written: {error.strerror or error}", Where(path)) from None
