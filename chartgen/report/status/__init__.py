"""The state of releases as text, in whichever form was asked for. One file a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from chartgen.report.ink import Ink
from chartgen.report.status import json, matrix, table
from chartgen.report.status.rows import Ailing, Health, Row, Status

__all__ = ["FORMS", "Ailing", "Form", "Health", "Row", "Status", "render"]


class Form(Protocol):
    """How a status becomes text."""

    def __call__(self, status: Status, ink: Ink, /) -> str:
        """The text, ending with a newline."""


FORMS: Mapping[str, Form] = {"table": table.render, "matrix": matrix.render, "json": json.render}


def render(status: Status, form: str = "table", ink: Ink = Ink.PLAIN) -> str:
    """The status as text.

    Args:
        form: a name of FORMS.
        ink: how to colour a form that is meant for a terminal.
    """
    return FORMS[form](status, ink)
