"""Spans of time as people write them."""

from __future__ import annotations

import re

from chartgen.errors import InputError, Problem

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_PART = re.compile(r"(\d+(?:\.\d+)?)([smhd])")


def seconds(text: str, option: str) -> float:
    """The seconds of a span: `90s`, `10m`, `1h30m`, `2d`.

    Arguments:
        option: who says it, for the message.

    Raises:
        InputError: it is none.
    """
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text):
        raise InputError(Problem(f"{option}: `{text}` is no span of time", expected="such as 90s, 10m, 1h30m or 2d"))
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
