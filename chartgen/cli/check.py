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


def command(
    context: typer.Context,
    environment: Environments = None,
    region: Regions = None,
    service: Services = None,
    kubernetes_version: KubernetesVersion = None,
    fail_on: Annotated[Level, typer.Option("--fail-on", help="Exit 1 on findings at or above this.")] = Level.error,
    output: Annotated[TableOrJson, typer.Option("-o", "--output", help="The form.")] = TableOrJson.table,
    engine: EngineName = None,
) -> int:
    """Check values against the chart's schema, and manifests against the Kubernetes API."""
    from chartgen.actions.check import check
    from chartgen.report import Ink, render

    chosen = selection(environment, region, service)
    outcome = check(session(context).project, chosen, kubernetes_version, engine)
    console.result(render(outcome, output.value, Ink.COLOUR if console.in_color(sys.stdout) else Ink.PLAIN))
    levels = list(Level)
    counted = [outcome.counts()[level.value] for level in levels[: levels.index(fail_on) + 1]]
    return 1 if any(counted) else 0
