"""`chartgen history`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import OneEnvironment, Regions, TableOrJson, selection, session

if TYPE_CHECKING:
    from chartgen.actions.history import Revision

_COLUMNS = ("service", "region", "revision", "updated", "status", "chart", "images", "description")


def command(
    context: typer.Context,
    environment: OneEnvironment = None,
    service: Annotated[str | None, typer.Argument(help="The service; all unless given.", metavar="SERVICE")] = None,
    region: Regions = None,
    output: Annotated[TableOrJson, typer.Option("-o", "--output", help="The form.")] = TableOrJson.table,
) -> None:
    """List the revisions of releases: when each was deployed, what of, and what came of it."""
    from chartgen.actions.history import history

    found = history(
        session(context).project,
        selection(environment, region, service),
    )
    if output is TableOrJson.json:
        import dataclasses
        import json

        console.result(json.dumps([dataclasses.asdict(each) for each in found], indent=2, ensure_ascii=False))
        return
    from chartgen.report import columns

    console.result(columns(_COLUMNS, [_row(each) for each in found]))


def _row(found: Revision) -> list[str]:
    when = found.updated.replace("T", " ").replace("+00:00", "Z")
    said = found.description.partition("\n")[0]
    parts = [found.service, found.region or "", str(found.revision), when, found.status, found.chart]
    return [*parts, ", ".join(image.rpartition("/")[2] for image in found.images), said]
