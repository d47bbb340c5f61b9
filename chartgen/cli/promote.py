"""`chartgen promote`."""

from __future__ import annotations

from typing import Annotated

import typer

from chartgen.cli.options import Services, session
from chartgen.cli.set_version import show


def command(
    context: typer.Context,
    source: Annotated[str, typer.Option("--from", help="Where it runs: ENV, or ENV/REGION.", metavar="ENV")],
    target: Annotated[str, typer.Option("--to", help="Where it is to run: ENV, or ENV/REGION.", metavar="ENV")],
    service: Services = None,
) -> None:
    """Copy what runs in one environment to the next: the same image in every stage."""
    from chartgen.actions.versions import Place, known_names, promote

    own = session(context)
    project = own.project
    places = [Place(environment, region or None) for environment, _, region in (_parts(source), _parts(target))]
    show(promote(project, known_names(project), places[0], places[1], service or ()), quiet=own.quiet)


def _parts(place: str) -> tuple[str, str, str]:
    return place.partition("/")
