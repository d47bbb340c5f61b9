"""Spans of time, and points in it, as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from chartgen.errors import InputError, Problem

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhd])")


def seconds(text: str, option: str, expected: str = "such as 90s, 10m, 1h30m or 2d") -> float:
    """The seconds of a span: `90s`, `10m`, `1h30m`, `2d`.

    Arguments:
        option: who says it, for the message.

    Raises:
        InputError: it is none.
    """
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text):
        raise InputError(Problem(f"{option}: `{text}` is no span of time", expected=expected))
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def moment(text: str, option: str, now: datetime) -> datetime:
    """The point in time that is meant: so long before `now`, or the one that is written as RFC 3339 has it.

    Raises:
        InputError: it is neither.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return now - timedelta(seconds=seconds(text, option, "such as 90s, 10m, or 2026-11-23T10:00:00Z"))
    return found.astimezone(UTC)
