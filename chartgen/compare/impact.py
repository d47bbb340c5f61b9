"""What another version of a chart changes over many releases: each change once, with the releases that it is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from chartgen.compare.manifests.objects import Kind
from chartgen.errors import Problem
from chartgen.model import Release

State = Literal["refused", "changed", "labels", "same"]
"""What becomes of a release; `labels`: nothing changes but labels that name the chart and its version."""

By = Literal["old schema", "new schema", "old chart", "new chart"]
"""What refuses a release: a chart's schema its values, or a chart to be rendered with them."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One form of a change: what stands there before and after, in which releases (titles, in the plan's order).

    Where releases differ in nothing but their own names, `<release>` stands for them, `<namespace>` for where they are,
    `<service>` for what they are of, and `<hash>` for a checksum.
    """

    before: Any
    after: Any
    releases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A change that any number of releases share, its attributes as `ObjectChange` has them."""

    change: Kind
    object: str
    path: str
    restarts: bool
    message: str
    remedy: str
    hook: bool
    variants: tuple[Variant, ...]

    @property
    def releases(self) -> tuple[str, ...]:
        """All releases that it is in."""
        return tuple(dict.fromkeys(title for variant in self.variants for title in variant.releases))


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something for which releases cannot be compared."""

    by: By
    problem: Problem
    releases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Affected:
    """What becomes of one release.

    Attributes:
        restarts: the objects whose pods are replaced, `Deployment/web`; recreates: those that have to be made anew.
        groups: the changes, by their index in `Impact.groups`.
    """

    release: Release
    state: State
    restarts: tuple[str, ...] = ()
    recreates: tuple[str, ...] = ()
    groups: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """A chart, or several where releases use several, as it was asked for and as it turned out to be."""

    asked: str
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Impact:
    """What would change over all releases.

    Attributes:
        groups: the worst first.
        releases: those that were looked at, in the plan's order.
        left_out: the titles of those with charts of their own.
    """

    project: str
    old: Side
    new: Side
    groups: tuple[Group, ...]
    refusals: tuple[Refusal, ...]
    releases: tuple[Affected, ...]
    left_out: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing would change but labels that name the chart, and all releases could be compared."""
        return not self.groups and not self.refusals

    def counts(self) -> dict[str, int]:
        """How many releases there are, and of how many what is to be said; one can count several times."""
        states = [each.state for each in self.releases]
        return {
            "releases": len(states),
            "changed": states.count("changed"),
            "restarted": sum(bool(each.restarts) for each in self.releases),
            "recreated": sum(bool(each.recreates) for each in self.releases),
            "refused": states.count("refused"),
            "labels": states.count("labels"),
            "same": states.count("same"),
            "leftOut": len(self.left_out),
        }
