"""`chartgen adopt`."""

from __future__ import annotations

import pathlib
from typing import Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import session


def command(
    context: typer.Context,
    paths: Annotated[
        list[pathlib.Path] | None, typer.Argument(help="Generated files; all that were edited unless given.")
    ] = None,
) -> int:
    """Move hand edits of generated values files into values files of your own."""
    from chartgen.actions.project import adopt_edits

    own = session(context)
    project = own.project
    done = adopt_edits(project, [_inside(project, own.directory / path) for path in paths or ()])
    for move in done.moved:
        keys = ", ".join(move.keys) or "nothing but comments"
        console.result(f"{move.path} → {move.into}: {keys}")
    console.problems(done.refused)
    if not done.moved and not done.refused and not own.quiet:
        console.note("no generated file was edited by hand")
    return 1 if done.refused else 0


def _inside(project: pathlib.Path, path: pathlib.Path) -> str:
    """The path as the project names it: relative to its folder."""
    absolute = path.absolute()
    return absolute.relative_to(project).as_posix() if absolute.is_relative_to(project) else path.as_posix()
