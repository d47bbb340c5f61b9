"""`chartgen set-version`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import session

if TYPE_CHECKING:
    from chartgen.actions.versions import VersionsResult


def command(
    context: typer.Context,
    service: Annotated[str, typer.Argument(help="The service.", metavar="SERVICE")],
    version: Annotated[str, typer.Argument(help="The tag, or the digest (sha256:…).", metavar="TAG")],
    environment: Annotated[str, typer.Option("-e", "--environment", help="Where.", metavar="ENV")],
    region: Annotated[
        str | None, typer.Option("-r", "--region", help="In this region of it alone.", metavar="REGION")
    ] = None,
) -> None:
    """Say which version of a service's image runs in an environment, in versions/<environment>.yaml."""
    from chartgen.actions.versions import Place, known_names, set_version

    own = session(context)
    project = own.project
    show(set_version(project, known_names(project), service, version, Place(environment, region)), quiet=own.quiet)


def show(done: VersionsResult, *, quiet: bool) -> None:
    """What was changed, a line each; what that does not reach, as a note."""
    console.result("\n".join(_lines(done)))
    if not done.changes and not quiet:
        console.note("nothing to change")
    for one in done.overruled:
        console.note(f"{one.place} keeps {one.service} {one.before}, which its own entry says")


def _lines(done: VersionsResult) -> Iterable[str]:
    for one in done.changes:
        before = f" (was {one.before})" if one.before is not None else ""
        region = f"{one.place.region}: " if one.place.region else ""
        yield f"{one.place.file}: {region}{one.service or 'the chart'} {one.after}{before}"
