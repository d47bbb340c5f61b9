"""`chartgen render`."""

from __future__ import annotations

import typer


def command(context: typer.Context) -> None:
    """Placeholder while the action is being written."""
