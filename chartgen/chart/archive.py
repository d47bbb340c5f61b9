"""Charts as files of one archive: reading `.tgz` packages that may come from anywhere, and writing them for Helm."""

from __future__ import annotations

import gzip
import io
import posixpath
import re
import struct
import tarfile
import zlib
from collections.abc import Iterator, Mapping

from chartgen.errors import InputError, Where

MAX_CHART = 100 * 2**20
"""Helm's own limit for a chart, unpacked."""

MAX_FILE = 5 * 2**20
"""Helm's own limit for one of its files (3.17.3 and later)."""

_MAX_ENTRIES = 20_000
_MAX_HEADER = 2**16
"""What a file's headers may say at most, in bytes: its name, above all."""

_HEADERS = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME)
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
        InputError: it is no archive, or not whole; grows beyond Helm's limits; holds a file twice, links, devices, or
            paths that lead elsewhere; something stands behind its end.
    """
    where = Where(file)
    files: dict[str, bytes] = {}
    root, left = "", MAX_CHART
    try:
        with _Bounded(content, where) as unzipped:
            for name, data in _entries(unzipped, where):
                directory, path = _inside(name, where)
                root = root or directory
                if directory != root:
                    raise InputError(f"holds {name}, which lies beside the chart's directory {root}", where)
                if path in files:
                    raise InputError(f"holds {path} twice", where, "package the chart anew")
                left -= len(data)
                if left < 0:
                    raise InputError(_TOO_LARGE, where)
                files[path] = data
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise InputError(f"is not a packaged chart (.tgz): {error}", where) from None
    except ValueError:
        raise InputError("is not a packaged chart (.tgz): a name in it is not UTF-8", where) from None
    if not files:
        raise InputError("is not a packaged chart (.tgz): it holds nothing", where)
    return files


def _entries(stream: _Bounded, where: Where) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file. `tarfile` takes too much: broken ends, sparse files, headers of any size.

    Source of the format: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Header Block"; GNU tar's long names.
    """
    name = ""
    for _ in range(_MAX_ENTRIES):
        block = stream.read(tarfile.BLOCKSIZE)
        if not block.strip(b"\0"):
            _check_end(stream, where)
            return
        entry = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
        if entry.type in _HEADERS:
            if entry.size > _MAX_HEADER:
                raise InputError(f"holds a name or a header larger than {_MAX_HEADER >> 10} KiB", where)
            header = _content(stream, entry.size)
            name = _long_name(entry.type, header) or name
            continue
        name, path = "", name or entry.name
        if entry.isdir():
            continue
        if entry.type not in (tarfile.REGTYPE, tarfile.AREGTYPE):
            raise InputError(f"holds {path}, which is a link or a device", where, "package the chart with its files")
        if entry.size > MAX_FILE:
            raise InputError(f"{path} is larger than {MAX_FILE >> 20} MiB, Helm's limit for one file", where)
        yield path, _content(stream, entry.size)
    raise InputError(f"holds more than {_MAX_ENTRIES} files and directories", where)


def _content(stream: _Bounded, size: int) -> bytes:
    padded = size + -size % tarfile.BLOCKSIZE
    data = stream.read(padded)
    if size < 0 or len(data) < padded:
        raise EOFError("it ends within a file")
    return data[:size]


def _check_end(stream: _Bounded, where: Where) -> None:
    """Reads on, so that the checksum is checked too."""
    while block := stream.read(2**16):
        if block.strip(b"\0"):
            raise InputError("holds something behind its end", where, "package the chart anew")


def _long_name(kind: bytes, header: bytes) -> str:
    """The name that a header gives to the file that follows; empty: none."""
    if kind == tarfile.GNUTYPE_LONGNAME:
        return header.rstrip(b"\0").decode()
    if kind == tarfile.XGLTYPE:
        return ""  # git writes one, with the commit
    name = ""
    while header:
        length, _, _ = header.partition(b" ")
        end = int(length) if length.isdigit() else 0
        record = header[len(length) + 1 : end]
        key, _, value = record.partition(b"=")
        if not record.endswith(b"\n") or key == b"size" or key.startswith(b"GNU.sparse"):
            raise tarfile.HeaderError("a header is broken, or says that a file is sparse or larger than 8 GiB")
        name = value.removesuffix(b"\n").decode() if key == b"path" else name
        header = header[end:]
    return name


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


def _inside(name: str, where: Where) -> tuple[str, str]:
    """The chart's own directory, which every file must lie in, and the path below it."""
    directory, _, path = name.replace("\\", "/").partition("/")
    clean = posixpath.normpath(path)
    if not directory or directory == ".." or not path or path.startswith("/") or clean.split("/")[0] in ("..", "."):
        raise InputError(f"holds {name}, which leads out of the chart's directory", where)
    if _DRIVE.match(clean) or not clean.isprintable():
        raise InputError(f"holds {name}, which is no name for a file", where)
    return directory, clean
