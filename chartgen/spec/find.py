"""Where a project is. Light to import: every command begins with it, and not every one reads the project."""

from __future__ import annotations

import pathlib

from chartgen.errors import InputError, Where

SPEC = "chartgen.yaml"


def find(start: pathlib.Path) -> pathlib.Path:
    """The nearest folder, from `start` upwards, that holds a `chartgen.yaml`.

    Raises:
        InputError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / SPEC).is_file():
            return folder
    hint = "run `chartgen init` to make a project here, or name one with `-C DIRECTORY`"
    raise InputError(f"no {SPEC} here or in any folder above", Where(str(start)), hint)
