"""Restarts: whether another configuration restarts the pods."""

from __future__ import annotations

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Fields, Flag
from chartgen.model import Values


class RestartFields(Fields):
    """What restarts the pods."""

    restart_on_change: Flag | None = Field(
        None,
        description="Whether another configuration restarts the pods that read it: what the service makes itself with "
        "the deploy, what is there already by Stakater Reloader, where that runs. False for what reads it live.",
        examples=[False],
    )


def values(fields: RestartFields, context: Context) -> Values:
    """`restartOnChange`."""
    return tidy({"restartOnChange": fields.restart_on_change})


CONCERN = Concern("restart", "Restarts", RestartFields, values, level="pod")
