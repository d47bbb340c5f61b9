"""Versions of a chart: which published one a new one is compared with, and what the changes since demand of it.

Read as Helm reads them: a `v` may stand before, and what is left out is 0. Build metadata never counts.

Where the major number is 0, the leftmost number that is not 0 takes its place: after 0.3.1 a major change makes 0.4.0,
anything else 0.3.2. semver.org leaves 0.x open (item 4); this is how `^0.3.1` is read in a Chart.yaml's dependencies
(Masterminds' semver), by npm and by cargo, so that who takes a range takes no break with it.
"""

from __future__ import annotations

from collections.abc import Iterable

import semver

from chartgen.chart.load import VERSION
from chartgen.compare.change import LEVELS, Level
from chartgen.errors import InputError, Problem

_EXPECTED = "major.minor.patch, such as 1.4.0"
_LONGEST = 256


def highest_below(versions: Iterable[str], own: str | None) -> str | None:
    """The published version that a new one is compared with: the highest of those below its own, as it is written.

    A pre-release counts only where the new version is one itself, or nothing else is below. So 1.4.1 is compared with
    1.4.0 though 2.0.0 is there, and 2.0.0 with 1.9.3 though 2.0.0-rc.1 is.

    Arguments:
        versions: those published; what is no version is passed over, as Helm does.
        own: the new one's, None where it is still to be chosen: then nothing is above it.

    Raises:
        InputError: `own` is no version.
    """
    limit = None if own is None else _own(own)
    known = [(version, text) for text in versions if (version := _read(text)) is not None]
    below = [(version, text) for version, text in known if limit is None or version < limit]
    if limit is None or not limit.prerelease:
        below = [(version, text) for version, text in below if not version.prerelease] or below
    return max(below)[1] if below else None


def twin(versions: Iterable[str], own: str) -> str | None:
    """A published version that is written otherwise than `own` and is neither above nor below it: 1.4.0+b of 1.4.0+a.

    Raises:
        InputError: `own` is no version.
    """
    version = _own(own)
    return next((text for text in versions if text != own and _read(text) == version), None)


def next_version(published: str, level: Level | None) -> str:
    """What `--bump auto` makes of the published version, `published` itself where nothing changed.

    A pre-release becomes the release that it is one of, whatever changed: it has promised nothing yet (semver.org,
    item 9).

    Raises:
        InputError: `published` is no version.
    """
    return published if level is None else demanded(published, level)


def demanded(published: str, level: Level) -> str:
    """The lowest version that may hold changes of that level since the published one.

    Raises:
        InputError: `published` is no version.
    """
    return str(_bumped(_own(published), level))


def higher(one: str, other: str) -> str:
    """The higher of two versions; the first of two that are neither above nor below each other.

    Raises:
        InputError: one of them is no version.
    """
    return other if _own(other) > _own(one) else one


def refusal(version: str, published: str, level: Level | None) -> str | None:
    """Why a chart cannot have the version that was asked for; None where it can.

    A pre-release is held to what the release would be: 2.0.0-rc.1 may have what 2.0.0 may have.

    Arguments:
        version: the one asked for.
        published: the one that it was compared with.
        level: the highest of the changes since; None where there are none.

    Raises:
        InputError: either is no version.
    """
    own, before = _own(version), _own(published)
    if own == before:
        return f"{version} is neither above nor below {published}, which is published: what follows `+` does not count"
    if own < before:
        return f"{version} is below {published}, which is published"
    least = before if level is None else _bumped(before, level)
    if own.finalize_version() >= least:
        return None
    return f"{version} is too low: there are {level} changes since {published}, which demand {least} or higher"


def highest(levels: Iterable[Level]) -> Level | None:
    """The strongest level, None where there is none."""
    return max(levels, key=LEVELS.index, default=None)


def _bumped(version: semver.Version, level: Level) -> semver.Version:
    if version.prerelease:
        return version.finalize_version()
    place = ("major", "minor", "patch").index(level)
    zeros = next((index for index, number in enumerate(version.to_tuple()[:2]) if number), 2)
    return (version.bump_major, version.bump_minor, version.bump_patch)[min(place + zeros, 2)]()


def _own(text: str) -> semver.Version:
    version = _read(text)
    if version is None:
        raise InputError(Problem(f"`{text[:_LONGEST]}` is no version", path="version", expected=_EXPECTED))
    return version


def _read(text: str) -> semver.Version | None:
    """The version that a text says, as Helm reads it; None where it says none."""
    if len(text) > _LONGEST or not VERSION.fullmatch(text):
        return None
    numbers, *rest = text.removeprefix("v").replace("+", "-", 1).split("-", 1)
    parts = [str(int(number)) for number in numbers.split(".")]
    tail = text.removeprefix("v")[len(numbers) :] if rest else ""
    try:
        return semver.Version.parse(".".join([*parts, *["0"] * (3 - len(parts))]) + tail)
    except ValueError:
        return None
