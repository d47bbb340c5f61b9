"""What another version of the chart would change, as text in whichever form was asked for. One file a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from chartgen.compare.impact import Impact
from chartgen.report.impact import html, json, table
from chartgen.report.ink import Ink

__all__ = ["FORMS", "Form", "render"]


class Form(Protocol):
    """How an impact becomes text."""

    def __call__(self, impact: Impact, ink: Ink, /, *, each: bool) -> str:
        """The text, ending with a newline."""


FORMS: Mapping[str, Form] = {"table": table.render, "json": json.render, "html": html.render}


def render(impact: Impact, form: str = "table", ink: Ink = Ink.PLAIN, *, each: bool = False) -> str:
    """The impact as text.

    Args:
        impact: what would change.
        form: a name of FORMS.
        ink: how to colour a form that is meant for a terminal.
        each: also lists what becomes of each release, where the form does not anyway.
    """
    return FORMS[form](impact, ink, each=each)
