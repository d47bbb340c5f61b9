"""The state of releases for programs."""

from __future__ import annotations

import json
from typing import Any

from chartgen.report.ink import Ink
from chartgen.report.status.rows import Row, Status


def render(status: Status, _ink: Ink = Ink.PLAIN) -> str:
    """One object.

    - `project`; `places`: the environments and regions that were asked for.
    - `releases`: `release` (`prod/eu-north/web`), `environment`, `region`, `service`, `name`, `namespace`,
      `kubeContext`, `revision` (null: it is not installed), `status`, `chart`, `version`, `wantedVersion`, `behind` (in
      what it differs from the spec), `updated`, `health` (`healthy`, `progressing`, `unhealthy`, `unknown`; null: it is
      not installed), `workloads` (those that are not healthy, and other objects that are not there: `object`, `health`,
      `reason`, `commands`), `notes`.
    - `notAsked`: places whose cluster could not be asked: `place`, `message`, `hint`.
    """
    data = {
        "project": status.project,
        "places": status.places,
        "releases": [_row(row) for row in status.rows],
        "notAsked": [
            {"place": place, "message": problem.message, "hint": problem.hint} for place, problem in status.unreached
        ],
    }
    return f"{json.dumps(data, indent=2, ensure_ascii=False)}\n"


def _row(row: Row) -> dict[str, Any]:
    return {
        "release": row.title,
        "environment": row.environment,
        "region": row.region,
        "service": row.service,
        "name": row.name,
        "namespace": row.namespace,
        "kubeContext": row.context,
        "revision": row.revision,
        "status": row.status,
        "chart": row.chart or None,
        "version": row.version or None,
        "wantedVersion": row.wanted or None,
        "behind": row.behind,
        "updated": row.updated or None,
        "health": row.health,
        "workloads": [
            {"object": each.object, "health": each.health, "reason": each.reason, "commands": each.commands}
            for each in row.ailing
        ],
        "notes": row.notes,
    }
