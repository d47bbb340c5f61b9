"""`chartgen build`."""

from __future__ import annotations

import pathlib
from typing import Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import EngineName, session


def command(
    context: typer.Context,
    publish: Annotated[
        pathlib.Path,
        typer.Option("--publish", help="The directory of the chart repository to put it into.", metavar="DIR"),
    ] = pathlib.Path("dist/charts"),
    version: Annotated[str | None, typer.Option("--version", help="Another version than the spec says.")] = None,
    engine: EngineName = None,
) -> None:
    """Assemble, validate and package the shared chart, and put it into a chart repository in a directory."""
    from chartgen.actions.build import build

    own = session(context)
    built = build(own.project, publish, version=version, engine_name=engine)
    console.result(built.published.location)
    if not own.quiet:
        state = "unchanged, it was there already" if built.published.unchanged else "published"
        size = len(built.package.content) / 1024
        console.note(f"{built.package.name} {built.package.version}: {state}")
        console.note(f"  {size:.1f} KiB, sha256:{built.package.digest}")
        console.note(f"  rendered with {built.renderings} sets of values, valid for Kubernetes")
