"""`chartgen diff`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import EngineName, Environments, Regions, Services, TableOrJson, selection, session
from chartgen.errors import InputError, ToolError

_WAY_ON = """\
note: what is to stay belongs in the spec; `chartgen deploy --all --force-conflicts` puts back what was changed or
  removed, and leaves what was added: take that away with kubectl"""


def command(
    context: typer.Context,
    environment: Environments = None,
    region: Regions = None,
    service: Services = None,
    live: Annotated[
        bool,
        typer.Option("--live", help="Against the clusters: what a deploy would change, and what was changed by hand."),
    ] = False,
    against: Annotated[
        str | None, typer.Option("--against", help="The git revision; HEAD unless given.", metavar="REVISION")
    ] = None,
    output: Annotated[TableOrJson, typer.Option("-o", "--output", help="The form.")] = TableOrJson.table,
    engine: EngineName = None,
) -> int:
    """Tell what changes in the manifests since a git revision, or against what the clusters have (--live).

    With --live, fields are told that somebody changed by hand in live objects; what controllers own is left out. The
    API server is asked for dry runs only. Exit code 1: something differs. -v shows values whole, and labels that name
    the chart.
    """
    from chartgen.actions.diff import differences
    from chartgen.actions.diff_live import live_differences
    from chartgen.report import Ink
    from chartgen.report.difference import render

    own = session(context)
    chosen = selection(environment, region, service)
    if live and against:
        raise InputError("`--against` names a revision of git, `--live` compares with the clusters", hint="give one")
    ink = Ink.COLOUR if output is TableOrJson.table and console.in_color(sys.stdout) else Ink.PLAIN
    if not live:
        found = differences(own.project, chosen, against or "HEAD", engine)
        console.result(render(found, output.value, ink, whole=own.verbose))
        return 0 if found.is_same else 1
    found, reached = live_differences(own.project, chosen, engine)
    console.result(render(found, output.value, ink, whole=own.verbose))
    if any(each.edits for each in found.releases) and not own.quiet:
        console.note(_WAY_ON)
    if reached.unreached:
        raise ToolError(reached.problems())
    return 0 if found.is_same else 1
