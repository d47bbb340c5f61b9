"""A chart as a reproducible package: the same chart gives the same bytes on any machine."""

from __future__ import annotations

import hashlib

from chartgen.chart import archive, load
from chartgen.errors import InputError, Where
from chartgen.model import Chart, Package

EPOCH = 315_532_800
"""1980-01-01: the date of every file where SOURCE_DATE_EPOCH says none. Some tools take 0 for "unknown"."""


def package(chart: Chart, mtime: int = EPOCH) -> Package:
    """The chart's `.tgz`, as `helm package` would name it.

    Arguments:
        chart: what to package.
        mtime: the date of every file in it, in seconds since 1970: SOURCE_DATE_EPOCH, where that is set.
            Helm 4 shows it in a release.
    """
    content = archive.pack(chart.name, chart.files, mtime)
    return Package(
        name=chart.name,
        version=chart.version,
        filename=f"{chart.name}-{chart.version}.tgz",
        content=content,
        digest=hashlib.sha256(content).hexdigest(),
        metadata=chart.metadata,
    )


def chart(packed: Package, place: str = "") -> Chart:
    """The chart in a package.

    Arguments:
        place: where it is from, for messages; its file name unless given.

    Raises:
        InputError: it is none.
    """
    place = place or packed.filename
    return load.from_files(archive.unpack(packed.content, place), place)


def of(content: bytes, file: str, provenance: bytes | None = None) -> Package:
    """The package that these bytes are, wherever they come from.

    Arguments:
        file: its name, for messages.

    Raises:
        InputError: they are no packaged chart, or one whose name or version cannot be a file's.
    """
    found = load.from_files(archive.unpack(content, file), file)
    filename = f"{found.name}-{found.version}.tgz"
    if not load.NAME.fullmatch(found.name) or not load.VERSION.fullmatch(found.version):
        raise InputError(f"`{found.name}` {found.version} is no name and version of a chart", Where(file))
    digest = hashlib.sha256(content).hexdigest()
    return Package(found.name, found.version, filename, content, digest, found.metadata, provenance)
