"""Spans of time, as kubectl says them."""

from __future__ import annotations

from datetime import UTC, datetime

_UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))
_AT_LEAST = 2


def age(moment: str, now: datetime | None = None) -> str:
    """The time since a moment: `90s`, `5m`, `3h`, `12d`; empty: it is none.

    Args:
        moment: as RFC 3339 has it.
        now: None: the present.
    """
    try:
        then = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    if then.tzinfo is None:
        return ""
    return span(((now or datetime.now(UTC)) - then).total_seconds())


def span(seconds: float) -> str:
    """So many seconds in the largest unit of which it has two, rounded down; none of less than none."""
    whole = max(0, int(seconds))
    return next((f"{whole // unit}{name}" for unit, name in _UNITS if whole >= unit * _AT_LEAST), f"{whole}s")
