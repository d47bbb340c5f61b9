"""How long ago something was, as kubectl says it."""

from __future__ import annotations

from datetime import UTC, datetime

_UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))
_AT_LEAST = 2


def age(moment: str, now: datetime | None = None) -> str:
    """The time since a moment, in the largest unit of which it has two: `90s`, `5m`, `3h`, `12d`; empty: it is none.

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
    seconds = max(0, int(((now or datetime.now(UTC)) - then).total_seconds()))
    return next((f"{seconds // unit}{name}" for unit, name in _UNITS if seconds >= unit * _AT_LEAST), f"{seconds}s")
