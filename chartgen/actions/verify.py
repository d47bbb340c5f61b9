"""`chartgen promote --verify`: whether what is to be promoted is what runs, and is well, where it comes from."""

from __future__ import annotations

import pathlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chartgen.actions.live import Target, open_live
from chartgen.actions.planning import Selection
from chartgen.actions.versions import Place, Versions
from chartgen.cluster import contents, health, stored
from chartgen.cluster.api import connect
from chartgen.cluster.health import Snapshot
from chartgen.cluster.steps import given
from chartgen.cluster.stored import Stored
from chartgen.compare.manifests.reading import part, parts
from chartgen.compare.manifests.workloads import ROLLED, TEMPLATES
from chartgen.model import Release, Values


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a version cannot be taken for one that runs and is well: what it is about (`staging/eu/web`), and why."""

    about: str
    reason: str

    def __str__(self) -> str:
        return f"{self.about}: {self.reason}"


def verify(directory: pathlib.Path, source: Place, versions: Versions) -> tuple[Doubt, ...]:
    """What speaks against versions in the clusters of the place that they come from; nothing: they run, and are well.

    Where a region keeps to a version of its own, it is not asked about the environment's.

    Raises:
        InputError: the spec is wrong.
        ToolError: kubectl is missing, or a cluster cannot be reached or refuses.
    """
    regions = [source.region] if source.region else []
    doubts: list[Doubt] = []
    meant: list[tuple[str, Wanted]] = []
    for target in open_live(directory, Selection([source.environment], regions)).targets:
        asked = {release.service: _asked(release, versions) for release in target.releases}
        wanted = [release for release in target.releases if asked[release.service] is not None]
        meant += ((service, each) for service, each in asked.items() if each is not None)
        doubts += _doubts(target, wanted, asked)
    return (*doubts, *nowhere(source, versions, meant))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a release is to run: a version of its image, a chart by name and version; None: whichever."""

    image: str | None = None
    chart: str | None = None


def nowhere(source: Place, versions: Versions, meant: Sequence[tuple[str, Wanted]]) -> Iterator[Doubt]:
    """The versions that no release of the place is to run, because its regions keep to others. Pure.

    Arguments:
        meant: what of the versions releases are to run, by service.
    """
    images = {service for service, wanted in meant if wanted.image}
    for service in versions.images:
        if service not in images:
            yield Doubt(f"{source}/{service}", "no release there is to run that version")
    if versions.chart and not any(wanted.chart for _, wanted in meant):
        yield Doubt(str(source), f"no release there is to run chart {versions.chart}")


def doubt(wanted: Wanted, found: Stored | None, snapshot: Snapshot) -> str:
    """Why a release does not run what is wanted of it, or is not well; empty: it does, and is. Pure.

    Arguments:
        found: what Helm has of the release.
        snapshot: of its namespace.
    """
    if found is None:
        return "is not installed"
    if found.status != "deployed":
        return f"its revision {found.revision} is {found.status}"
    image = version_of(found.config)
    if wanted.image and wanted.image not in image:
        return f"{' '.join(image) or 'no version'} is deployed, not {wanted.image}"
    if wanted.chart and found.chart_title != wanted.chart:
        return f"chart {found.chart_title} is deployed, not {wanted.chart}"
    objects = contents.readable(found)
    if objects is None:
        return "its manifest cannot be read"
    other = next(other_images(objects, snapshot), "")
    judged = health.of_release(snapshot, objects)
    return other or ("" if judged.state == "healthy" else f"is {judged.state}: {judged.reason}")


def other_images(objects: Sequence[dict[str, Any]], snapshot: Snapshot) -> Iterator[str]:
    """Containers whose image somebody changed by hand: what each runs. Pure.

    Arguments:
        objects: those of the release's manifest.
        snapshot: of its namespace.
    """
    for each in objects:
        kind, name = str(each.get("kind")), str(part(each, "metadata", "name"))
        live = snapshot.objects.get((kind, name))
        here = part(each, "metadata", "namespace") in (None, "", snapshot.namespace)
        if kind not in ROLLED or live is None or not here:
            continue
        path = (*map(str, TEMPLATES[kind]), "spec", "containers")
        running = {str(container.get("name")): str(container.get("image")) for container in parts(live, *path)}
        for container in parts(each, *path):
            image = running.get(str(container.get("name")), "")
            if image != container.get("image"):
                yield f"{kind}/{name} runs {image or 'no such container'} instead of {container.get('image')}"


def version_of(values: Values) -> tuple[str, ...]:
    """The versions that values give of an image: tag and digest."""
    image = values.get("image")
    if isinstance(image, dict):
        return tuple(str(image[key]) for key in ("tag", "digest") if image.get(key))
    if not isinstance(image, str):
        return ()
    name, _, digest = image.partition("@")
    tag = name.rpartition("/")[2].partition(":")[2]
    return tuple(version for version in (tag, digest) if version)


def _asked(release: Release, versions: Versions) -> Wanted | None:
    image = versions.images.get(release.service)
    if image is not None and image not in version_of(given(release)):
        image = None
    chart = f"{release.chart.name}-{versions.chart}" if versions.chart and release.chart.shared else None
    if release.chart.version != versions.chart:
        chart = None
    return Wanted(image, chart) if image or chart else None


def _doubts(target: Target, wanted: list[Release], asked: Mapping[str, Wanted | None]) -> Iterator[Doubt]:
    namespaces = tuple(dict.fromkeys(release.namespace for release in wanted))
    if not namespaces:
        return
    with connect(target.context) as api:
        there = stored.current(api, namespaces)
        snapshots = {namespace: health.read(api, namespace) for namespace in namespaces}
    for release in wanted:
        found = there.get((release.namespace, release.name))
        reason = doubt(asked[release.service] or Wanted(), found, snapshots[release.namespace])
        if reason:
            yield Doubt(release.title, reason)
