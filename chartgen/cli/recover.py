"""`chartgen recover`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chartgen.cli import console
from chartgen.cli.asking import agreed
from chartgen.cli.operating import Yes, show_outcome, show_problems
from chartgen.cli.options import OneEnvironment, Regions, Services, selection, session

if TYPE_CHECKING:
    from chartgen.actions.recover import Stuck

_COLUMNS = ("release", "revision", "state", "since", "what to do")


def command(
    context: typer.Context,
    environment: OneEnvironment = None,
    region: Regions = None,
    service: Services = None,
    older_than: Annotated[
        str | None,
        typer.Option(
            "--older-than",
            help="No helm is at work on what is stuck for longer; three times the release's timeout unless given.",
            metavar="10m",
        ),
    ] = None,
    yes: Yes = False,
) -> int:
    """Mend releases that Helm was interrupted at: rolled back to what was deployed, or uninstalled.

    Shows what it would do first. What a helm may still be at work on is left alone.
    """
    from datetime import UTC, datetime

    from chartgen.actions.recover import carry_out, plan
    from chartgen.cli.durations import seconds
    from chartgen.report import columns

    own = session(context)
    limit = seconds(older_than, "--older-than") if older_than else None
    found = plan(own.project, selection(environment, region, service), datetime.now(UTC), limit)
    show_problems(found.notes)
    if not found.stuck:
        console.note("nothing is stuck")
        return 0
    console.result(columns(_COLUMNS, [_row(each) for each in found.stuck]))
    if len(found.ready) < len(found.stuck):
        console.note("a helm may still be at work on what is that young; if you know of none: `--older-than 0s`")
    if not found.ready:
        return 1
    number = len(found.ready)
    if not agreed(f"Mend {number} release{'s' if number > 1 else ''}?", yes=yes):
        return 1
    code = show_outcome(carry_out(found, (lambda _: None) if own.quiet else console.note), failed=4)
    return code or int(len(found.ready) < len(found.stuck))


def _row(each: Stuck) -> list[str]:
    from chartgen.report.ages import span

    if each.may_be_at_work:
        remedy = f"wait: helm may be at work for {span(each.limit)}"
    else:
        remedy = f"roll back to revision {each.aim.revision}" if each.aim else "uninstall"
    since = span(each.age) if each.age is not None else ""
    return [each.title, str(each.current.revision), each.current.status, since, remedy]
