"""`chartgen init`."""

from __future__ import annotations

import pathlib
from typing import Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import session


def command(
    context: typer.Context,
    directory: Annotated[pathlib.Path | None, typer.Argument(help="Where; here unless given.", metavar="DIR")] = None,
    name: Annotated[str | None, typer.Option(help="The project's name; the directory's unless given.")] = None,
    example: Annotated[
        str | None, typer.Option(help="A whole example instead: hops-app, online-boutique, opta-service.")
    ] = None,
) -> None:
    """Write a project to start from. Never overwrites anything."""
    from chartgen.actions.init import init

    own = session(context)
    where = own.directory / (directory or pathlib.Path())
    made = init(where, name=name, example=example)
    console.result("\n".join(str(where / path) for path in made.written if not path.startswith(".chartgen/")))
    if not own.quiet:
        console.note(f"next: chartgen -C {where} render" if where != pathlib.Path() else "next: chartgen render")
