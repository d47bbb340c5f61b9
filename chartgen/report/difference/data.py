"""How releases differ from what git or the clusters have: plain data for every form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chartgen.compare.manifests.objects import ObjectChange
from chartgen.errors import Problem

Action = Literal["create", "upgrade", "remove", "unchanged", "stuck"]
"""What a deploy does with a release, or has to do since a revision of git; `remove`: the spec does not have it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One field of a live object that somebody changed by hand.

    Attributes:
        object: `Deployment/web`.
        kind: what became of it: it has another value, it is not there, or it was not to be there; `gone`: the object.
        path: dotted, entries of lists by name; empty: the whole object.
        wanted, live: what is to stand there and what does; None: nothing. A Secret's content is hidden.
        by: who did it, as he names himself; empty: nobody says.
        time, age: when (RFC 3339), and how long ago (`5m`); empty likewise.
    """

    object: str
    kind: Literal["changed", "removed", "added", "gone"]
    path: str = ""
    wanted: Any = None
    live: Any = None
    by: str = ""
    time: str = ""
    age: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseDifference:
    """How a release differs.

    Attributes:
        environment, region, service: what it is; `region` None where the environment has none.
        action: what a deploy does with it.
        reasons: why, each a few words: `values: image.tag`.
        changes: what that changes in its objects; those that only name the chart's version are among them.
        edits: what was changed by hand.
        notes: what could not be compared, or not closely.
    """

    environment: str
    region: str | None
    service: str
    action: Action
    reasons: tuple[str, ...] = ()
    changes: tuple[ObjectChange, ...] = ()
    edits: tuple[Edit, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The release as people call it: `prod/eu-north/web`."""
        return "/".join(part for part in (self.environment, self.region, self.service) if part)

    @property
    def is_same(self) -> bool:
        """Whether there is nothing to do, and nothing was changed by hand."""
        return self.action == "unchanged" and not self.changes and not self.edits


@dataclass(frozen=True, slots=True)
class Differences:
    """How the releases of a project differ.

    Attributes:
        against: from what: a revision of git; empty: from what the clusters have.
        unreached: places whose cluster could not be asked, and why.
    """

    project: str
    against: str
    releases: tuple[ReleaseDifference, ...]
    unreached: Sequence[tuple[str, Problem]] = ()

    @property
    def is_same(self) -> bool:
        """Whether no release differs, as far as all could be asked."""
        return not self.unreached and all(each.is_same for each in self.releases)
