"""`chartgen deploy`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from chartgen.cli.asking import agreed
from chartgen.cli.options import EngineName, OneEnvironment, Regions, Services, TableOrJson, selection, session
from chartgen.errors import InputError

if TYPE_CHECKING:
    from chartgen.actions.deploying.plan import Planned

_LEFT = 1
"""The exit code where something would change, or stays undone."""


def command(
    context: typer.Context,
    environment: OneEnvironment = None,
    region: Regions = None,
    service: Services = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Releases that need nothing, too.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan, and do nothing; exit 1 if something would change.")
    ] = False,
    server_dry_run: Annotated[
        bool, typer.Option("--server-dry-run", help="Let the API server try every object first; it keeps none.")
    ] = False,
    force_conflicts: Annotated[
        bool, typer.Option("--force-conflicts", help="Take fields that others have set on live objects (Helm 4).")
    ] = False,
    pause: Annotated[bool, typer.Option("--pause", help="Ask before each further wave of regions.")] = False,
    bake: Annotated[
        str, typer.Option("--bake", help="Wait after each wave, then look at its health again.", metavar="10m")
    ] = "0s",
    concurrency: Annotated[
        int, typer.Option("--concurrency", help="How many releases at once; 0: all.", min=0, metavar="N")
    ] = 8,
    output: Annotated[TableOrJson, typer.Option("-o", "--output", help="The form.")] = TableOrJson.table,
    engine: EngineName = None,
) -> int:
    """Install what the spec says: check, show the plan, ask, then let helmfile sync what differs from what is there.

    Regions go in waves, low first; one that fails stops the rest. A release that fails is rolled back.
    """
    from chartgen.actions.deploy import planned
    from chartgen.actions.deploying.carry_out import carry_out
    from chartgen.actions.deploying.manner import Manner
    from chartgen.actions.deploying.prepare import Asked
    from chartgen.cli import deploy_shown as shown
    from chartgen.cli.durations import seconds
    from chartgen.cli.progress import Progress

    own = session(context)
    chosen = selection(environment, region, service)
    wait = seconds(bake, "--bake")
    if pause and not sys.stdin.isatty():
        raise InputError("`--pause` asks, and nobody is there to answer", hint="`--bake 10m` waits instead")
    with planned(own.project, Asked(chosen, everything, engine, server_dry_run, force_conflicts)) as plan:
        shown.plan(plan, output, dry_run=dry_run, quiet=own.quiet)
        if plan.errors or plan.stuck:
            return _LEFT
        if dry_run or not plan.sent:
            return _LEFT if plan.sent else 0
        if not agreed(f"Deploy to {plan.ready.environment}?", yes=yes):
            return _LEFT
        with Progress(quiet=own.quiet) as progress:
            manner = Manner(
                concurrency=concurrency,
                force_conflicts=force_conflicts,
                bake=wait,
                told=progress.tell,
                goes_on=_next if pause else lambda _: True,
            )
            began = datetime.now(UTC)
            deployed = carry_out(plan, manner)
        shown.deployed(plan, deployed, output, began, verbose=own.verbose)
    return deployed.exit_code


def _next(wave: Sequence[Planned]) -> bool:
    try:
        return agreed(f"Go on with {', '.join(part.target.title for part in wave)}?", yes=False)
    except KeyboardInterrupt:  # what was done so far is told all the same
        return False
