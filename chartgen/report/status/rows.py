"""What there is to say of releases in clusters: plain data for every form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from chartgen.errors import Problem

Health = Literal["healthy", "progressing", "unhealthy", "unknown"]


@dataclass(frozen=True, slots=True)
class Ailing:
    """A workload that is not healthy, or an object that is not there.

    Attributes:
        object: `Deployment/web`.
        reason: why, in a few words.
        commands: what tells more of it.
    """

    object: str
    health: Health
    reason: str
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A release.

    Attributes:
        environment, region, service: what it is; `region` None where the environment has none.
        name, namespace, context: Helm's release, its namespace, the kubeconfig's context (None: the current).
        revision: None: it is not installed.
        status: as Helm has it; `not installed`.
        chart: `microservice-1.4.0`; empty: none is.
        version: the image's tag, or a part of its digest; empty: nobody says.
        wanted: the version that the spec has; empty: the spec has no such release, or does not say.
        behind: in what it differs from the spec, each a few words: `values: image.tag`.
        updated: when it was last deployed, as RFC 3339 has it; empty: never.
        age: how long ago that is: `5m`.
        health: None: it is not installed.
        ailing: its workloads that are not healthy, and its objects that are not there.
        notes: what else there is to know of it, and what to do.
    """

    environment: str
    region: str | None
    service: str
    name: str
    namespace: str
    context: str | None
    revision: int | None = None
    status: str = "not installed"
    chart: str = ""
    version: str = ""
    wanted: str = ""
    behind: tuple[str, ...] = ()
    updated: str = ""
    age: str = ""
    health: Health | None = None
    ailing: tuple[Ailing, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """The environment, and the region where there is one: `prod/eu-north`."""
        return "/".join(part for part in (self.environment, self.region) if part)

    @property
    def title(self) -> str:
        """The release as people call it: `prod/eu-north/web`."""
        return f"{self.place}/{self.service}"

    @property
    def is_well(self) -> bool:
        """Whether it is deployed and healthy."""
        return self.status == "deployed" and self.health == "healthy"


@dataclass(frozen=True, slots=True)
class Status:
    """The releases of a project as its clusters have them.

    Attributes:
        places: the environments and regions that were asked for, in order.
        unreached: those whose cluster could not be asked, by place, and why.
    """

    project: str
    places: tuple[str, ...]
    rows: tuple[Row, ...]
    unreached: Sequence[tuple[str, Problem]] = ()

    @property
    def is_well(self) -> bool:
        """Whether every release is deployed and healthy, and every cluster was asked."""
        return not self.unreached and all(row.is_well for row in self.rows)
