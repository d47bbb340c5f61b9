"""The order of a chart's versions in an index: newest first."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import semver


def place(versions: Sequence[str], version: str) -> int:
    """How many of the versions stay before this one: all up to the first that is not newer."""
    own = precedence(version)
    return next((number for number, other in enumerate(versions) if precedence(other) <= own), len(versions))


@functools.lru_cache(2**15)
def precedence(version: str) -> tuple[Any, ...]:
    """What sorts versions, the oldest first: those that are none, then by semver's precedence.

    Source: Helm's `ChartVersions.Less`; semver.org, §11. As for Helm, `v` may stand before it, and parts be left out.
    """
    try:
        parsed = semver.Version.parse(version.removeprefix("v"), optional_minor_and_patch=True)
        parts = (parsed.prerelease or "").split(".")
        before = tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)
    except ValueError:
        return ()
    return (parsed.major, parsed.minor, parsed.patch, parsed.prerelease is None, before)
