"""Values that know where they were written, so that the chart values made of them can tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chartgen.errors import Where
from chartgen.yamlio import Path


class WrittenText(str):  # noqa: SLOT000  # it has a place, so it has a dictionary
    """A string that knows where it was written."""

    where: Where


class WrittenNumber(int):
    """A whole number that knows where it was written."""

    where: Where


class WrittenFlag(int):
    """A boolean that knows where it was written (`bool` itself takes no attribute)."""

    where: Where


_WRITTEN: Mapping[type, Any] = {str: WrittenText, int: WrittenNumber, bool: WrittenFlag}
_PLAIN: Mapping[type, Any] = {written: plain for plain, written in _WRITTEN.items()}


def located(value: Any, where: Where) -> Any:
    """The value, knowing where it was written, as far as its type can."""
    kind = _WRITTEN.get(type(value))
    if kind is None:
        return value
    copy = kind(value)
    copy.where = where
    return copy


def written(value: Any, fallback: Where) -> Where:
    """Where the value was written, as far as it knows."""
    return getattr(value, "where", fallback)


def unlocated(value: Any, path: Path, origins: dict[Path, Where]) -> Any:
    """The plain value; where its parts were written goes into `origins`, for a map or list where its first part was."""
    kind = _PLAIN.get(type(value))
    if kind is not None:
        origins[path] = value.where
        return kind(value)
    if not isinstance(value, dict | list):
        return value
    first: Where | None = None
    parts: dict[str | int, Any] = {}
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        bare = str(key) if isinstance(key, str) else key
        below = (*path, bare)
        parts[bare] = unlocated(item, below, origins)
        first = first or origins.get(below)
    if first is not None:
        origins[path] = first
    return parts if isinstance(value, dict) else list(parts.values())
