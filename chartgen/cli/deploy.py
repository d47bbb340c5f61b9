"""`chartgen deploy`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import EngineName, Regions, Services, TableOrJson, selection, session
from chartgen.errors import InputError

if TYPE_CHECKING:
    from chartgen.actions.deploying.done import Deployed
    from chartgen.actions.deploying.plan import DeployPlan, Planned

_UNITS = {"s": 1, "m": 60, "h": 3600}
_CHANGES = 1


def command(
    context: typer.Context,
    environment: Annotated[
        str | None,
        typer.Option("-e", "--environment", help="Which one; else the project's default.", metavar="ENV"),
    ] = None,
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
    from chartgen.cli.progress import Progress

    own = session(context)
    chosen = selection([environment] if environment else [], region, service)
    seconds = _seconds(bake)
    if pause and not sys.stdin.isatty():
        raise InputError("`--pause` asks, and nobody is there to answer", hint="`--bake 10m` waits instead")
    with planned(own.project, Asked(chosen, everything, engine, server_dry_run, force_conflicts)) as plan:
        _show(plan, output, dry_run=dry_run, quiet=own.quiet)
        if plan.errors or plan.stuck:
            return _CHANGES
        if dry_run or not plan.sent:
            return int(bool(plan.sent))
        if not yes and not _agreed(f"Deploy to {plan.ready.environment}?"):
            return _CHANGES
        with Progress(quiet=own.quiet) as progress:
            manner = Manner(
                concurrency=concurrency,
                force_conflicts=force_conflicts,
                bake=seconds,
                told=progress.tell,
                goes_on=_next if pause else lambda _: True,
            )
            deployed = carry_out(plan, manner)
        _tell(plan, deployed, output, verbose=own.verbose)
    return deployed.exit_code


def _show(plan: DeployPlan, output: TableOrJson, *, dry_run: bool, quiet: bool) -> None:
    """The plan: the result of a dry run, else something beside it; and what speaks against it."""
    from chartgen.actions.deploying.data import of_plan
    from chartgen.report import Ink, Outcome, View, render
    from chartgen.report.deploying import plan_text

    data = of_plan(plan)
    stream = sys.stdout if dry_run else sys.stderr
    is_result = dry_run or not plan.sent or plan.errors or plan.stuck
    if output is TableOrJson.json and is_result:
        console.result(json.dumps(data, indent=2, ensure_ascii=False))
    elif output is TableOrJson.table and not (quiet and not dry_run):
        text = plan_text(data, Ink.COLOUR if console.in_color(stream) else Ink.PLAIN)
        if dry_run:
            console.result(text)
        else:
            console.note(text)
    if plan.ready.tools.warnings and not quiet:
        for problem in plan.ready.tools.warnings:
            console.note(f"note: {problem}")
    told = tuple(finding for finding in (*plan.errors, *plan.preflight) if not finding.allowed)
    if told:
        found = Outcome(tuple(dict.fromkeys(told)), releases=len(plan.sent), manifests=plan.manifests)
        ink = Ink.COLOUR if console.in_color(sys.stderr) else Ink.PLAIN
        console.note(render(found, "table", ink, View.WARNINGS).rstrip("\n"))
    _beside(plan, quiet=quiet)


def _beside(plan: DeployPlan, *, quiet: bool) -> None:
    warnings = sum(finding.severity == "warning" and not finding.allowed for finding in plan.findings)
    if warnings and not quiet:
        console.note(f"note: {warnings} {'warning' if warnings == 1 else 'warnings'}: `chartgen check` shows them")
    for step in plan.stuck:
        state = step.stored.status if step.stored else ""
        console.note(f"error: {step.release.title} is {state}: helm was interrupted while it was at work on it")
        console.note(f"  hint: `chartgen recover -e {plan.ready.environment}`")


def _tell(plan: DeployPlan, deployed: Deployed, output: TableOrJson, *, verbose: bool) -> None:
    from chartgen.actions.deploying.data import of_deployed
    from chartgen.report import Ink
    from chartgen.report.deploying import done_text, way_on

    data = of_deployed(plan, deployed)
    if verbose:
        for part in deployed.done:
            if not part.well:
                console.note("\n".join(part.output))
    if output is TableOrJson.json:
        console.result(json.dumps(data, indent=2, ensure_ascii=False))
    else:
        console.result(done_text(data, Ink.COLOUR if console.in_color(sys.stdout) else Ink.PLAIN))
    if deployed.why:
        left = ", ".join(part.target.title for part in deployed.left)
        console.note(f"{deployed.why}: {left} {'is' if len(deployed.left) == 1 else 'are'} left as before")
    if deployed.exit_code:
        for hint in way_on(data):
            console.note(f"  {hint}")


def _agreed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise InputError("nobody is there to be asked", hint="`--yes` deploys without asking; `--dry-run` only looks")
    return typer.confirm(question, err=True)


def _next(wave: Sequence[Planned]) -> bool:
    return _agreed(f"Go on with {', '.join(part.target.title for part in wave)}?")


def _seconds(text: str) -> float:
    found = re.fullmatch(r"(\d+)([smh])", text)
    if not found:
        raise InputError(f"`--bake {text}` is no duration", hint="write it as 90s, 10m or 1h")
    return float(int(found[1]) * _UNITS[found[2]])
