"""What Helm has stored of its releases in a cluster: read straight, one request a namespace.

Helm keeps each revision of a release as an object (a Secret unless HELM_DRIVER says otherwise) with the labels `owner`,
`name`, `status` and `version`; its payload is JSON, packed with gzip, in base64. Source: `pkg/storage/driver` of Helm,
the same in Helm 3 and 4.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from chartgen.cluster.api import Api
from chartgen.cluster.api.discovery import CORE, Resource
from chartgen.errors import InputError, ToolError
from chartgen.model import Values
from chartgen.outputs.values import OWNER

SUPERSEDED: Final = "superseded"
PENDING: Final = frozenset({"pending-install", "pending-upgrade", "pending-rollback", "uninstalling"})
"""The states in which Helm is at work on a release, or was when it died."""

_LARGEST = 64 << 20
_DRIVERS = {"": "Secret", "secret": "Secret", "secrets": "Secret", "configmap": "ConfigMap", "configmaps": "ConfigMap"}


@dataclass(frozen=True, slots=True)
class Mark:
    """Whose a release is, as its values say (`x-chartgen`)."""

    project: str
    environment: str
    region: str | None
    service: str


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
            packed = base64.b64decode(self.packed, validate=True)
            text = _unpacked(packed) if packed[:3] == b"\x1f\x8b\x08" else packed
            found = json.loads(text)
        except (binascii.Error, OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
            message = f"the revision {self.revision} of release {self.namespace}/{self.name} cannot be read: {error}"
            raise ToolError(
                message, hint=f"it stands in {self.object}; `helm history` shows whether helm can"
            ) from None
        return found if isinstance(found, dict) else {}

    @property
    def chart(self) -> Mapping[str, Any]:
        """The chart: `metadata`, `templates`, `values`, `schema`, `files`; not those it depends on."""
        return _map(self.content, "chart")

    @property
    def chart_title(self) -> str:
        """The chart's name and version, as helm lists them: `microservice-1.4.0`."""
        metadata = _map(self.chart, "metadata")
        return f"{metadata.get('name', '?')}-{metadata.get('version', '?')}"

    @property
    def config(self) -> Values:
        """The values it was given, merged, without the chart's defaults."""
        return dict(_map(self.content, "config"))

    @property
    def manifest(self) -> str:
        """Its objects as YAML documents; hooks are not among them."""
        return str(self.content.get("manifest") or "")

    @property
    def hooks(self) -> tuple[Mapping[str, Any], ...]:
        """Its hooks: each with `manifest`, `events` and what came of it."""
        return tuple(hook for hook in self.content.get("hooks") or () if isinstance(hook, dict))

    @property
    def updated(self) -> str:
        """When it was last deployed, as RFC 3339 has it."""
        return str(_map(self.content, "info").get("last_deployed") or "")

    @property
    def description(self) -> str:
        """What Helm says of it: `Upgrade complete`, or why it failed."""
        return str(_map(self.content, "info").get("description") or "")

    @property
    def mark(self) -> Mark | None:
        """Whose it is; None: nobody's that we know."""
        said = _map(self.content, "config").get(OWNER)
        if not isinstance(said, dict) or not all(said.get(key) for key in ("project", "environment", "service")):
            return None
        region = said.get("region")
        return Mark(
            str(said["project"]), str(said["environment"]), str(region) if region else None, str(said["service"])
        )


def current(api: Api, namespaces: Iterable[str]) -> dict[tuple[str, str], Stored]:
    """The releases of some namespaces by namespace and name, each in its latest revision.

    Revisions that another has superseded are not asked for. A release that was uninstalled with its history kept is
    left out.

    Raises:
        ApiError: the cluster cannot be reached, or refuses.
        InputError: HELM_DRIVER names a store that cannot be read.
    """
    found = api.each(lambda namespace: list(_read(api, namespace, f"status!={SUPERSEDED}")), dict.fromkeys(namespaces))
    return latest(stored for some in found for stored in some)


def history(api: Api, namespace: str, name: str = "") -> tuple[Stored, ...]:
    """All revisions of the releases in a namespace, or of the one of that name: the oldest first.

    Raises:
        As `current`.
    """
    found = _read(api, namespace, f"name={name}" if name else "")
    return tuple(sorted(found, key=lambda stored: (stored.name, stored.revision)))


def latest(revisions: Iterable[Stored]) -> dict[tuple[str, str], Stored]:
    """Of each release the latest revision, unless that says that it is uninstalled."""
    newest: dict[tuple[str, str], Stored] = {}
    for stored in revisions:
        key = (stored.namespace, stored.name)
        if key not in newest or newest[key].revision < stored.revision:
            newest[key] = stored
    return {key: stored for key, stored in sorted(newest.items()) if stored.status != "uninstalled"}


def of_object(data: Mapping[str, Any]) -> Stored | None:
    """The revision that a Secret or a ConfigMap holds; None: it holds none."""
    metadata = _map(data, "metadata")
    labels = _map(metadata, "labels")
    payload = _map(data, "data").get("release")
    if not isinstance(payload, str) or not str(labels.get("version", "")).isdecimal() or not labels.get("name"):
        return None
    if data.get("kind") == "Secret":
        payload = base64.b64decode(payload).decode("ascii", "replace")
    return Stored(
        name=str(labels["name"]),
        namespace=str(metadata.get("namespace", "")),
        revision=int(labels["version"]),
        status=str(labels.get("status", "")),
        object=str(metadata.get("name", "")),
        packed=payload,
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


def _read(api: Api, namespace: str, selector: str) -> Iterator[Stored]:
    labels = ",".join(part for part in ("owner=helm", selector) if part)
    objects = api.objects(resource(), namespace, {"labelSelector": labels})
    return (stored for stored in map(of_object, objects) if stored is not None)


def _unpacked(packed: bytes) -> bytes:
    """The content of a gzip stream, as long as it is not absurdly large."""
    with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
        text = stream.read(_LARGEST + 1)
    if len(text) > _LARGEST:
        raise ValueError(f"it unpacks to more than {_LARGEST >> 20} MiB")
    return text


def _map(node: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = node.get(key)
    return found if isinstance(found, dict) else {}
