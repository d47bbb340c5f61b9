"""How a deploy is carried out, and what is told while it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from chartgen.actions.deploying.plan import Planned
from chartgen.actions.live import Target


@dataclass(frozen=True, slots=True)
class Told:
    """What happens while a deploy is carried out.

    Attributes:
        kind: `wave` and `bake` begin; helm is at work on a release (`install`, `upgrade`), or done with it
            (`deployed`); its pods have `trouble`.
        target: where.
        release: its name; empty: it is about the target.
        text: more about it.
    """

    kind: Literal["wave", "install", "upgrade", "deployed", "trouble", "bake"]
    target: Target
    release: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a deploy is carried out.

    Attributes:
        concurrency: how many releases of a region at once; 0: all.
        force_conflicts: whether helm (4) takes fields that others have set.
        bake: seconds to wait after a wave before its health is looked at once more.
        told: is called with what happens, from more than one thread.
        goes_on: is asked before each wave but the first whether it may start.
    """

    concurrency: int
    force_conflicts: bool
    bake: float
    told: Callable[[Told], None]
    goes_on: Callable[[Sequence[Planned]], bool]
