"""What a chart repository does for us."""

from __future__ import annotations

import datetime as dt
import pathlib
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from chartgen.errors import InputError, Problem, Where
from chartgen.model import Package


@dataclass(frozen=True, slots=True)
class Access:
    """How a repository is reached, beyond its address; credentials come from the tools' own files (`credentials`).

    Attributes:
        plain_http: speak HTTP to an OCI registry, without TLS.
        ca_file: certificates of authorities to trust instead of the system's.
    """

    plain_http: bool = False
    ca_file: pathlib.Path | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing a package.

    Attributes:
        package: as it is in the repository now (its provenance is the one that was there first).
        location: the file's path or address.
        unchanged: whether it was there already, with the same bytes.
        manifest: in an OCI registry the digest of its manifest, `sha256:…`: what to pin, and what cosign signs.
    """

    package: Package
    location: str
    unchanged: bool
    manifest: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A version of a chart that a repository tells of.

    Attributes:
        digest: sha256 of the package, 64 hex digits; empty where only a download would tell.
        created: when it was published, RFC 3339; empty where the repository does not tell.
        urls: where its package is, as the repository writes it: relative to the index, or whole.
    """

    name: str
    version: str
    digest: str = ""
    created: str = ""
    deprecated: bool = False
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """A look through a whole repository.

    Attributes:
        versions: how many it has.
        problems: what is wrong with it.
        elsewhere: how many of the versions have their packages on other hosts, and were not looked at.
    """

    versions: int
    problems: tuple[Problem, ...]
    elsewhere: int = 0


class Repository(Protocol):
    """A place that charts are published to and fetched from.

    Every method raises ToolError where the repository cannot be reached, does not let us, or answers nonsense.
    """

    @property
    def address(self) -> str:
        """Where it is, as people write it; never with credentials."""

    def publish(self, package: Package, *, now: dt.datetime) -> Published:
        """Puts the package, with its provenance where it has one, into the repository and its index.

        The same bytes again are a success that changes nothing, but that a provenance that is missing is added. A
        version is never to be seen before its package and its provenance are there whole.

        Arguments:
            now: what the index says of the entry's creation.

        Raises:
            OtherBytesError: the version is published already, with other bytes (`other_bytes`).
        """

    def fetch(self, name: str, version: str) -> Package:
        """The package as published, with its provenance where it has one; its digest is what the repository says.

        Raises:
            InputError: there is no such version (`not_there`), or what is there is no package of it.
        """

    def versions(self, name: str) -> tuple[Entry, ...]:
        """The chart's versions in the repository's own order; none where it has no such chart, or is not there yet."""

    def names(self) -> tuple[str, ...]:
        """The charts that it has, sorted."""

    def verify(self) -> Verified:
        """Holds every entry against its file, and every file against the index."""


@runtime_checkable
class Indexed(Protocol):
    """A repository whose `index.yaml` is ours to write."""

    def reindex(self, *, now: dt.datetime) -> tuple[str, ...]:
        """Brings the index in line with the files: `added name version` and `removed name version`, what was done.

        Entries that are right stay byte for byte as they are.
        """

    def deprecate(self, name: str, version: str) -> bool:
        """Marks a version as deprecated in the index; False where it was already.

        Raises:
            InputError: there is no such version.
        """


@runtime_checkable
class Listing(Protocol):
    """A repository that tells of all its charts at one look, where asking for each would read the index as often."""

    def entries(self) -> tuple[Entry, ...]:
        """All versions of all charts, by chart, in the repository's own order."""


class OtherBytesError(InputError):
    """A version, once published, stays what it is: exit code 2."""


def other_bytes(package: Package, location: str) -> OtherBytesError:
    """That the version is published already, and is another package."""
    message = f"version {package.version} of {package.name} is published already, with other bytes"
    return OtherBytesError(message, Where(location), "raise the chart's version")


def not_there(name: str, version: str, address: str) -> InputError:
    """That the repository has no such version."""
    return InputError(f"there is no version {version} of {name}", Where(address), "`chartgen repo list` shows what is")
