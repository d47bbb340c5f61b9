"""A plan, and what came of it, as plain data: what `-o json` prints, and what the tables are made from."""

from __future__ import annotations

from typing import Any

from chartgen.actions.deploying.done import Deployed, Done
from chartgen.actions.deploying.plan import DeployPlan, Planned
from chartgen.actions.live import Target
from chartgen.cluster.conflicts import conflicts
from chartgen.cluster.outcome import Outcome
from chartgen.cluster.steps import Step
from chartgen.cluster.stored import Stored
from chartgen.model import Finding


def of_plan(plan: DeployPlan) -> dict[str, Any]:
    """What a deploy will do."""
    return {**_head(plan), "findings": _findings(plan), "regions": [_part(part) for part in plan.parts]}


def of_deployed(plan: DeployPlan, deployed: Deployed) -> dict[str, Any]:
    """What came of a deploy, with what was planned."""
    done = [_done(part) for part in deployed.done]
    left = [{**_part(part), "begun": False} for part in deployed.left]
    return {**_head(plan), "stopped": deployed.why, "exitCode": deployed.exit_code, "regions": [*done, *left]}


def _head(plan: DeployPlan) -> dict[str, Any]:
    return {"project": plan.ready.live.plan.project, "environment": plan.ready.environment}


def _findings(plan: DeployPlan) -> list[dict[str, str]]:
    found = (*plan.findings, *plan.preflight)
    return [_finding(each) for each in found if not each.allowed and each.severity != "info"]


def _finding(found: Finding) -> dict[str, str]:
    fields = ("rule", "severity", "message", "release", "object", "path", "remedy")
    return {field: getattr(found, field) for field in fields} | {"where": str(found.where or "")}


def _target(target: Target) -> dict[str, Any]:
    where = {"context": target.context, "current": target.current}
    return {"title": target.title, "region": target.region, "wave": target.wave, **where}


def _part(part: Planned) -> dict[str, Any]:
    releases = [{**_step(step), "objects": part.objects.get(step.release.title)} for step in part.steps]
    return {**_target(part.target), "releases": releases, "leftovers": [_stored(each) for each in part.leftovers]}


def _step(step: Step) -> dict[str, Any]:
    release, before = step.release, step.stored
    return {
        "service": release.service,
        "release": release.name,
        "namespace": release.namespace,
        "action": step.action,
        "reasons": list(step.reasons),
        "before": {"revision": before.revision, "status": before.status} if before else None,
    }


def _stored(found: Stored) -> dict[str, Any]:
    service = found.mark.service if found.mark else ""
    return {"service": service, "release": found.name, "namespace": found.namespace, "revision": found.revision}


def _done(done: Done) -> dict[str, Any]:
    outcomes = {id(outcome.step): outcome for outcome in done.outcomes}
    releases = [{**_step(step), **_outcome(outcomes.get(id(step)))} for step in done.planned.steps]
    return {
        **_target(done.planned.target),
        "begun": True,
        "well": done.well,
        "interrupted": bool(done.interrupted),
        "failure": done.failure,
        "unwell": list(done.unwell),
        "releases": releases,
        "leftovers": [_stored(each) for each in done.planned.leftovers],
    }


def _outcome(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {"became": "unchanged"}
    now = outcome.stored
    return {
        "became": outcome.became,
        "now": {"revision": now.revision, "status": now.status} if now else None,
        "backTo": outcome.back_to,
        "error": outcome.error,
        "conflicts": [str(each) for each in conflicts(outcome.error)],
        "pods": list(outcome.reasons),
    }
