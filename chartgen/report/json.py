"""An outcome for programs: one array of objects that all have the same fields."""

from __future__ import annotations

import json
from typing import Any

from chartgen.errors import Problem, Where
from chartgen.model import Finding
from chartgen.report.ink import Ink
from chartgen.report.outcome import Outcome, View, in_order

INPUT_RULE = "input"
"""The rule that problems of what somebody wrote go under."""


def render(outcome: Outcome, _ink: Ink = Ink.PLAIN, view: View = View.NOTES) -> str:
    """An array: the problems, then the findings; an unknown file is null, an unknown line or column too."""
    entries = [*map(_problem, outcome.problems), *map(_finding, in_order(view.of(outcome)))]
    return f"{json.dumps(entries, indent=2)}\n"


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "rule": INPUT_RULE,
        "severity": "error",
        "message": problem.message,
        "expected": problem.expected,
        "remedy": problem.hint,
        "release": "",
        "object": "",
        "path": problem.path,
        "allowed": "",
        **_place(problem.where),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "expected": "",
        "remedy": finding.remedy,
        "release": finding.release,
        "object": finding.object,
        "path": finding.path,
        "allowed": finding.allowed,
        **_place(finding.where),
    }


def _place(where: Where | None) -> dict[str, Any]:
    if where is None:
        return {"file": None, "line": None, "column": None}
    return {"file": where.file, "line": where.line or None, "column": where.column or None}
