"""Findings and problems as text, in whichever form was asked for. One file a form; each is a `Form`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from chartgen.report import json, table
from chartgen.report.columns import columns
from chartgen.report.ink import Ink
from chartgen.report.outcome import Outcome, View, summary

__all__ = ["FORMS", "Form", "Ink", "Outcome", "View", "columns", "render", "summary"]


class Form(Protocol):
    """How an outcome becomes text."""

    def __call__(self, outcome: Outcome, ink: Ink, view: View, /) -> str:
        """The text, ending with a newline."""


FORMS: Mapping[str, Form] = {"table": table.render, "json": json.render}


def render(outcome: Outcome, form: str = "table", ink: Ink | None = None, view: View = View.NOTES) -> str:
    """The outcome as text.

    Args:
        outcome: what was checked and found.
        form: a name of FORMS.
        ink: how to colour a form that is meant for people; plain by default.
        view: how much is shown.
    """
    return FORMS[form](outcome, ink or Ink.PLAIN, view)
