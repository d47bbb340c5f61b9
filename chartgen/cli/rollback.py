"""`chartgen rollback`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from chartgen.cli import console
from chartgen.cli.asking import agreed
from chartgen.cli.operating import Yes, show_outcome, show_problems
from chartgen.cli.options import OneEnvironment, Regions, selection, session

if TYPE_CHECKING:
    from chartgen.actions.rollback import Aim, Return

_LAST = "the spec still says otherwise, and the next deploy brings it again: `chartgen set-version` keeps an image back"


def command(
    context: typer.Context,
    environment: OneEnvironment = None,
    service: Annotated[
        str | None, typer.Argument(help="The service; those whose last deploy failed unless given.", metavar="SERVICE")
    ] = None,
    region: Regions = None,
    to: Annotated[
        int | None,
        typer.Option("--to", help="To this revision; to the last that was deployed unless given.", metavar="N", min=1),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="All that changed in this span of time, or since this time.", metavar="10m|TIME"),
    ] = None,
    yes: Yes = False,
) -> int:
    """Take releases back to an earlier revision, and wait until they are ready.

    Shows what that changes first. The spec stays as it is.
    """
    from chartgen.actions.rollback import carry_out, plan

    own = session(context)
    chosen = selection(environment, region, service)
    found = plan(own.project, chosen, _aim(service, to, since))
    show_problems(found.notes)
    if not found.returns:
        console.note("nothing to roll back")
        return 1 if found.notes else 0
    console.result("\n".join(line for each in found.returns for line in _lines(each)))
    if not own.quiet:
        console.note(_LAST)
    number = len(found.returns)
    if not agreed(f"Roll back {number} release{'s' if number > 1 else ''}?", yes=yes):
        return 1
    return show_outcome(carry_out(found, (lambda _: None) if own.quiet else console.note), failed=4)


def _aim(service: str | None, to: int | None, since: str | None) -> Aim:
    from datetime import UTC, datetime

    from chartgen.actions.rollback import Aim
    from chartgen.cli.durations import moment
    from chartgen.errors import InputError

    if to is not None and (service is None or since is not None):
        raise InputError("--to counts the revisions of one service", hint="name the service, and leave out --since")
    return Aim(to, moment(since, "--since", datetime.now(UTC)) if since else None)


def _lines(each: Return) -> Iterator[str]:
    now, then = each.current, each.aim
    yield f"{each.title}: revision {now.revision} ({now.status}) → {then.revision}"
    if now.chart_title != then.chart_title:
        yield f"  chart: {now.chart_title} → {then.chart_title}"
    if each.images[0] != each.images[1]:
        yield f"  images: {', '.join(each.images[0]) or 'none'} → {', '.join(each.images[1]) or 'none'}"
    changed = {change.object for change in each.changes if change.change in ("changed", "recreate")}
    counts = {
        "changed": len(changed),
        "new": sum(change.change == "added" for change in each.changes),
        "gone": sum(change.change == "removed" for change in each.changes),
    }
    told = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
    yield f"  objects: {told or 'none changed'}"
    for one in dict.fromkeys(change.object for change in each.changes if change.restarts):
        yield f"  {one}: its pods are replaced"
    for change in each.changes:
        if change.change == "recreate":
            yield f"  {change.object}: {change.path} cannot change in place; {change.remedy}"
