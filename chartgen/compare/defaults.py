"""Two versions of values.yaml: which defaults changed. Comments do not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chartgen.compare.change import Change
from chartgen.compare.contract.gap import place, shown
from chartgen.compare.contract.shape import canonical


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """The defaults that are others now, each minor and told with both values.

    A null is no default: Helm takes it out before templates see it.
    """
    return tuple(Change("minor", "default", place(path), message) for path, message in _of_map(old, new, ()))


def _of_map(
    old: Mapping[str, Any], new: Mapping[str, Any], path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for key in {**old, **new}:
        below, was, now = (*path, str(key)), old.get(key), new.get(key)
        if isinstance(was, dict) and isinstance(now, dict):
            yield from _of_map(was, now, below)
        elif canonical(was) != canonical(now):
            yield below, _message(was, now)


def _message(was: Any, now: Any) -> str:
    if was is None:
        return f"is {shown(now)} by default, and had no default"
    if now is None:
        return f"has no default any longer, it was {shown(was)}"
    return f"is {shown(now)} by default, it was {shown(was)}"
