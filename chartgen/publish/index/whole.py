"""What an index says of a package, held against the package itself."""

from __future__ import annotations

import collections
import hashlib
import urllib.parse
from collections.abc import Iterable

from chartgen.chart import archive
from chartgen.chart import package as packages
from chartgen.errors import InputError, Problem, Where
from chartgen.model import Package
from chartgen.publish.interface import Entry

MAX_PACKAGE = 2 * archive.MAX_CHART
"""The most bytes that a package is read of."""

_RESTORE = "restore the file that was published, or remove it, run `chartgen repo index`, and publish another version"


def whole(entry: Entry, content: bytes | None, provenance: bytes | None, place: str) -> Package:
    """The package, once it is known to be what the index says.

    Arguments:
        content: the package's bytes; None: it is not there.
        place: its file or address, for messages.

    Raises:
        InputError: it is missing, or something else than the index says.
    """
    where = Where(place)
    if content is None:
        message = f"is missing, though the index has {entry.name} {entry.version}"
        raise InputError(message, where, "publish it again, or run `chartgen repo index` to take it out of the index")
    if len(content) > MAX_PACKAGE:
        raise InputError(f"is larger than {MAX_PACKAGE >> 20} MiB, and no chart", where)
    digest = hashlib.sha256(content).hexdigest()
    if entry.digest and digest != entry.digest:
        message = "is not what was published: its sha256 is another than the index says"
        raise InputError(Problem(message, where, expected=entry.digest, hint=_RESTORE))
    package = packages.of(content, place, provenance)
    if (package.name, package.version) != (entry.name, entry.version):
        message = f"is {package.name} {package.version}"
        raise InputError(Problem(message, where, expected=f"{entry.name} {entry.version}, as the index says"))
    return package


def problems(entry: Entry, content: bytes | None, provenance: bytes | None, place: str) -> tuple[Problem, ...]:
    """What is wrong with an entry and its package, for `verify`; the arguments are those of `whole`."""
    try:
        package = whole(entry, content, provenance, place)
    except InputError as error:
        return error.problems
    found = []
    if not entry.digest:
        message = f"the index has no digest of {entry.name} {entry.version}"
        found.append(Problem(message, Where(place), hint="run `chartgen repo index`"))
    name = place.rpartition("/")[2]
    if provenance is not None and f"{name}: sha256:{package.digest}".encode() not in provenance:
        message = "is not the provenance of the package beside it"
        found.append(Problem(message, Where(f"{place}.prov"), expected=f"a line `{name}: sha256:{package.digest}`"))
    return tuple(found)


def of_index(entries: Iterable[Entry], place: str) -> list[Problem]:
    """What is wrong with an index by itself: versions that stand in it more than once, or have no address."""
    entries = tuple(entries)
    counts = collections.Counter((entry.name, entry.version) for entry in entries)
    return [
        *(
            Problem(f"has {name} {version} {count} times", Where(place), hint="take all but one of them out")
            for (name, version), count in counts.items()
            if count > 1
        ),
        *(
            Problem(f"says no address of {entry.name} {entry.version}", Where(place), expected="`urls`")
            for entry in entries
            if not entry.urls
        ),
    ]


def local(url: str) -> str | None:
    """The path beside the index that an entry's URL means; None where it leads elsewhere."""
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:
        return None
    path = urllib.parse.unquote(parts.path)
    inside = path and path.isprintable() and "\\" not in path and ".." not in path.split("/")
    return path.removeprefix("./") if inside and not (parts.scheme or parts.netloc or path.startswith("/")) else None
