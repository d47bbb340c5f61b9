"""`chartgen history`: the revisions of the chosen releases, as Helm has stored them."""

from __future__ import annotations

import pathlib
from dataclasses import dataclass
from datetime import UTC

from chartgen.actions.live import Target, open_environment
from chartgen.actions.planning import Selection
from chartgen.cluster import contents, stored
from chartgen.cluster.api import Api, connect
from chartgen.cluster.stored import Stored
from chartgen.model import Release


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of a release.

    Attributes:
        images: those of its containers; none of a manifest that is YAML to Helm only.
        updated: when Helm began with it, RFC 3339; empty: it does not say.
    """

    service: str
    region: str | None
    release: str
    namespace: str
    revision: int
    updated: str
    status: str
    chart: str
    images: tuple[str, ...]
    description: str


def history(directory: pathlib.Path, selection: Selection) -> tuple[Revision, ...]:
    """The revisions of the chosen releases, by release in the order of the plan, the oldest first.

    Raises:
        InputError: the spec is wrong, or the selection names what is not there.
        ToolError: a cluster cannot be reached, or refuses, or a revision cannot be read.
    """
    live = open_environment(directory, selection)
    return tuple(revision for target in live.targets for revision in _of_target(target))


def _of_target(target: Target) -> tuple[Revision, ...]:
    with connect(target.context) as api:
        found = api.each(lambda release: _of_release(api, release), target.releases)
    return tuple(revision for some in found for revision in some)


def _of_release(api: Api, release: Release) -> list[Revision]:
    return [_revision(release, each) for each in stored.history(api, release.namespace, release.name)]


def _revision(release: Release, found: Stored) -> Revision:
    return Revision(
        service=release.service,
        region=release.region,
        release=found.name,
        namespace=found.namespace,
        revision=found.revision,
        updated=found.began.astimezone(UTC).isoformat(timespec="seconds") if found.began else "",
        status=found.status,
        chart=found.chart_title,
        images=contents.images(contents.readable(found) or ()),
        description=found.description,
    )
