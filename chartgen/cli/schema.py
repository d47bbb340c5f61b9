"""`chartgen schema`."""

from __future__ import annotations

from enum import Enum
from typing import Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import session
from chartgen.errors import InputError


class Subject(str, Enum):  # noqa: UP042  # typer shows the members of a str enum
    """Whose schema."""

    project = "project"
    service = "service"
    values = "values"


def command(
    context: typer.Context,
    subject: Annotated[
        Subject, typer.Argument(help="chartgen.yaml, a file under services/, or the chart's values.", metavar="SUBJECT")
    ],
) -> None:
    """Print a JSON Schema: of the project, of a service's own file, or of the chart's values."""
    import json

    console.result(json.dumps(_schema(context, subject), indent=2, ensure_ascii=False))


def _schema(context: typer.Context, subject: Subject) -> object:
    from chartgen.spec import schema

    if subject is Subject.project:
        return schema.project_schema()
    if subject is Subject.service:
        return schema.service_schema()
    from chartgen.actions.charts import shared_schema

    try:
        directory = session(context).project
    except InputError:  # outside of a project: the chart that chartgen brings
        return shared_schema(None)
    return shared_schema(directory)
