from __future__ import annotations

import concurrent.futures
import datetime as dt
import subprocess

import pytest

from chartgen import yamlio
from chartgen.chart import assemble, bundled
from chartgen.chart.package import package
from chartgen.errors import InputError
from chartgen.publish.directory import Directory
from tests.publish.served import served

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 12, 24, 18, 0, tzinfo=dt.UTC)


def chart(version="1.0.0", **wishes):
    return package(assemble.assemble(bundled.sources(), assemble.Build(version=version, **wishes)))


def index(directory):
    return yamlio.loads((directory / "index.yaml").read_bytes())


def test_a_package_and_its_entry_are_what_helm_finds_over_http(tmp_path, helm4, tmp_path_factory):
    published = Directory(tmp_path / "charts").publish(chart(), now=NOW)
    assert not published.unchanged
    home = tmp_path_factory.mktemp("home")
    with served(tmp_path / "charts") as url:
        command = [helm4, "pull", "microservice", "--repo", url, "--version", "1.0.0", "-d", home]
        subprocess.run(command, check=True, capture_output=True)
    assert (home / "microservice-1.0.0.tgz").read_bytes() == published.package.content


def test_an_entry_says_what_the_chart_is_and_when_it_came(tmp_path):
    packed = chart()
    Directory(tmp_path).publish(packed, now=NOW)
    entry = index(tmp_path)["entries"]["microservice"][0]
    assert entry["digest"] == packed.digest
    assert entry["urls"] == ["microservice-1.0.0.tgz"]
    assert entry["created"] == "2026-11-22T12:00:00Z"
    assert entry["annotations"] == {"chartgen/contract": "1"}


def test_the_same_bytes_again_change_nothing(tmp_path):
    Directory(tmp_path).publish(chart(), now=NOW)
    before = (tmp_path / "index.yaml").read_bytes()
    assert Directory(tmp_path).publish(chart(), now=LATER).unchanged
    assert (tmp_path / "index.yaml").read_bytes() == before


def test_other_bytes_under_a_published_version_are_refused(tmp_path):
    Directory(tmp_path).publish(chart(), now=NOW)
    before = {path: path.read_bytes() for path in tmp_path.glob("[!.]*.*")}
    with pytest.raises(InputError, match="published already, with other bytes\n  hint: raise the chart's version"):
        Directory(tmp_path).publish(chart(description="Another"), now=LATER)
    assert {path: path.read_bytes() for path in tmp_path.glob("[!.]*.*")} == before


def test_a_version_whose_file_is_gone_is_put_back(tmp_path):
    packed = chart()
    Directory(tmp_path).publish(packed, now=NOW)
    (tmp_path / packed.filename).unlink()
    assert not Directory(tmp_path).publish(packed, now=LATER).unchanged
    assert (tmp_path / packed.filename).read_bytes() == packed.content
    assert len(index(tmp_path)["entries"]["microservice"]) == 1


def test_publishers_at_once_lose_no_entry(tmp_path):
    packages = [chart(f"1.0.{number}") for number in range(8)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda packed: Directory(tmp_path).publish(packed, now=NOW), packages))
    versions = {entry["version"] for entry in index(tmp_path)["entries"]["microservice"]}
    assert versions == {packed.version for packed in packages}
    assert len(list(tmp_path.glob("*.tgz"))) == len(packages)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"- a\n", "is not the index of a chart repository"),
        (b"entries: [\n", "not YAML"),
    ],
)
def test_what_is_no_index_is_left_alone(tmp_path, content, message):
    (tmp_path / "index.yaml").write_bytes(content)
    with pytest.raises(InputError, match=message):
        Directory(tmp_path).publish(chart(), now=NOW)
    assert (tmp_path / "index.yaml").read_bytes() == content
    assert not list(tmp_path.glob("*.tgz"))


def test_a_file_where_the_repository_should_be_is_an_error(tmp_path):
    (tmp_path / "charts").write_text("")
    with pytest.raises(InputError, match="cannot be a chart repository"):
        Directory(tmp_path / "charts").publish(chart(), now=NOW)
