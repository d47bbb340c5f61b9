"""What `chartgen deploy` shows: the plan, what speaks against it, and what came of it."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

from chartgen.actions.deploying.data import of_deployed, of_plan
from chartgen.actions.deploying.done import Deployed, Done
from chartgen.actions.deploying.plan import DeployPlan
from chartgen.actions.operating import stuck
from chartgen.cli import console
from chartgen.cli.options import TableOrJson
from chartgen.report import Ink, Outcome, View, render
from chartgen.report.deploying import done_text, plan_text, way_on

_FAILED = 3
"""From this exit code on something went wrong."""


def plan(found: DeployPlan, output: TableOrJson, *, dry_run: bool, quiet: bool) -> None:
    """The plan and what there is to say about it.

    It is the result of a dry run, and of a deploy that is refused; else it stands beside the result that is to come.
    """
    data = of_plan(found)
    if not found.sent and not found.stuck and not dry_run:
        data = of_deployed(found, Deployed(tuple(Done(part) for part in found.parts)))
    if output is TableOrJson.json:
        if dry_run or not found.sent or found.errors or found.stuck:
            _json(data)
    elif dry_run:
        console.result(plan_text(data, _ink(sys.stdout)))
    elif not quiet:
        console.note(plan_text(data, _ink(sys.stderr)))
    _findings(found)
    console.problems([stuck(step.release, step.stored) for step in found.stuck if step.stored])
    for text in () if quiet else _notes(found):
        console.note(f"note: {text}")


def deployed(found: DeployPlan, done: Deployed, output: TableOrJson, began: datetime, *, verbose: bool) -> None:
    """What came of it, and what can be done now.

    Arguments:
        began: when helm and helmfile first were asked to do something.
        verbose: with all that helm said where something failed.
    """
    data = of_deployed(found, done)
    for part in done.done if verbose else ():
        if not part.well:
            console.note("\n".join(part.output))
    if output is TableOrJson.json:
        _json(data)
    else:
        console.result(done_text(data, _ink(sys.stdout)))
    if done.why:
        left = ", ".join(part.target.title for part in done.left)
        console.note(f"{done.why}: {left} {'is' if len(done.left) == 1 else 'are'} left as before")
    for hint in way_on(data, began) if done.exit_code >= _FAILED else ():
        console.note(f"  {hint}")


def _findings(found: DeployPlan) -> None:
    told = tuple(finding for finding in (*found.errors, *found.preflight) if not finding.allowed)
    if told:
        outcome = Outcome(tuple(dict.fromkeys(told)), releases=len(found.sent), manifests=found.manifests)
        console.note(render(outcome, "table", _ink(sys.stderr), View.WARNINGS).rstrip("\n"))


def _notes(found: DeployPlan) -> list[str]:
    notes = [str(problem) for problem in found.ready.tools.warnings]
    warnings = sum(finding.severity == "warning" and not finding.allowed for finding in found.findings)
    if warnings:
        said = f"{warnings} {'warning' if warnings == 1 else 'warnings'} about what is deployed"
        notes.append(f"{said}: `chartgen check -e {found.ready.environment}` shows them")
    return notes


def _json(data: dict[str, Any]) -> None:
    console.result(json.dumps(data, indent=2, ensure_ascii=False))


def _ink(stream: Any) -> Ink:
    return Ink.COLOUR if console.in_color(stream) else Ink.PLAIN
