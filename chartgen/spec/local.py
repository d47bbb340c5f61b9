"""Files of the project that a spec refers to, such as a configuration file that the container is to find."""

from __future__ import annotations

import os
import pathlib
import stat
from collections.abc import Mapping
from pathlib import PurePosixPath

from chartgen.errors import InputError, Problem
from chartgen.fields import quoted

_MOST = 2**20
_EXPECTED = "a path relative to the project, inside it"


class LocalFiles:
    """Files by their path inside the project, each read once, when it is asked for.

    Attributes:
        read_from: what was asked for so far, for whoever wants to know what the outcome depends on.
    """

    def __init__(self, directory: pathlib.Path, known: Mapping[str, bytes]) -> None:
        self.read_from: dict[str, bytes] = {}
        self._directory, self._known = directory, known

    def read(self, path: str) -> bytes:
        """The content of the file.

        Raises:
            InputError: it is not there, not inside the project, no regular file, or larger than anything could take.
        """
        name = str(path)
        if name not in self.read_from:
            self.read_from[name] = self._known[name] if name in self._known else _read(self._directory, name)
        return self.read_from[name]


def _read(directory: pathlib.Path, path: str) -> bytes:
    pure = PurePosixPath(path)
    root = pathlib.Path(os.path.realpath(directory))
    if not pure.parts or pure.is_absolute() or ".." in pure.parts or "\0" in path or "\\" in path:
        raise _wrong(f"is {quoted(path)}", _EXPECTED)
    target = pathlib.Path(os.path.realpath(root / path))
    if not target.is_relative_to(root):
        raise _wrong(f"{quoted(path)} leads out of the project", _EXPECTED)
    try:
        if not stat.S_ISREG(target.stat().st_mode):
            raise _wrong(f"{quoted(path)} is no file", "a file; each of a directory's stands by itself")
        with target.open("rb") as file:
            content = file.read(_MOST + 1)
    except FileNotFoundError:
        raise _wrong(f"there is no file {quoted(path)}", _EXPECTED) from None
    except OSError as error:
        raise _wrong(f"{quoted(path)} cannot be read: {error.strerror}") from None
    if len(content) > _MOST:
        raise _wrong(f"{quoted(path)} has more than {_MOST} bytes", "what a ConfigMap can hold")
    return content


def _wrong(message: str, expected: str = "") -> InputError:
    return InputError([Problem(message, expected=expected)])
