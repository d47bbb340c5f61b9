"""Differences of releases as text, in whichever form was asked for. One file a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from chartgen.report.difference import json, table
from chartgen.report.difference.data import Action, Differences, Edit, ReleaseDifference
from chartgen.report.ink import Ink

__all__ = ["FORMS", "Action", "Differences", "Edit", "Form", "ReleaseDifference", "render"]


class Form(Protocol):
    """How differences become text."""

    def __call__(self, found: Differences, ink: Ink, /, *, whole: bool) -> str:
        """The text, ending with a newline."""


FORMS: Mapping[str, Form] = {"table": table.render, "json": json.render}


def render(found: Differences, form: str = "table", ink: Ink = Ink.PLAIN, *, whole: bool = False) -> str:
    """The differences as text.

    Args:
        form: a name of FORMS.
        ink: how to colour a form that is meant for a terminal.
        whole: also tells labels that only name the chart's version, and values at full length.
    """
    return FORMS[form](found, ink, whole=whole)
