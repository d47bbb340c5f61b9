"""Differences for programs."""

from __future__ import annotations

import json
from typing import Any

from chartgen.compare.manifests.objects import ObjectChange
from chartgen.report.difference.data import Differences, Edit, ReleaseDifference
from chartgen.report.ink import Ink


def render(found: Differences, _ink: Ink = Ink.PLAIN, *, whole: bool = True) -> str:
    """One object.

    - `project`; `against`: the revision of git (null: what the clusters have); `same`: whether nothing differs.
    - `releases`: `release` (`prod/eu-north/web`), `environment`, `region`, `service`, `action` (`create`, `upgrade`,
      `remove`, `unchanged`, `stuck`), `reasons`, `changes`, `drift`, `notes`.
    - Each of `changes`, what a deploy would change: `change` (`added`, `removed`, `changed`, `recreate`), `object`,
      `path`, `before`, `after`, `restarts`, `hook`, `namesChart`, `message`, `remedy`.
    - Each of `drift`, what was changed by hand: `change` (`changed`, `removed`, `added`, `gone`), `object`, `path`,
      `wanted`, `live`, `by`, `time`.
    - `notAsked`: places whose cluster could not be asked: `place`, `message`, `hint`.
    """
    data = {
        "project": found.project,
        "against": found.against or None,
        "same": found.is_same,
        "releases": [_release(each) for each in found.releases],
        "notAsked": [
            {"place": place, "message": problem.message, "hint": problem.hint} for place, problem in found.unreached
        ],
    }
    return f"{json.dumps(data, indent=2, ensure_ascii=False)}\n"


def _release(each: ReleaseDifference) -> dict[str, Any]:
    return {
        "release": each.title,
        "environment": each.environment,
        "region": each.region,
        "service": each.service,
        "action": each.action,
        "reasons": each.reasons,
        "changes": [_change(change) for change in each.changes],
        "drift": [_edit(edit) for edit in each.edits],
        "notes": each.notes,
    }


def _change(change: ObjectChange) -> dict[str, Any]:
    return {
        "change": change.change,
        "object": change.object,
        "path": change.path,
        "before": change.before,
        "after": change.after,
        "restarts": change.restarts,
        "hook": change.hook,
        "namesChart": change.names_chart,
        "message": change.message,
        "remedy": change.remedy,
    }


def _edit(edit: Edit) -> dict[str, Any]:
    return {
        "change": edit.kind,
        "object": edit.object,
        "path": edit.path,
        "wanted": edit.wanted,
        "live": edit.live,
        "by": edit.by or None,
        "time": edit.time or None,
    }
