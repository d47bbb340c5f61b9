"""`chartgen check`."""

from __future__ import annotations

import sys
from enum import Enum
from typing import Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import (
    EngineName,
    Environments,
    KubernetesVersion,
    Regions,
    Services,
    TableOrJson,
    selection,
    session,
)


class Level(str, Enum):  # noqa: UP042  # typer shows the members of a str enum
    """How bad a finding must be."""

    error = "error"
    warning = "warning"
    info = "info"


class ScanLevel(str, Enum):  # noqa: UP042  # typer shows the members of a str enum
    """How bad a vulnerability must be."""

    critical = "critical"
    high = "high"
    medium = "medium"
    low = "low"


def command(
    context: typer.Context,
    environment: Environments = None,
    region: Regions = None,
    service: Services = None,
    kubernetes_version: KubernetesVersion = None,
    scan_report: Annotated[
        list[str] | None,
        typer.Option(
            "--scan-report",
            help="A scanner's report in SARIF, or IMAGE=FILE where it names no image; repeatable.",
            metavar="FILE",
        ),
    ] = None,
    scan_level: Annotated[
        ScanLevel, typer.Option("--scan-level", help="From which level on a vulnerability counts.")
    ] = ScanLevel.high,
    against: Annotated[
        str, typer.Option("--against", help="The git revision that is upgraded from.", metavar="REVISION")
    ] = "HEAD",
    list_rules: Annotated[bool, typer.Option("--list-rules", help="List the rules, and check nothing.")] = False,
    fail_on: Annotated[Level, typer.Option("--fail-on", help="Exit 1 on findings at or above this.")] = Level.error,
    output: Annotated[TableOrJson, typer.Option("-o", "--output", help="The form.")] = TableOrJson.table,
    engine: EngineName = None,
) -> int:
    """Check values against the chart's schema, manifests against the Kubernetes API, and both against the rules.

    Notes (`info`) and what the spec allows are counted; -v lists them too.
    """
    from chartgen.actions.check import Asked, check
    from chartgen.report import Ink, View, render

    if list_rules:
        _list_rules(output)
        return 0
    chosen = selection(environment, region, service)
    asked = Asked(kubernetes_version, engine, scan_report or (), scan_level.value, against)
    outcome = check(session(context).project, chosen, asked)
    ink = Ink.COLOUR if console.in_color(sys.stdout) else Ink.PLAIN
    view = View.WARNINGS if output is TableOrJson.table and fail_on is not Level.info else View.NOTES
    view = View.ALL if session(context).verbose else view
    console.result(render(outcome, output.value, ink, view))
    levels = list(Level)
    counted = [outcome.counts()[level.value] for level in levels[: levels.index(fail_on) + 1]]
    return 1 if any(counted) else 0


def _list_rules(output: TableOrJson) -> None:
    from chartgen.checks.registry import RULES

    if output is TableOrJson.json:
        import json

        fields = ("id", "severity", "reason", "remedy")
        rules = [{field: getattr(rule, field) for field in fields} for rule in RULES.values()]
        console.result(json.dumps(rules, indent=2, ensure_ascii=False))
        return
    from chartgen.report import columns

    console.result(columns(("rule", "severity", "reason"), [(r.id, r.severity, r.reason) for r in RULES.values()]))
