"""`chartgen promote`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import Services, session
from chartgen.cli.set_version import show

if TYPE_CHECKING:
    from chartgen.actions.versions import Known, Place


def command(
    context: typer.Context,
    source: Annotated[str, typer.Option("--from", help="Where it runs: ENV, or ENV/REGION.", metavar="ENV")],
    target: Annotated[str, typer.Option("--to", help="Where it is to run: ENV, or ENV/REGION.", metavar="ENV")],
    service: Services = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Only if it runs there and is healthy, as its cluster says.")
    ] = False,
) -> int:
    """Copy what runs in one environment to the next: the same image in every stage.

    With `--verify` the clusters of the first are asked whether the versions run there and are healthy; exits 1 and
    changes nothing if they are not.
    """
    from chartgen.actions.versions import Place, known_names, promote

    own = session(context)
    project = own.project
    known = known_names(project)
    begin, end = (Place(environment, region or None) for environment, _, region in (_parts(source), _parts(target)))
    if verify and not _runs(project, known, begin, service or (), quiet=own.quiet):
        return 1
    show(promote(project, known, begin, end, service or ()), quiet=own.quiet)
    return 0


def _runs(project: Path, known: Known, place: Place, services: Sequence[str], *, quiet: bool) -> bool:
    """Whether the versions of a place run there; what speaks against it is shown."""
    from chartgen.actions.verify import verify
    from chartgen.actions.versions import carried

    versions = carried(project, known, place, services)
    doubts = verify(project, place, versions)
    if doubts:
        console.result("\n".join(map(str, doubts)))
        console.note("nothing is promoted")
    elif not quiet:
        console.note(f"what {place} says is what runs there, and it is healthy")
    return not doubts


def _parts(place: str) -> tuple[str, str, str]:
    return place.partition("/")
