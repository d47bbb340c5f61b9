"""What Helm has stored of its releases in a cluster: read straight, one request a namespace.

Helm keeps each revision of a release as an object (a Secret unless HELM_DRIVER says otherwise) with the labels `owner`,
`name`, `status` and `version`; its payload is JSON, packed with gzip, in base64. Source: `pkg/storage/driver` of Helm,
the same in Helm 3 and 4.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from chartgen.cluster import payload
from chartgen.cluster.api import Api
from chartgen.cluster.api.discovery import CORE, Resource
from chartgen.compare.manifests.reading import entry
from chartgen.errors import InputError, ToolError
from chartgen.model import Values
from chartgen.outputs.values import OWNER

SUPERSEDED: Final = "superseded"
PENDING: Final = frozenset({"pending-install", "pending-upgrade", "pending-rollback", "uninstalling"})
"""The states in which Helm is at work on a release, or was when it died."""

_KEEPER = "helm"
"""Whom the label `owner` of the objects names."""

_NEVER_DEPLOYED = re.compile(r"failed|^(Preparing|Initial install|Rollback failed)")
"""How Helm describes revisions that never came to anything. Source: `pkg/action` of Helm, the same in 3 and 4."""

_DRIVERS = {"": "Secret", "secret": "Secret", "secrets": "Secret", "configmap": "ConfigMap", "configmaps": "ConfigMap"}


@dataclass(frozen=True, slots=True)
class Mark:
    """Whose a release is, as its values say (`x-chartgen`)."""

    project: str
    environment: str
    region: str | None
    service: str

    def __str__(self) -> str:
        return f"{self.service} of {'/'.join(filter(None, (self.project, self.environment, self.region)))}"

    def is_of(self, project: str, environment: str, region: str | None, regions: Collection[str]) -> bool:
        """Whether it is the project's, the environment's, and the region's where it names one that there is.

        Arguments:
            regions: those of the environment.
        """
        if (self.project, self.environment) != (project, environment):
            return False
        return self.region == region or self.region not in (regions or (None,))


@dataclass(frozen=True)
class Stored:
    """A revision of a release, as Helm has stored it. What is inside is decoded when it is first asked for.

    Attributes:
        name, namespace: of the release.
        revision: counts from 1.
        status: `deployed`, `failed`, `superseded`, `uninstalled`, or one of PENDING.
        object: the name of the object that holds it.
        packed: its payload, in base64.
    """

    name: str
    namespace: str
    revision: int
    status: str
    object: str
    packed: str

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The whole, as Helm wrote it.

        Raises:
            ToolError: it cannot be read.
        """
        try:
            found = payload.decoded(self.packed)
        except ValueError as error:
            raise self._unreadable(str(error)) from None
        if not isinstance(found, dict):
            raise self._unreadable("it holds no release")
        return found

    @property
    def chart(self) -> Mapping[str, Any]:
        """The chart: `metadata`, `templates`, `values`, `schema`, `files`; not those it depends on."""
        return entry(self.content, "chart")

    @property
    def chart_title(self) -> str:
        """The chart's name and version, as helm lists them: `microservice-1.4.0`."""
        metadata = entry(self.chart, "metadata")
        return f"{metadata.get('name', '?')}-{metadata.get('version', '?')}"

    @property
    def config(self) -> Values:
        """The values it was given, merged, without the chart's defaults."""
        return dict(entry(self.content, "config"))

    @property
    def manifest(self) -> str:
        """Its objects as YAML documents; hooks are not among them."""
        found = self.content.get("manifest")
        return found if isinstance(found, str) else ""

    @property
    def hooks(self) -> tuple[Mapping[str, Any], ...]:
        """Its hooks: each with `manifest`, `events` and what came of it."""
        found = self.content.get("hooks")
        return tuple(hook for hook in found if isinstance(hook, dict)) if isinstance(found, list) else ()

    @property
    def updated(self) -> str:
        """When it was last deployed, as RFC 3339 has it."""
        return str(entry(self.content, "info").get("last_deployed") or "")

    @property
    def description(self) -> str:
        """What Helm says of it: `Upgrade complete`, or why it failed."""
        return str(entry(self.content, "info").get("description") or "")

    @property
    def began(self) -> datetime | None:
        """When Helm began with what it did last: to deploy it, or to uninstall it; None: it does not say."""
        info = entry(self.content, "info")
        return _time(info.get("deleted")) or _time(info.get("last_deployed"))

    @property
    def was_deployed(self) -> bool:
        """Whether Helm ever called it deployed: what another has superseded may have failed before."""
        if self.status == SUPERSEDED:
            return not _NEVER_DEPLOYED.search(self.description)
        return self.status == "deployed"

    @property
    def mark(self) -> Mark | None:
        """Whose it is; None: nobody's that we know."""
        said = entry(self.content, "config").get(OWNER)
        if not isinstance(said, dict) or not all(said.get(key) for key in ("project", "environment", "service")):
            return None
        region = said.get("region")
        return Mark(
            str(said["project"]), str(said["environment"]), str(region) if region else None, str(said["service"])
        )

    def _unreadable(self, reason: str) -> ToolError:
        message = f"the revision {self.revision} of release {self.namespace}/{self.name} cannot be read: {reason}"
        return ToolError(message, hint=f"it stands in {self.object}; `helm history` shows whether helm can")


def current(api: Api, namespaces: Iterable[str], *, uninstalled: bool = False) -> dict[tuple[str, str], Stored]:
    """The releases of some namespaces by namespace and name, each in its latest revision.

    Revisions that another has superseded are not asked for.

    Arguments:
        uninstalled: whether those are meant too that were uninstalled, and whose history was kept.

    Raises:
        ApiError: the cluster cannot be reached, or refuses.
        InputError: HELM_DRIVER names a store that cannot be read.
    """
    found = api.each(lambda namespace: list(_read(api, namespace, f"status!={SUPERSEDED}")), dict.fromkeys(namespaces))
    return latest((stored for some in found for stored in some), uninstalled=uninstalled)


def everywhere(api: Api) -> dict[tuple[str, str], Stored]:
    """The releases of all namespaces, as `current` has them.

    Raises:
        As `current`; ApiError with status 403 where not all namespaces may be read.
    """
    return latest(_read(api, None, f"status!={SUPERSEDED}"))


def history(api: Api, namespace: str, name: str = "") -> tuple[Stored, ...]:
    """All revisions of the releases in a namespace, or of the one of that name: the oldest first.

    Raises:
        As `current`.
    """
    found = _read(api, namespace, f"name={name}" if name else "")
    return tuple(sorted(found, key=lambda stored: (stored.name, stored.revision)))


def latest(revisions: Iterable[Stored], *, uninstalled: bool = False) -> dict[tuple[str, str], Stored]:
    """Of each release the latest revision; of those that it says are uninstalled none, unless they are meant too."""
    newest: dict[tuple[str, str], Stored] = {}
    for stored in revisions:
        key = (stored.namespace, stored.name)
        if key not in newest or newest[key].revision < stored.revision:
            newest[key] = stored
    return {key: stored for key, stored in sorted(newest.items()) if uninstalled or stored.status != "uninstalled"}


def of_object(data: Mapping[str, Any]) -> Stored | None:
    """The revision that a Secret or a ConfigMap holds; None: it holds none."""
    metadata = entry(data, "metadata")
    labels = entry(metadata, "labels")
    packed = entry(data, "data").get("release")
    if not isinstance(packed, str) or not str(labels.get("version", "")).isdecimal() or not labels.get("name"):
        return None
    if labels.get("owner") != _KEEPER:
        return None
    if data.get("kind") == "Secret":
        packed = payload.outer(packed)
    return Stored(
        name=str(labels["name"]),
        namespace=str(metadata.get("namespace", "")),
        revision=int(labels["version"]),
        status=str(labels.get("status", "")),
        object=str(metadata.get("name", "")),
        packed=packed,
    )


def resource() -> Resource:
    """The kind of object in which Helm keeps releases: what HELM_DRIVER says, as for helm itself.

    Raises:
        InputError: it names a store that cannot be read.
    """
    driver = os.environ.get("HELM_DRIVER", "")
    kind = _DRIVERS.get(driver.lower())
    if kind is None:
        raise InputError(f"HELM_DRIVER is `{driver}`", hint="chartgen reads releases from `secret` and `configmap`")
    return CORE[kind]


def _read(api: Api, namespace: str | None, selector: str) -> Iterator[Stored]:
    labels = ",".join(part for part in (f"owner={_KEEPER}", selector) if part)
    objects = api.objects(resource(), namespace, {"labelSelector": labels})
    return (stored for stored in map(of_object, objects) if stored is not None)


def _time(said: Any) -> datetime | None:
    """A time as RFC 3339 has it; None for none, and for the one that Go takes for none."""
    try:
        found = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo and found.year > 1 else None
