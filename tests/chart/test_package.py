"""Packages: the same chart, the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import subprocess
import sys
import tarfile
from dataclasses import replace

import pytest

from chartgen.chart import archive, load
from chartgen.chart.package import EPOCH, package
from chartgen.chart.validate import validate
from chartgen.errors import InputError
from tests.chart.rendering import ROOT, base_chart

PROGRAM = """
import hashlib, pathlib
from chartgen.chart import load, package
print(package.package(load.load(pathlib.Path("base-chart"))).digest)
"""


@pytest.mark.parametrize(("zone", "umask"), [("UTC", 0o022), ("Pacific/Chatham", 0o077)])
def test_bytes_are_the_same_everywhere(zone: str, umask: int):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, "TZ": zone, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(umask)},
        umask=umask,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == package(base_chart()).digest


def test_a_package_holds_the_chart_and_nothing_of_the_machine():
    made = package(base_chart())
    assert (made.name, made.version, made.filename) == ("microservice", "1.0.0", "microservice-1.0.0.tgz")
    assert made.digest == hashlib.sha256(made.content).hexdigest()
    assert made.content[:10] == b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    with tarfile.open(fileobj=io.BytesIO(made.content)) as opened:
        entries = opened.getmembers()
    assert [entry.name for entry in entries] == sorted(f"microservice/{path}" for path in base_chart().files)
    assert {(e.mtime, e.mode, e.uid, e.gid, e.uname, e.gname) for e in entries} == {(EPOCH, 0o644, 0, 0, "", "")}
    assert archive.unpack(made.content, made.filename) == base_chart().files


def test_the_date_may_be_chosen():
    with tarfile.open(fileobj=io.BytesIO(package(base_chart(), 1_700_000_000).content)) as opened:
        assert {entry.mtime for entry in opened.getmembers()} == {1_700_000_000}


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 200_000])
def test_any_content_survives(size: int):
    content = bytes(number % 251 for number in range(size))
    packed = archive.pack("x", {"Chart.yaml": content})
    assert archive.unpack(packed, "x.tgz") == {"Chart.yaml": content}
    assert gzip.decompress(packed)


def test_a_chart_read_back_is_the_same(tmp_path):
    file = tmp_path / "chart.tgz"
    file.write_bytes(package(base_chart()).content)
    assert load.load(file) == base_chart()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"Chart.yaml": b"name: Shop\nversion: '1'\napiVersion: v1\ntype: library\n"},
            "Chart.yaml: name: `Shop` is no name",
        ),
        (
            {"Chart.yaml": b"name: Shop\nversion: '1'\napiVersion: v1\ntype: library\n"},
            "Chart.yaml: version: `1` is no version",
        ),
        ({"Chart.yaml": b"name: Shop\nversion: '1'\napiVersion: v1\ntype: library\n"}, "Chart.yaml: apiVersion:"),
        ({"Chart.yaml": b"name: Shop\nversion: '1'\napiVersion: v1\ntype: library\n"}, "Chart.yaml: type:"),
        ({"values.yaml": b"replicaCount: many\n"}, "values.yaml: replicaCount: the default is a string"),
        ({"values.schema.json": b'{"type": "object"}'}, "values.schema.json: $schema: the schema must say"),
        ({"templates/x.yaml": b"a: b"}, "templates/x.yaml: does not end with a line break"),
        ({"templates/x.yaml": b"a: b\r\n"}, "templates/x.yaml: has Windows line ends"),
        ({"templates/x.yaml": b"a\n\xff\n"}, "templates/x.yaml:2: is not UTF-8"),
        (
            {"Chart.yaml": b"apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{name: redis, version: 1.x.x}]\n"},
            "Chart.yaml: dependencies[0]: `redis` is not in charts/",
        ),
        ({"files/big": bytes(2**21)}, "the chart is larger than 1 MiB"),
        ({"files/big": bytes(6 * 2**20)}, "files/big: is larger than 5 MiB"),
    ],
)
def test_what_helm_would_not_take(changes: dict[str, bytes], message: str):
    chart = load.from_files({**base_chart().files, **changes}, "chart")
    with pytest.raises(InputError) as raised:
        validate(chart)
    assert any(message in str(problem) for problem in raised.value.problems), raised.value


@pytest.mark.parametrize("path", ["charts/redis/Chart.yaml", "charts/redis-1.2.3.tgz"])
def test_a_dependency_may_lie_in_charts_unpacked_or_packed(path: str):
    metadata = b"apiVersion: v2\nname: a\nversion: 1.0.0\ndependencies: [{name: redis, version: 1.x.x}]\n"
    validate(load.from_files({"Chart.yaml": metadata, path: b"name: redis\n"}, "a"))


def test_a_good_chart_is_valid():
    validate(base_chart())
    validate(replace(base_chart(), schema=None))
