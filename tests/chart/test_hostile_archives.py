"""Packages made to do harm, or broken on their way: each a clear error, within bounds."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import tarfile

import pytest

from chartgen.chart import archive, package
from chartgen.errors import InputError

CHART = b"apiVersion: v2\nname: web\nversion: 1.0.0\n"


def entry(name="web/Chart.yaml", content=CHART, form=tarfile.PAX_FORMAT, **more):
    """A file as a tar has it: its header, its content, what fills the last block."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in more.items():
        setattr(info, key, value)
    return info.tobuf(form) + content + bytes(-len(content) % 512)


def changed(block, start, content):
    """A header with other bytes at that place, and its checksum put right. Source: POSIX, ustar Interchange Format."""
    block = block[:start] + content + block[start + len(content) :]
    block = block[:148] + b" " * 8 + block[156:]
    return block[:148] + b"%06o\0 " % sum(block[:512]) + block[156:]


def packed(*entries):
    return gzip.compress(b"".join(entries) + bytes(1024), compresslevel=1, mtime=0)


GOOD = entry()
BROKEN = {
    "nothing": (b"", "it holds nothing"),
    "no files": (packed(), "it holds nothing"),
    "an error page": (b"<html>Service Unavailable</html>", "is not a packaged chart"),
    "cut off in the middle": (packed(GOOD)[:-30], "is not a packaged chart"),
    "cut off before the checksum": (packed(GOOD)[:-8], "is not a packaged chart"),
    "a flipped bit": (packed(GOOD)[:-8] + bytes(8), "CRC check failed"),
    "cut off before it was zipped": (gzip.compress(GOOD[:700]), "it ends within a file"),
    "cut off within a header": (gzip.compress(GOOD[:400]), "truncated header"),
    "something behind the zip": (packed(GOOD) + b"more", "is not a packaged chart"),
    "another zip behind it": (packed(GOOD) + packed(entry("web/more")), "holds something behind its end"),
    "something behind the end": (gzip.compress(GOOD + bytes(512) + b"more" * 128), "holds something behind its end"),
    "a file twice": (packed(GOOD, GOOD), "holds Chart.yaml twice"),
    "a file twice, spelled otherwise": (packed(GOOD, entry("web/./Chart.yaml")), "holds Chart.yaml twice"),
    "a file beside the chart": (
        packed(GOOD, entry("other/x")),
        "holds other/x, which lies beside the chart's directory",
    ),
    "a name that leads out": (packed(entry("web/../../x")), "leads out of the chart's directory"),
    "a long name that leads out": (
        packed(entry("web/x", pax_headers={"path": "/x"})),
        "leads out of the chart's direc",
    ),
    "a name that does things to a terminal": (packed(entry("web/\x1b[2J")), "is no name for a file"),
    "a name that reads backwards": (packed(entry("web/\u202etxt.exe")), "is no name for a file"),
    "a name in another encoding": (packed(changed(entry("web/x", b"")[:512], 4, b"\xe4")), "is not UTF-8"),
    "a sparse file": (packed(entry("web/x", type=tarfile.GNUTYPE_SPARSE)), "which is a link or a device"),
    "a sparse file of pax": (packed(entry("web/x", pax_headers={"GNU.sparse.size": "9" * 20})), "a header is broken"),
    "a size beyond all": (packed(entry("web/x", pax_headers={"size": "9" * 20})), "a header is broken"),
    "a size of eight GiB": (packed(changed(entry(), 124, b"77777777777\0")), "larger than 5 MiB"),
    "a size below nothing": (packed(changed(entry(content=b""), 124, b"\xff" * 12)), "it ends within a file"),
    "a header without end": (packed(entry(content=b"-1 path=x\n", type=tarfile.XHDTYPE)), "a header is broken"),
    "a name of a mebibyte": (packed(entry("web/" + "x/" * 2**19)), "holds a name or a header larger than 64 KiB"),
    "a link": (packed(entry("web/x", b"", type=tarfile.SYMTYPE, linkname="/etc")), "which is a link or a device"),
    "a device": (packed(entry("web/x", b"", type=tarfile.BLKTYPE)), "which is a link or a device"),
}


@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_told(content, message):
    with pytest.raises(InputError) as caught:
        package.of(content, "web.tgz")
    assert message in str(caught.value)
    assert str(caught.value).startswith("web.tgz: ")


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_long_names_are_read(form):
    name = f"{'x' * 90}/" * 4 + "é.yaml"
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz", format=form, pax_headers={"comment": "a commit's"}) as made:
        for path in (f"web/{name}", "web/Chart.yaml"):
            info = tarfile.TarInfo(path)
            info.size = len(CHART)
            made.addfile(info, io.BytesIO(CHART))
    assert archive.unpack(stream.getvalue(), "web.tgz") == {name: CHART, "Chart.yaml": CHART}


def test_a_name_with_a_slash_is_no_name():
    with pytest.raises(InputError, match=r"`a/b` 1\.0\.0 is no name and version of a chart"):
        package.of(packed(entry(content=CHART.replace(b"web", b"a/b"))), "web.tgz")


BOMBS = {
    "ten GiB of zeros": ("gzip.compress(bytes(2**26), 1) * 160", "the chart is larger than 100 MiB"),
    "a file of ten GiB": (
        "gzip.compress(header('web/x', 0o77777777777), 1) + gzip.compress(bytes(2**26), 1) * 160",
        "web/x is larger than 5 MiB",
    ),
    "files of ten GiB": (
        "b''.join(gzip.compress(header(f'web/{n}', 2**22) + bytes(2**22), 1) for n in range(26)) * 100",
        "the chart is larger than 100 MiB",
    ),
    "two million files": (
        "gzip.compress(b''.join(header(f'web/{n}', 0) for n in range(20_001)), 1) * 100",
        "holds more than 20000 files",
    ),
    "a header of ten GiB": (
        "gzip.compress(header('web/x', 0o77777777777, tarfile.XHDTYPE), 1) + gzip.compress(bytes(2**26), 1) * 160",
        "larger than 64 KiB",
    ),
    "headers without end": (
        "gzip.compress(b''.join(header('web/x', 512, tarfile.XGLTYPE) + bytes(512) for n in range(2**15)), 1) * 320",
        "holds more than 20000 files",
    ),
}


@pytest.mark.parametrize(("content", "message"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_within_bounds(content, message):
    program = f"""
import gzip, resource, tarfile
from chartgen.chart import package
from chartgen.errors import InputError

def header(name, size, kind=tarfile.REGTYPE):
    info = tarfile.TarInfo(name)
    info.size, info.type = size, kind
    return info.tobuf(tarfile.GNU_FORMAT)

content = {content}
resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    package.of(content, "web.tgz")
except InputError as error:
    print(error)
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=300)
    assert message in result.stdout, result.stderr
