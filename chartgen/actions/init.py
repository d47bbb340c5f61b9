"""`chartgen init`: a project to start from."""

from __future__ import annotations

import pathlib
import re
from dataclasses import dataclass

from chartgen import files, scaffolds
from chartgen.errors import InputError, Problem, Where, did_you_mean
from chartgen.fields import LABEL


@dataclass(frozen=True, slots=True)
class Initialised:
    """A new project: where it is, and the files that were written."""

    directory: pathlib.Path
    written: tuple[str, ...]


def init(directory: pathlib.Path, *, name: str | None = None, example: str | None = None) -> Initialised:
    """Writes a project that renders at once, or a whole example; never over anything that is there.

    Arguments:
        name: the project's name; the directory's, made a name, unless given.
        example: the example to copy.

    Raises:
        InputError: a file would be overwritten, the name is none, or there is no such example.
    """
    if example is not None:
        known = scaffolds.examples()
        if example not in known:
            expected = f"one of {', '.join(known)}"
            message = f"there is no example `{example}`"
            raise InputError(Problem(message, expected=expected, hint=did_you_mean(example, known)))
        content = scaffolds.example(example)
    else:
        content = scaffolds.project(_name(directory, name))
    taken = [path for path in content if (directory / path).exists()]
    if taken:
        hint = "choose another directory, or move it away"
        raise InputError(Problem("is there already", Where(str(directory / path)), hint=hint) for path in taken)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot be made: {error.strerror}", Where(str(directory))) from None
    with files.writing(directory) as writer:
        writer.write(content)
    return Initialised(directory, tuple(content))


def _name(directory: pathlib.Path, name: str | None) -> str:
    if name is None:
        name = re.sub("[^a-z0-9]+", "-", directory.resolve().name.lower()).strip("-0123456789") or "app"
    if not re.fullmatch(LABEL, name):
        raise InputError(Problem(f'the project\'s name is "{name}"', expected="lower-case letters, digits and dashes"))
    return name
