"""An impact for programs."""

from __future__ import annotations

import json
from typing import Any

from chartgen.compare.impact import Affected, Group, Impact, Refusal, Side
from chartgen.report.ink import Ink


def render(impact: Impact, _ink: Ink = Ink.PLAIN, *, each: bool = True) -> str:
    """One object.

    - `project`; `old`, `new`: `asked` (as given), `chart`, `version`.
    - `summary`: how many releases there are (`releases`), `changed`, `restarted`, `recreated`, `refused`; change in
      labels that name the chart only (`labels`), stay the `same`, or were `leftOut`.
    - `changes`: what changes, the worst first: `change` (`added`, `removed`, `changed`, `recreate`), `object`, `path`,
      `restarts`, `hook`, `message`, `remedy`, and `variants`: `before`, `after`, `releases`.
    - `refused`: `by` (`old schema`, `new schema`, `old chart`, `new chart`), `message`, `expected`, `remedy`, `path`,
      `file`, `line`, `column` (null: unknown), `releases`.
    - `releases`: `release`, `environment`, `region`, `service`, `state` (`refused`, `changed`, `labels`, `same`),
      `restarts` and `recreates` (objects), `changes` (indexes of `changes`).
    - `leftOut`: the releases with charts of their own.
    """
    data = {
        "project": impact.project,
        "old": _side(impact.old),
        "new": _side(impact.new),
        "summary": impact.counts(),
        "changes": [_group(group) for group in impact.groups],
        "refused": [_refusal(refusal) for refusal in impact.refusals],
        "releases": [_release(one) for one in impact.releases],
        "leftOut": impact.left_out,
    }
    return f"{json.dumps(data, indent=2, ensure_ascii=False)}\n"


def _side(side: Side) -> dict[str, Any]:
    return {"asked": side.asked, "chart": side.name, "version": side.version}


def _group(group: Group) -> dict[str, Any]:
    return {
        "change": group.change,
        "object": group.object,
        "path": group.path,
        "restarts": group.restarts,
        "hook": group.hook,
        "message": group.message,
        "remedy": group.remedy,
        "variants": [{"before": one.before, "after": one.after, "releases": one.releases} for one in group.variants],
    }


def _refusal(refusal: Refusal) -> dict[str, Any]:
    problem, where = refusal.problem, refusal.problem.where
    return {
        "by": refusal.by,
        "message": problem.message,
        "expected": problem.expected,
        "remedy": problem.hint,
        "path": problem.path,
        "file": where.file if where else None,
        "line": (where.line or None) if where else None,
        "column": (where.column or None) if where else None,
        "releases": refusal.releases,
    }


def _release(one: Affected) -> dict[str, Any]:
    return {
        "release": one.release.title,
        "environment": one.release.environment,
        "region": one.release.region,
        "service": one.release.service,
        "state": one.state,
        "restarts": one.restarts,
        "recreates": one.recreates,
        "changes": one.groups,
    }
