"""Charts in an OCI registry: `oci://host/path`, the chart at `path/name`, its version as the tag.

Source: Helm, "Use OCI-based registries".
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from chartgen.chart import package as packages
from chartgen.errors import InputError, Problem, Where
from chartgen.model import Package
from chartgen.publish.interface import Access, Entry, OtherBytesError, Published, Verified, not_there, other_bytes
from chartgen.publish.registry import chartartifact
from chartgen.publish.registry.artifact import Artifact
from chartgen.publish.registry.artifacts import Artifacts, parts
from chartgen.publish.registry.distribution import (
    Descriptor,
    Distribution,
    Manifest,
    matches,
)
from chartgen.publish.registry.upload import Sizes, Uploader
from chartgen.publish.web.transport import Transport, refusal

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?)(:[0-9]{1,5})?")
_PART = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*"
_PATH = re.compile(rf"{_PART}(/{_PART})*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_VERSION = re.compile(r"v?(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?", re.ASCII)
_CONTESTED = "another publisher was faster; what a registry keeps cannot be locked, so publish one at a time"


class Registry:
    """The charts below `oci://host/path`."""

    def __init__(
        self, address: str, access: Access, transport: Transport | None = None, sizes: Sizes | None = None
    ) -> None:
        """Raises InputError where the address is none."""
        host, path = _parsed(address)
        self.address = f"oci://{host}" + (f"/{path}" if path else "")
        self._path = path
        self._registry = Distribution(host, path, access, transport)
        self._artifacts = Artifacts(self._registry, Uploader(self._registry, sizes or Sizes()), f"oci://{host}")

    # ---- a repository of charts -------------------------------------------------------------------------------------

    def publish(self, package: Package, *, now: dt.datetime) -> Published:
        """As `Repository.publish`.

        A registry has no way to put a tag only where none is, so the tag is looked at right before and right after:
        two publishers with other bytes at the very same time are told, but not always kept apart. Two with the same
        bytes both succeed: they put the same manifest. A provenance that is added makes another manifest of the same
        package, so the tag moves on to it; signatures of the former one have to be made anew.
        """
        name, tag = self._repository(package.name), _tag(package.version, self.address)
        found = self._published(package, name, tag)
        if found is not None:
            return found
        artifact = chartartifact.artifact(package)
        content = self._artifacts.manifest(name, artifact)
        found = self._published(package, name, tag)
        if found is not None:
            return found
        response = self._registry.put_manifest(name, tag, content)
        now_there = self._registry.manifest(name, tag, to_push=True)
        if now_there is None or not self._is(now_there, package):
            if response.status != 201 and now_there is None:
                raise refusal(response)
            error = other_bytes(package, self._location(package))
            raise OtherBytesError(replace(error.problems[0], hint=f"{error.problems[0].hint} ({_CONTESTED})"))
        return Published(package, self._location(package), unchanged=False, manifest=now_there.digest)

    def fetch(self, name: str, version: str) -> Package:
        """As `Repository.fetch`."""
        repository, tag = self._repository(name), _tag(version, self.address)
        manifest = self._registry.manifest(repository, tag)
        if manifest is None:
            raise not_there(name, version, self.address)
        return self._fetched(manifest, name, version)

    def versions(self, name: str) -> tuple[Entry, ...]:
        """As `Repository.versions`: the tags that are versions; when they were published no registry tells."""
        found = (tag.replace("_", "+") for tag in self._registry.tags(self._repository(name)))
        return tuple(Entry(name, version) for version in found if _VERSION.fullmatch(version))

    def names(self) -> tuple[str, ...]:
        """As `Repository.names`: the repositories right below the path whose first version is a chart.

        Raises:
            ToolError: the registry does not list its repositories: many do not, or not for everybody.
        """
        prefix = f"{self._path}/" if self._path else ""
        below = (each.removeprefix(prefix) for each in self._registry.repositories() if each.startswith(prefix))
        return tuple(sorted(name for name in set(below) if "/" not in name and self._has_charts(name)))

    def verify(self) -> Verified:
        """As `Repository.verify`: every version is fetched and held to its digests."""
        count = 0
        problems: list[Problem] = []
        for name in self.names():
            for entry in self.versions(name):
                count += 1
                try:
                    self.fetch(name, entry.version)
                except InputError as error:
                    problems.extend(error.problems)
        return Verified(count, tuple(problems))

    # ---- anything else that a registry keeps: signatures ------------------------------------------------------------

    def artifact(self, name: str, reference: str) -> tuple[str, Artifact] | None:
        """The digest of a manifest and all that it holds; None: there is none.

        Arguments:
            name: the chart's.
            reference: a tag or a digest.

        Raises:
            InputError: what is there is no manifest of an artifact, or its blobs have other bytes than it says.
        """
        return self._artifacts.get(self._repository(name), reference)

    def put_artifact(self, name: str, tag: str, artifact: Artifact) -> str:
        """Puts an artifact into the chart's repository, and returns the digest of its manifest.

        Arguments:
            tag: what it is to be found under, whatever was there before; empty: its digest only.

        Raises:
            InputError: it belongs to a manifest that is not there.
        """
        return self._artifacts.put(self._repository(name), tag, artifact)

    def referrers(self, name: str, subject: str) -> tuple[Descriptor, ...]:
        """The manifests that belong to the one of this digest, by the registry's own list or the fallback tag."""
        return self._registry.referrers(self._repository(name), subject)

    # ---- how --------------------------------------------------------------------------------------------------------

    def _repository(self, name: str) -> str:
        repository = f"{self._path}/{name}" if self._path else name
        if not _PATH.fullmatch(repository):
            message = f"`{name}` cannot be the name of a chart in a registry"
            expected = "lower-case letters and digits, with `.`, `_` and `-` between them"
            raise InputError(Problem(message, Where(self.address), expected=expected))
        return repository

    def _location(self, package: Package) -> str:
        return f"{self.address}/{package.name}:{_tag(package.version, self.address)}"

    def _published(self, package: Package, name: str, tag: str) -> Published | None:
        """What is under the tag, where that is the package and has nothing left to be added; None: it is to be put.

        Raises:
            InputError: it is something else.
        """
        manifest = self._registry.manifest(name, tag, to_push=True)
        if manifest is None:
            return None
        if not self._is(manifest, package):
            raise other_bytes(package, self._location(package))
        where = Where(self._location(package))
        provenance = _layer(manifest, where, chartartifact.PROVENANCE)
        if provenance is None and package.provenance is not None:
            return None
        kept = self._registry.blob(name, provenance) if provenance else None
        return Published(replace(package, provenance=kept), str(where), unchanged=True, manifest=manifest.digest)

    def _is(self, manifest: Manifest, package: Package) -> bool:
        """Whether the manifest's chart is the package: by its layer, as the manifest tells more than that."""
        where = Where(self._location(package))
        try:
            layer = _layer(manifest, where, chartartifact.LAYER, chartartifact.OLD_LAYER)
        except InputError:
            return False
        return layer is not None and matches(package.content, layer.digest)

    def _fetched(self, manifest: Manifest, name: str, version: str) -> Package:
        where = Where(f"{self.address}/{name}:{_tag(version, self.address)}")
        layer = _layer(manifest, where, chartartifact.LAYER, chartartifact.OLD_LAYER)
        if layer is None or parts(manifest, where)[0].media_type != chartartifact.CONFIG:
            raise InputError("is no chart", where, "an image, perhaps?")
        signed = _layer(manifest, where, chartartifact.PROVENANCE)
        repository = self._repository(name)
        provenance = self._registry.blob(repository, signed) if signed else None
        package = packages.of(self._registry.blob(repository, layer), str(where), provenance)
        if (package.name, package.version) != (name, version):
            message = f"holds {package.name} {package.version}, which is another chart or version than its address says"
            raise InputError(message, where)
        return package

    def _has_charts(self, name: str) -> bool:
        repository = self._repository(name)
        tag = next(
            (each for each in self._registry.tags(repository) if _VERSION.fullmatch(each.replace("_", "+"))), None
        )
        manifest = self._registry.manifest(repository, tag) if tag else None
        config = manifest.data.get("config") if manifest else None
        return isinstance(config, dict) and config.get("mediaType") == chartartifact.CONFIG


def _parsed(address: str) -> tuple[str, str]:
    host, _, path = address.removeprefix("oci://").partition("/")
    path = path.rstrip("/")
    if address.startswith("oci://") and _HOST.fullmatch(host) and (not path or _PATH.fullmatch(path)):
        return host.lower(), path
    expected = "oci://HOST[:PORT]/PATH in lower case, without the chart's name and without a tag"
    raise InputError(Problem(f"`{address}` is no address in a registry", expected=expected))


def _tag(version: str, address: str) -> str:
    """A version as a tag, in which `+` may not be: Helm's own way out."""
    tag = version.replace("+", "_")
    if not _TAG.fullmatch(tag):
        raise InputError(f"`{version}` cannot be a tag in a registry", Where(address))
    return tag


def _layer(manifest: Manifest, where: Where, *media_types: str) -> Descriptor | None:
    return next((each for each in parts(manifest, where)[1:] if each.media_type in media_types), None)
