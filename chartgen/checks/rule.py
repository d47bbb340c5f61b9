"""What a rule is: data with one small pure function, and what that says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from chartgen.checks.objects import Container, Objects, Workload
from chartgen.checks.scans import Scans
from chartgen.errors import Where
from chartgen.model import Manifest, Path, Release, Severity

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule does not hold.

    Attributes:
        message: what is wrong, one line, without a full stop.
        manifest: the object; None: it is said of the release as a whole.
        path: where in the object.
        values: the chart values that decide it, as they would be said in several places, the one that wins first.
        remedy: what to do, where the rule's own words do not fit.
        where: where it was written, for what is not decided by values.
    """

    message: str
    manifest: Manifest | None = None
    path: Path = ()
    values: tuple[Path, ...] = ()
    remedy: str = ""
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Rule(Generic[T]):
    """A rule.

    Attributes:
        id: its name, kebab-case; what is wrong where it does not hold.
        severity: how bad that is.
        reason: why it is wrong, one sentence.
        remedy: what to do about it, in terms of the spec.
        look: what a rule is asked of → where it does not hold.
    """

    id: str
    severity: Severity
    reason: str
    remedy: str
    look: Callable[[T], Iterable[Hit]]


Key = tuple[object, ...]
Claim = tuple[Key, Manifest]
"""Something that only one can have, and the object that claims it."""


@dataclass(frozen=True, slots=True)
class Unique:
    """A rule of what only one can have, in all releases: `keys` are what the objects of a release claim.

    `hit` is what to say of the second that claims a key, given the release of the first.
    """

    id: str
    severity: Severity
    reason: str
    remedy: str
    keys: Callable[[Objects], Iterable[Claim]]
    hit: Callable[[Key, Release, Manifest], Hit]


@dataclass(frozen=True, slots=True)
class Told:
    """A rule that something else holds to: the Kubernetes schemas, the bookkeeping of what is allowed."""

    id: str
    severity: Severity
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """A container, and what the scanners' reports say of images."""

    container: Container
    scans: Scans


@dataclass(frozen=True, slots=True)
class Change:
    """The objects of a release as git has them, and as they are now."""

    old: Objects
    new: Objects


@dataclass(frozen=True, slots=True)
class Family:
    """Rules of one kind, by what each is asked of."""

    name: str
    title: str
    containers: tuple[Rule[Container], ...] = ()
    workloads: tuple[Rule[Workload], ...] = ()
    releases: tuple[Rule[Objects], ...] = ()
    all_releases: tuple[Rule[Sequence[Release]], ...] = ()
    unique: tuple[Unique, ...] = ()
    scanned: tuple[Rule[Scanned], ...] = ()
    changes: tuple[Rule[Change], ...] = ()
    told: tuple[Told, ...] = ()

    @property
    def rules(self) -> tuple[AnyRule, ...]:
        """All of them, in the order in which the reference lists them."""
        return (
            *self.containers,
            *self.workloads,
            *self.releases,
            *self.all_releases,
            *self.unique,
            *self.scanned,
            *self.changes,
            *self.told,
        )


OfOne = Rule[Container] | Rule[Workload] | Rule[Objects] | Rule[Scanned] | Rule[Change]
AnyRule = OfOne | Rule[Sequence[Release]] | Unique | Told
