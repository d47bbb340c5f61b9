"""`chartgen impact`."""

from __future__ import annotations

import sys
from enum import Enum
from typing import Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import (
    CaFile,
    EngineName,
    Environments,
    PlainHttp,
    Regions,
    Services,
    access,
    selection,
    session,
)

_WHICH = "a version, ADDRESS/NAME:VERSION, a chart's directory or .tgz, git:REVISION, or `current`"


class Form(str, Enum):  # noqa: UP042  # typer shows the members of a str enum
    """How it is shown."""

    table = "table"
    json = "json"
    html = "html"


def command(
    context: typer.Context,
    old: Annotated[str, typer.Argument(help=f"The chart before: {_WHICH}.", metavar="OLD", show_default=False)],
    new: Annotated[str, typer.Argument(help="The chart after, likewise.", metavar="NEW", show_default=False)],
    environment: Environments = None,
    region: Regions = None,
    service: Services = None,
    output: Annotated[
        Form, typer.Option("-o", "--output", help="The form; `html` is a page, to be kept with `> impact.html`.")
    ] = Form.table,
    plain_http: PlainHttp = False,
    ca_file: CaFile = None,
    engine: EngineName = None,
) -> int:
    """Tell what another version of the shared chart would change, over all releases; no cluster is asked.

    Values are those that the releases have now. Exit code 1: something would change, or a release is refused. Labels
    that name the chart change with every version and do not count.
    """
    from chartgen.actions.impact import impact
    from chartgen.report import Ink
    from chartgen.report.impact import render

    own = session(context)
    found = impact(own.project, selection(environment, region, service), old, new, engine, access(plain_http, ca_file))
    ink = Ink.COLOUR if output is Form.table and console.in_color(sys.stdout) else Ink.PLAIN
    console.result(render(found, output.value, ink, each=own.verbose))
    return 0 if found.is_clean else 1
