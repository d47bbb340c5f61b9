"""A project from its files to its plan, with every problem of both told at once."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping

from chartgen.errors import InputError
from chartgen.model import Plan
from chartgen.plan.releases import attempt
from chartgen.spec import load
from chartgen.spec.project import Project


def read(directory: pathlib.Path) -> tuple[Project, Plan]:
    """The project in the folder, and its plan.

    Raises:
        InputError: every problem of every file, and of every service at every place, in the order of files and lines.
    """
    return parse(load.read_files(directory), directory)


def parse(files: Mapping[str, bytes], directory: pathlib.Path) -> tuple[Project, Plan]:
    """The project that the files (by path inside it) describe, and its plan. Pure.

    Raises:
        InputError: as `read` does.
    """
    project, problems = load.attempt(files, directory)
    if project is None:
        raise InputError(problems)
    plan, more = attempt(project)
    if problems or more:
        raise InputError(load.in_order([*problems, *more]))
    return project, plan
