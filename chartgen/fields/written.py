"""Values that know where they were written, so that the chart values made of them can tell."""

from __future__ import annotations

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


def located(value: Any, where: Where) -> Any:
    """The value, knowing where it was written, as far as its type can."""
    kind = {str: WrittenText, int: WrittenNumber, bool: WrittenFlag}.get(type(value))
    if kind is None:
        return value
    copy = kind(value)
    copy.where = where
    return copy


def unlocated(value: Any, path: Path, origins: dict[Path, Where]) -> Any:
    """The plain value; where its parts were written goes into `origins`, for a map or list where its first part was."""
    if isinstance(value, WrittenText | WrittenNumber | WrittenFlag):
        origins[path] = value.where
        return str(value) if isinstance(value, str) else bool(value) if isinstance(value, WrittenFlag) else int(value)
    if not isinstance(value, dict | list):
        return value
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    parts = [(str(key) if isinstance(key, str) else key, item) for key, item in pairs]
    plain_parts = [(key, unlocated(item, (*path, key), origins)) for key, item in parts]
    first = next(((*path, key) for key, _ in parts if (*path, key) in origins), None)
    if first is not None:
        origins[path] = origins[first]
    return dict(plain_parts) if isinstance(value, dict) else [item for _, item in plain_parts]
