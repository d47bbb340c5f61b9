"""Ranges of versions as Chart.yaml has them (`>=1.30.0-0`), and whether one takes all that another does.

Only the Kubernetes minor versions count; patches and pre-releases are tried where a range may cut between them.
Source: the constraints of Masterminds' semver, which Helm uses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_Version = tuple[int, int, int]

_PART = r"(?:0|[1-9]\d{0,5}|[xX*])"
_BASE = rf"v?({_PART})(?:\.({_PART}))?(?:\.({_PART}))?(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"
_VERSION = r"v?(\d{1,6})\.(\d{1,6})\.(\d{1,6})(-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"
_ONE = re.compile(rf"(=|!=|>=|=>|<=|=<|>|<|~>?|\^)?\s*{_BASE}")
_SPAN = re.compile(rf"({_BASE})\s+-\s+({_BASE})")
_TRIED = [(1, minor, patch) for minor in range(100) for patch in (0, 1, 2, 3, 5, 8, 13, 99)]


def narrowed(old: str, new: str) -> bool | None:
    """Whether the new range refuses a version that the old one takes; None: one of them cannot be read.

    Arguments:
        old, new: ranges; empty: every version.
    """
    takes = _range(old), _range(new)
    if takes[0] is None or takes[1] is None:
        return None
    cuts = {version for text in (old, new) for version in _named(text)}
    return any(takes[0](version) and not takes[1](version) for version in (*_TRIED, *cuts))


def takes(text: str, version: str) -> bool | None:
    """Whether a version is in a range, as Helm judges it; None: one of them cannot be read.

    A version with a pre-release (`v1.33.5-gke.1080000`, as some clusters say theirs) is only in a range that names
    pre-releases itself (`>=1.30.0-0`) in each of its comparisons.

    Arguments:
        text: the range; empty: every version.
    """
    match = re.fullmatch(_VERSION, version)
    within = _range(text)
    if match is None or within is None:
        return None
    number = (int(match[1]), int(match[2]), int(match[3]))
    if not match[4] or not text.strip():
        return within(number)
    fitting = [part for part in text.split("||") if all("-" in one[0] for one in _ONE.finditer(_spread(part)))]
    return any(alternative(number) for part in fitting if (alternative := _range(part)) is not None)


def _named(text: str) -> Iterator[_Version]:
    """The versions that a range names, and those right beside them."""
    for match in re.finditer(_BASE, text):
        major, minor, patch = (int(part) if part and part.isdecimal() else 0 for part in match.groups())
        yield from ((major, minor, max(patch + step, 0)) for step in (-1, 0, 1))


def _range(text: str) -> Callable[[_Version], bool] | None:
    """Whether a version is in the range; alternatives stand between `||`."""
    parts = [_all_of(part) for part in text.split("||")] if text.strip() else [lambda _: True]
    known = [part for part in parts if part is not None]
    return (lambda version: any(takes(version) for takes in known)) if len(known) == len(parts) else None


def _all_of(text: str) -> Callable[[_Version], bool] | None:
    spread = _spread(text)
    found = [match.groups() for match in _ONE.finditer(spread)]
    if not found or _ONE.sub("", spread).replace(",", "").strip():
        return None
    return lambda version: all(_holds(version, *one) for one in found)


def _spread(text: str) -> str:
    """The range, `1.2 - 1.4` written as two comparisons."""
    return _SPAN.sub(lambda match: f">={match[1]} <={match[5]}", text.strip())


def _holds(version: _Version, sign: str | None, *written: str | None) -> bool:
    """Whether a version meets one comparison; what is left out or `x` stands for any."""
    known = [int(part) for part in written if part and part.isdecimal()]
    count = next((index for index, part in enumerate(written) if not (part and part.isdecimal())), 3)
    low = (*known[:count], 0, 0, 0)[:3]
    if sign in ("~", "~>", "^"):
        return _near(version, low, count, caret=sign == "^")
    head, given = version[:count], tuple(known[:count])
    return {
        "!=": head != given,
        ">": head > given,
        ">=": version >= low,
        "=>": version >= low,
        "<": version < low,
        "<=": head <= given,
        "=<": head <= given,
    }.get(sign or "=", head == given)


def _near(version: _Version, low: tuple[int, ...], count: int, *, caret: bool) -> bool:
    """`~1.2.3`: up to the next minor; `^1.2.3`: up to the next of the leftmost number that is not 0."""
    if caret:
        fixed = next((index for index, number in enumerate(low[:count]) if number), max(count - 1, 0)) + 1
    else:
        fixed = min(count, 2)
    return version >= low and version[:fixed] == low[:fixed]
