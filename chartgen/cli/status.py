"""`chartgen status`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import Environments, Regions, Services, TableOrJson, selection, session
from chartgen.errors import ToolError


def command(
    context: typer.Context,
    environment: Environments = None,
    region: Regions = None,
    service: Services = None,
    matrix: Annotated[
        bool, typer.Option("--matrix", help="Which version runs where: services × environments and regions.")
    ] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 1 unless every release is deployed and healthy.")
    ] = False,
    output: Annotated[TableOrJson, typer.Option("-o", "--output", help="The form.")] = TableOrJson.table,
) -> int:
    """Tell how the releases are: revision, chart, version, age, health, and why what is not healthy is not.

    All clusters are asked at once; one that cannot be reached hides none of the others (exit 3, at the end). Otherwise
    the exit code is 0 whatever the state, unless --exit-code asks for it.
    """
    from chartgen.actions.status import status
    from chartgen.report import Ink
    from chartgen.report.status import render

    found, reached = status(session(context).project, selection(environment, region, service))
    form = "matrix" if matrix and output is TableOrJson.table else output.value
    ink = Ink.COLOUR if output is TableOrJson.table and console.in_color(sys.stdout) else Ink.PLAIN
    console.result(render(found, form, ink))
    if reached.unreached:
        raise ToolError(reached.problems())
    return 1 if exit_code and not found.is_well else 0
