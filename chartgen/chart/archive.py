"""Charts as files of one archive: reading `.tgz` packages that may come from anywhere, and writing them for Helm."""

from __future__ import annotations

import gzip
import io
import posixpath
import re
import struct
import tarfile
import zlib
from collections.abc import Mapping

from chartgen.errors import InputError, Where

MAX_CHART = 100 * 2**20
"""Helm's own limit for a chart, unpacked."""

MAX_FILE = 5 * 2**20
"""Helm's own limit for one of its files (3.17.3 and later)."""

_BLOCK = 65535
"""The longest stored block of RFC 1951."""

_TOO_LARGE = f"the chart is larger than {MAX_CHART >> 20} MiB, Helm's limit"
_DRIVE = re.compile(r"[A-Za-z]:/")


def unpack(content: bytes, file: str) -> dict[str, bytes]:
    """The files of a packaged chart by their path inside it.

    Arguments:
        content: the `.tgz`.
        file: its name, for messages.

    Raises:
        InputError: it is no archive, grows beyond Helm's limits, or holds links, devices or paths that lead elsewhere.
    """
    where = Where(file)
    files: dict[str, bytes] = {}
    left = MAX_CHART
    try:
        with _Bounded(content, where) as unzipped, tarfile.open(fileobj=unzipped, mode="r|") as archive:
            for entry in archive:
                if entry.isdir():
                    continue
                path = _inside(entry, where)
                if entry.size > MAX_FILE:
                    raise InputError(f"{path} is larger than {MAX_FILE >> 20} MiB, Helm's limit for one file", where)
                left -= entry.size
                if left < 0:
                    raise InputError(_TOO_LARGE, where)
                opened = archive.extractfile(entry)
                files[path] = opened.read() if opened else b""
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise InputError(f"is not a packaged chart (.tgz): {error}", where) from None
    return files


class _Bounded(gzip.GzipFile):
    """Ends in an error once more than two charts have come out of it: what stands before a file may be a bomb too."""

    def __init__(self, content: bytes, where: Where) -> None:
        super().__init__(fileobj=io.BytesIO(content))
        self._where = where
        self._left = 2 * MAX_CHART

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self._left -= len(data)
        if self._left < 0:
            raise InputError(_TOO_LARGE, self._where)
        return data


def pack(name: str, files: Mapping[str, bytes], mtime: int = 0) -> bytes:
    """The `.tgz` of a chart: the same bytes for the same files, whatever the machine.

    Arguments:
        name: the chart's, which is that of the directory inside.
        files: content by path inside the chart.
        mtime: when they changed, in seconds since 1970.
    """
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(files):
            entry = tarfile.TarInfo(f"{name}/{path}")
            entry.size = len(files[path])
            entry.mtime = mtime
            archive.addfile(entry, io.BytesIO(files[path]))
    return _gzip(stream.getvalue())


def _gzip(content: bytes) -> bytes:
    """The content in gzip's form, uncompressed: what a compressor makes of it differs by its maker and version.

    Source of the form: RFC 1952 for the frame (no name, no time, unknown system), RFC 1951 §3.2.4 for stored blocks.
    """
    blocks = [content[start : start + _BLOCK] for start in range(0, len(content), _BLOCK)]
    body = b"".join(
        struct.pack("<BHH", block is blocks[-1], len(block), len(block) ^ 0xFFFF) + block for block in blocks
    )
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    return head + body + struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF)


def _inside(entry: tarfile.TarInfo, where: Where) -> str:
    """The path of an entry below the chart's own directory, which every entry must lie in."""
    if not entry.isreg():
        raise InputError(f"holds {entry.name}, which is a link or a device", where, "package the chart with its files")
    name = entry.name.replace("\\", "/")
    directory, _, path = name.partition("/")
    clean = posixpath.normpath(path)
    if not directory or directory == ".." or not path or path.startswith("/") or clean.split("/")[0] in ("..", "."):
        raise InputError(f"holds {entry.name}, which leads out of the chart's directory", where)
    if _DRIVE.match(clean) or "\0" in clean:
        raise InputError(f"holds {entry.name}, which is no name for a file", where)
    return clean
