from __future__ import annotations

import concurrent.futures
import dataclasses
import datetime as dt
import os
import stat
import subprocess

import pytest

from chartgen import yamlio
from chartgen.chart import assemble, bundled
from chartgen.chart.package import package
from chartgen.errors import InputError
from chartgen.publish.directory import Directory
from chartgen.publish.interface import Verified
from tests.publish.publishers import package as tiny
from tests.publish.served import served

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 12, 24, 18, 0, tzinfo=dt.UTC)


def chart(version="1.0.0", **wishes):
    return package(assemble.assemble(bundled.sources(), assemble.Build(version=version, **wishes)))


def index(directory):
    return yamlio.loads((directory / "index.yaml").read_bytes())


@pytest.mark.parametrize("name", ["helm3", "helm4"])
def test_a_package_and_its_entry_are_what_helm_finds_over_http(tmp_path, name, request, tmp_path_factory):
    helm, home = request.getfixturevalue(name), tmp_path_factory.mktemp("home")
    for version in ("1.0.0", "1.1.0"):
        published = Directory(tmp_path / "charts").publish(chart(version), now=NOW)
    assert not published.unchanged

    def run(*arguments):
        settings = ("--repository-config", home / "repositories.yaml", "--repository-cache", home / "cache")
        return subprocess.run([helm, *arguments, *settings], check=True, capture_output=True, text=True).stdout

    with served(tmp_path / "charts") as url:
        run("repo", "add", "ours", url)
        assert "ours/microservice\t1.1.0" in run("search", "repo", "microservice").replace(" ", "")
        run("pull", "ours/microservice", "-d", home)
        assert (home / "microservice-1.1.0.tgz").read_bytes() == published.package.content
        values = ("--version", "1.0.0", "--set", "image.repository=example.com/web,image.tag=v1")
        assert "kind: Deployment" in run("template", "web", "ours/microservice", *values)
        assert "replicaCount" in run("show", "values", "microservice", "--repo", url)


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


class TestProvenance:
    def test_stands_beside_its_package(self, tmp_path):
        signed = tiny(signed=True)
        assert Directory(tmp_path).publish(signed, now=NOW).package == signed
        assert (tmp_path / "web-1.0.0.tgz.prov").read_bytes() == signed.provenance
        assert Directory(tmp_path).fetch("web", "1.0.0") == signed

    def test_comes_later_where_it_was_missing(self, tmp_path):
        Directory(tmp_path).publish(tiny(), now=NOW)
        again = Directory(tmp_path).publish(tiny(signed=True), now=LATER)
        assert again.unchanged
        assert Directory(tmp_path).fetch("web", "1.0.0").provenance == tiny(signed=True).provenance

    def test_that_is_there_stays(self, tmp_path):
        Directory(tmp_path).publish(tiny(signed=True), now=NOW)
        other = dataclasses.replace(tiny(), provenance=b"another signature")
        assert Directory(tmp_path).publish(other, now=LATER).package == tiny(signed=True)
        assert Directory(tmp_path).fetch("web", "1.0.0") == tiny(signed=True)

    def test_of_what_was_never_published_goes(self, tmp_path):
        (tmp_path / "web-1.0.0.tgz.prov").write_text("left by a run that was killed")
        Directory(tmp_path).publish(tiny(), now=NOW)
        assert not (tmp_path / "web-1.0.0.tgz.prov").exists()


def moved(charts, before, after):
    text = (charts / "index.yaml").read_text()
    (charts / "index.yaml").write_text(text.replace(before, after))


class TestFetch:
    @pytest.fixture
    def charts(self, tmp_path):
        Directory(tmp_path).publish(tiny(), now=NOW)
        return tmp_path

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda charts: (charts / "index.yaml").unlink(), "there is no version 1.0.0 of web"),
            (lambda charts: (charts / "web-1.0.0.tgz").unlink(), "web-1.0.0.tgz: is missing, though the index has web"),
            (
                lambda charts: (charts / "web-1.0.0.tgz").write_bytes(tiny(description="Another").content),
                "is not what was published: its sha256 is another than the index says\n  expected: [0-9a-f]{64}",
            ),
            (
                lambda charts: moved(charts, "web-1.0.0.tgz", "https://example.com/web.tgz"),
                "web 1.0.0 is not in this directory, but at https://example.com/web.tgz",
            ),
            (
                lambda charts: moved(charts, "web-1.0.0.tgz", "../../etc/shadow"),
                "web 1.0.0 is not in this directory, but at ../../etc/shadow",
            ),
        ],
    )
    def test_what_is_not_what_it_should_be_is_told(self, charts, change, message):
        change(charts)
        with pytest.raises(InputError, match=message):
            Directory(charts).fetch("web", "1.0.0")

    def test_another_name_than_the_index_says(self, charts):
        text = (charts / "index.yaml").read_text()
        (charts / "index.yaml").write_text(text.replace("  web:\n", "  cart:\n"))
        with pytest.raises(InputError, match=r"is web 1\.0\.0\n  expected: cart 1.0.0, as the index says"):
            Directory(charts).fetch("cart", "1.0.0")

    def test_nothing_is_nothing(self, tmp_path):
        assert Directory(tmp_path / "charts").names() == ()
        assert Directory(tmp_path / "charts").versions("web") == ()


def test_what_lies_there_unindexed_is_not_overwritten(tmp_path):
    (tmp_path / "web-1.0.0.tgz").write_bytes(tiny(description="Another").content)
    with pytest.raises(InputError, match="is there already, with other bytes, though the index does not name it"):
        Directory(tmp_path).publish(tiny(), now=NOW)
    assert not (tmp_path / "index.yaml").exists()


def test_a_broken_file_of_a_published_version_is_put_right(tmp_path):
    Directory(tmp_path).publish(tiny(), now=NOW)
    (tmp_path / "web-1.0.0.tgz").write_bytes(b"broken")
    assert not Directory(tmp_path).publish(tiny(), now=LATER).unchanged
    assert Directory(tmp_path).verify() == Verified(1, ())


def test_a_web_server_may_read_what_is_published(tmp_path):
    before = os.umask(0o022)
    try:
        Directory(tmp_path / "charts").publish(tiny(signed=True), now=NOW)
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "charts").glob("[!.]*")}
    assert modes == dict.fromkeys(("index.yaml", "web-1.0.0.tgz", "web-1.0.0.tgz.prov"), 0o644)
    assert stat.S_IMODE((tmp_path / "charts").stat().st_mode) == 0o755


def test_a_git_worktree_holds_the_repository_and_nothing_else(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    Directory(tmp_path).publish(tiny(), now=NOW)
    status = subprocess.run(
        ["git", "-C", tmp_path, "status", "--porcelain"], check=True, capture_output=True, text=True
    )
    assert status.stdout == "?? index.yaml\n?? web-1.0.0.tgz\n"
