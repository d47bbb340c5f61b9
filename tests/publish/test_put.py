from __future__ import annotations

import datetime as dt

import pytest

from chartgen import yamlio
from chartgen.errors import InputError, ToolError
from chartgen.publish.index import index
from chartgen.publish.interface import Access
from chartgen.publish.put import Put
from tests.publish.putserver import INDEX, serving
from tests.publish.tiny import signed, tiny

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 12, 24, 18, 0, tzinfo=dt.UTC)


@pytest.fixture
def server():
    with serving() as files:
        yield files


@pytest.fixture(autouse=True)
def login(monkeypatch):
    monkeypatch.setenv("CHARTGEN_REPOSITORY_USERNAME", "jane")
    monkeypatch.setenv("CHARTGEN_REPOSITORY_PASSWORD", "secret")


def versions(server):
    return [entry.version for entry in index.read(server.stored[INDEX], "index.yaml").entries()]


def with_entry(server, **fields):
    """Puts an index of one entry on the server."""
    entry = {"name": "web", "version": "1.0.0", **fields}
    server.stored[INDEX] = yamlio.dumps({"apiVersion": "v1", "entries": {"web": [entry]}}).encode()


def puts(server):
    return [path.rpartition("/")[2] for method, path, _ in server.asked if method == "PUT"]


@pytest.mark.parametrize("conditions", [True, False])
def test_what_was_published_is_fetched_and_seen_only_when_it_is_whole(server, conditions):
    server.conditions = conditions
    package = signed(tiny(version="1.2.3+build.5"))
    published = Put(f"{server.url}/", Access()).publish(package, now=NOW)
    assert (published.package, published.unchanged) == (package, False)
    assert puts(server) == ["web-1.2.3+build.5.tgz", "web-1.2.3+build.5.tgz.prov", "index.yaml"]
    assert Put(server.url, Access()).fetch("web", "1.2.3+build.5") == package
    assert Put(server.url, Access()).names() == ("web",)


def test_the_same_bytes_again_change_nothing_and_a_missing_provenance_is_added(server):
    Put(server.url, Access()).publish(tiny(), now=NOW)
    before = dict(server.stored)
    assert Put(server.url, Access()).publish(tiny(), now=LATER).unchanged
    assert server.stored == before
    assert Put(server.url, Access()).publish(signed(tiny()), now=LATER).unchanged
    assert set(server.stored) - set(before) == {"/charts/web-1.0.0.tgz.prov"}


@pytest.mark.parametrize("conditions", [True, False])
@pytest.mark.parametrize("indexed", [True, False])
def test_other_bytes_are_refused(server, conditions, indexed):
    server.conditions = conditions
    Put(server.url, Access()).publish(tiny(), now=NOW)
    if not indexed:
        del server.stored[INDEX]
    before = dict(server.stored)
    with pytest.raises(InputError, match=r"version 1\.0\.0 of web is published already, with other bytes"):
        Put(server.url, Access()).publish(tiny(note="other"), now=LATER)
    assert server.stored == before


def test_another_one_who_puts_the_package_first_is_seen_by_a_server_that_keeps_to_conditions(server):
    def other(method, path):
        if method == "PUT" and path.endswith(".tgz"):
            server.stored[path] = tiny(note="faster").content

    server.before = other
    with pytest.raises(InputError, match="published already, with other bytes"):
        Put(server.url, Access()).publish(tiny(), now=NOW)
    assert server.stored == {"/charts/web-1.0.0.tgz": tiny(note="faster").content}


@pytest.mark.parametrize("conditions", [True, False])
def test_another_one_who_writes_the_index_meanwhile_is_noticed(server, conditions):
    server.conditions = conditions
    store = Put(server.url, Access(), lambda _: None)
    store.publish(tiny(), now=NOW)
    alone = server.stored[INDEX]

    def other(method, path):
        if (method, path) == ("GET", INDEX) and puts(server).count("index.yaml") == 2:
            server.before = lambda *_: None
            server.stored[INDEX] = alone  # somebody wrote what was there before ours

    server.before = other
    store.publish(tiny(version="1.1.0"), now=NOW)
    assert versions(server) == ["1.1.0", "1.0.0"]


@pytest.mark.parametrize(
    ("status", "named"), [(405, "test"), (403, "test"), (200, "Nexus/3.70.1-02 (OSS)"), (200, "test")]
)
def test_a_server_that_makes_its_index_itself_is_waited_for(server, status, named):
    server.own_index, server.named, server.late = status, named, 4
    waited: list[float] = []
    store = Put(server.url, Access(), waited.append)
    assert not store.publish(signed(tiny()), now=NOW).unchanged
    assert store.publish(signed(tiny()), now=NOW).unchanged
    assert store.fetch("web", "1.0.0") == signed(tiny())
    assert ("index.yaml" in puts(server)) == (named == "test")


def test_a_server_that_does_not_take_the_package_into_its_index_is_told(server):
    server.own_index, server.late = 405, 1000
    with pytest.raises(
        ToolError, match="the server makes its index itself, and has not taken the package into it in 60 s"
    ):
        Put(server.url, Access(), lambda _: None).publish(tiny(), now=NOW)


@pytest.mark.parametrize("named", ["test", "Nexus/3.70.1-02 (OSS)"])
def test_what_a_server_makes_itself_is_not_ours_to_change(server, named):
    server.own_index, server.named = 405, named
    Put(server.url, Access(), lambda _: None).publish(tiny(), now=NOW)
    with pytest.raises(InputError, match="the server makes its index itself\n  hint: deprecate a version there"):
        Put(server.url, Access()).deprecate("web", "1.0.0")


def test_a_version_is_deprecated_once(server):
    store = Put(server.url, Access())
    store.publish(tiny(), now=NOW)
    assert store.deprecate("web", "1.0.0")
    assert not store.deprecate("web", "1.0.0")
    assert store.versions("web")[0].deprecated
    with pytest.raises(InputError, match=r"there is no version 9\.0\.0 of web"):
        store.deprecate("web", "9.0.0")


def test_without_a_list_of_files_an_index_is_held_against_its_packages_and_not_mended(server):
    store = Put(server.url, Access())
    store.publish(tiny(), now=NOW)
    assert (store.verify().versions, store.verify().problems) == (1, ())
    server.stored["/charts/web-1.0.0.tgz"] = tiny(note="other").content
    [problem] = store.verify().problems
    assert "is not what was published" in str(problem)
    with pytest.raises(ToolError, match=r"does not list its files \(PROPFIND\)"):
        store.reindex(now=LATER)


BOMB = b"apiVersion: v1\na: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (98 + n, 98 + n, b", ".join([b"*%c" % (97 + n)] * 9)) for n in range(9)
)
INDEXES = {
    "a billion laughs": (BOMB + b"entries: {}\n", "index.yaml"),
    "nothing": (b"", "is empty, and no index"),
    "another file": (b"hello: world\n", "index.yaml"),
    "no YAML": (b"\x00\x01\x02", "index.yaml"),
}


@pytest.mark.parametrize("what", INDEXES)
def test_what_is_no_index_is_told_and_stays(server, what):
    content, message = INDEXES[what]
    server.stored[INDEX] = content
    with pytest.raises(InputError, match=message):
        Put(server.url, Access()).publish(tiny(), now=NOW)
    assert server.stored == {INDEX: content}


def test_a_web_page_instead_of_an_index_is_told(server):
    server.page = True
    with pytest.raises(ToolError, match=r"GET was answered with a web page \(“Please log in”\)"):
        Put(server.url, Access()).publish(tiny(), now=NOW)
    assert server.stored == {}


LEADS = {
    "file:///etc/passwd": "has no address",
    "ftp://example.com/web-1.0.0.tgz": "leads to what is no web server",
    "http://169.254.169.254/latest/meta-data/": "leads to an address that only the machine itself has",
    "http://[fe80::1]/web-1.0.0.tgz": "leads to an address that only the machine itself has",
    "http://metadata.google.internal/web-1.0.0.tgz": "leads to an address that only the machine itself has",
    "http://localhost:8080/web-1.0.0.tgz": "leads to an address that only the machine itself has",
    "http://[": "has no address",
}


@pytest.mark.parametrize("url", LEADS)
def test_an_entry_that_leads_where_no_package_can_be_is_not_followed(server, url):
    with_entry(server, urls=[url])
    with pytest.raises(InputError, match=f"the entry of web 1.0.0 {LEADS[url]}.*\n  hint: it is not followed"):
        Put(server.url, Access()).fetch("web", "1.0.0")


def test_another_host_gets_no_login(server):
    with serving() as other:
        other.stored["/charts/web-1.0.0.tgz"] = tiny().content
        with_entry(server, urls=[f"{other.url}/web-1.0.0.tgz"])
        assert Put(server.url, Access()).fetch("web", "1.0.0") == tiny()
        assert {login for _, _, login in other.asked} == {False}
        assert {login for _, _, login in server.asked} == {True}
        verified = Put(server.url, Access()).verify()
        assert (verified.versions, verified.elsewhere) == (1, 1)
        assert Put(server.url, Access()).publish(tiny(), now=NOW).unchanged


def test_a_package_with_other_bytes_than_its_entry_says_is_refused(server):
    with_entry(server, urls=["web-1.0.0.tgz"], digest="0" * 64)
    server.stored["/charts/web-1.0.0.tgz"] = tiny().content
    with pytest.raises(InputError, match="is not what was published: its sha256 is another than the index says"):
        Put(server.url, Access()).fetch("web", "1.0.0")


@pytest.mark.parametrize("address", ["https://", "https://example.com/charts?token=secret", "ftp://example.com"])
def test_what_is_no_address_is_told_without_what_it_may_hold(address):
    with pytest.raises(InputError, match="is no address of a chart repository") as caught:
        Put(address, Access())
    assert "secret" not in str(caught.value)
