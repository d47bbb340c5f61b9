from __future__ import annotations

import os
import subprocess

import pytest

from chartgen.errors import InputError, ToolError
from chartgen.publish.interface import Access
from chartgen.publish.put import Put
from tests.e2e.publish import at_once, servers, webdav
from tests.publish.tiny import signed, tiny

NOW = at_once.NOW


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with webdav.serving(tmp_path_factory.mktemp("nginx")) as server:
        yield server


@pytest.fixture(autouse=True)
def login(monkeypatch):
    monkeypatch.setenv("CHARTGEN_REPOSITORY_USERNAME", servers.USER)
    monkeypatch.setenv("CHARTGEN_REPOSITORY_PASSWORD", servers.PASSWORD)


@pytest.mark.parametrize("place", ["", "plain/"])
def test_what_was_published_is_fetched(server, path, place):
    package = signed(tiny(version="1.2.3+build.5"))
    store = Put(f"{server.url}/{place}{path}/", Access())
    assert store.names() == ()
    published = store.publish(package, now=NOW)
    assert (published.unchanged, published.package) == (False, package)
    assert store.publish(package, now=NOW).unchanged
    assert store.fetch("web", "1.2.3+build.5") == package
    assert store.verify().problems == ()
    assert store.verify().versions == 1


@pytest.mark.parametrize("place", ["", "plain/"])
def test_other_bytes_are_refused(server, path, place):
    store = Put(f"{server.url}/{place}{path}", Access())
    store.publish(tiny(), now=NOW)
    with pytest.raises(InputError, match="published already, with other bytes"):
        store.publish(tiny(note="other"), now=NOW)
    assert store.fetch("web", "1.0.0") == tiny()


def test_publishers_of_many_versions_at_once_lose_nothing(server, path):
    packages = [tiny(version=f"1.{number}.0") for number in range(20)]
    address = f"{server.url}/{path}"
    assert at_once.publish(address, packages) == ["published"] * 20
    found = Put(address, Access())
    assert {entry.digest for entry in found.versions("web")} == {package.digest for package in packages}
    assert found.verify().problems == ()


def test_of_publishers_of_one_version_with_bytes_of_their_own_one_wins(server, path):
    packages = [tiny(note=str(number)) for number in range(20)]
    address = f"{server.url}/{path}"
    results = at_once.publish(address, packages)
    assert results.count("published") == 1
    assert sum("published already, with other bytes" in result for result in results) == 19
    assert Put(address, Access()).fetch("web", "1.0.0") == packages[results.index("published")]


def test_an_index_is_kept_in_line_with_the_files(server, path):
    store = Put(f"{server.url}/{path}", Access())
    for version in ("1.0.0", "1.1.0"):
        store.publish(tiny(version=version), now=NOW)
    (server.directory / path / "web-1.0.0.tgz").unlink()
    (server.directory / path / "api-2.0.0.tgz").write_bytes(tiny("api", "2.0.0").content)
    assert len(store.verify().problems) == 2
    assert store.reindex(now=NOW) == ("removed web 1.0.0", "added api 2.0.0")
    assert store.verify().problems == ()
    assert store.deprecate("web", "1.1.0")
    assert not store.deprecate("web", "1.1.0")
    assert store.versions("web")[0].deprecated


def test_a_wrong_password_is_told_and_not_repeated(server, path, monkeypatch):
    monkeypatch.setenv("CHARTGEN_REPOSITORY_PASSWORD", "a wrong one")
    with pytest.raises(ToolError, match="401 Unauthorized") as caught:
        Put(f"{server.url}/{path}", Access()).publish(tiny(), now=NOW)
    assert "a wrong one" not in str(caught.value)


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
def test_helm_reads_it_with_the_login_that_it_keeps_and_so_do_we(server, path, request, helm, tmp_path, monkeypatch):
    program = request.getfixturevalue(helm)
    package = signed(tiny(version="1.2.3+build.5", note="hello"))
    address = f"{server.url}/{path}"
    Put(address, Access()).publish(package, now=NOW)
    for name in ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))

    def run(*arguments, told=None):
        command = [program, *arguments]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path, input=told)
        return done.stdout

    run("repo", "add", "dav", address, "--username", servers.USER, "--password-stdin", told=servers.PASSWORD)
    run("pull", "dav/web", "--version", "1.2.3+build.5", "--prov")
    assert (tmp_path / package.filename).read_bytes() == package.content
    assert (tmp_path / f"{package.filename}.prov").read_bytes() == package.provenance
    assert "replicas: 1" in run("show", "values", "dav/web")
    assert "note: 'hello'" in run("template", "release", "dav/web")
    if helm == "helm4":  # helm 3 asks a cluster for its version even then
        assert "note: 'hello'" in run("install", "release", "dav/web", "--dry-run=client")

    monkeypatch.delenv("CHARTGEN_REPOSITORY_USERNAME")
    monkeypatch.delenv("CHARTGEN_REPOSITORY_PASSWORD")
    Put(address, Access()).publish(tiny(version="2.0.0"), now=NOW)
    assert os.environ.get("CHARTGEN_REPOSITORY_USERNAME") is None
    run("repo", "update")
    assert "2.0.0" in run("show", "chart", "dav/web")


def test_where_anyone_may_read_nobody_may_write_without_a_login(server, path, monkeypatch):
    address = f"{server.url}/open/{path}"
    Put(address, Access()).publish(tiny(), now=NOW)
    monkeypatch.delenv("CHARTGEN_REPOSITORY_USERNAME")
    monkeypatch.delenv("CHARTGEN_REPOSITORY_PASSWORD")
    assert Put(address, Access()).fetch("web", "1.0.0") == tiny()
    with pytest.raises(ToolError, match="401 Unauthorized"):
        Put(address, Access()).publish(tiny(version="2.0.0"), now=NOW)
