"""How well something is, in one word and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from chartgen.compare.manifests.reading import parts

State = Literal["healthy", "progressing", "unhealthy", "unknown"]
"""`progressing`: not there yet, and nothing speaks against it; `unknown`: it may not be read, or is not judged."""

_WORST_LAST: tuple[State, ...] = ("healthy", "unknown", "progressing", "unhealthy")


@dataclass(frozen=True, slots=True)
class Health:
    """How well something is; `reason` where there is more to know, in a few words."""

    state: State
    reason: str = ""


def worst(found: Iterable[State]) -> State:
    """The worst of them; `healthy` where there are none."""
    return max(found, key=_WORST_LAST.index, default="healthy")


def condition(live: Any, kind: str) -> dict[str, Any]:
    """The condition of that type in an object's status; empty: it has none."""
    return next((each for each in parts(live, "status", "conditions") if each.get("type") == kind), {})
