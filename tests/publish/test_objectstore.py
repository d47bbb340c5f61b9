from __future__ import annotations

import datetime as dt
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from chartgen import yamlio
from chartgen.errors import InputError, ToolError
from chartgen.publish import objectstore
from chartgen.publish.index import index
from chartgen.publish.objectstore import ObjectStore
from chartgen.publish.stores.bucket import Bucket
from tests.publish.objects import serving
from tests.publish.tiny import tiny

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 12, 24, 18, 0, tzinfo=dt.UTC)
ADDRESS = "s3://charts/team/stable"
INDEX = "team/stable/index.yaml"


@pytest.fixture
def objects(monkeypatch):
    with serving(monkeypatch) as objects:
        yield objects


def entries(objects):
    return index.read(objects.content[INDEX], "index.yaml").entries()


@pytest.mark.parametrize("address", [ADDRESS, "gs://charts/team/stable"])
def test_what_was_published_is_fetched_with_its_provenance(objects, address):
    package = tiny(version="1.2.3+build.5", provenance=b"signed")
    published = ObjectStore(address).publish(package, now=NOW)
    assert (published.package, published.unchanged) == (package, False)
    assert published.location == f"{address}/web-1.2.3+build.5.tgz"
    store = ObjectStore(f"{address}/")
    assert store.address == address
    assert store.fetch("web", "1.2.3+build.5") == package
    assert store.names() == ("web",)
    assert [entry.version for entry in store.versions("web")] == ["1.2.3+build.5"]
    assert store.versions("another") == ()


def test_a_prefix_without_an_index_has_nothing(objects):
    assert ObjectStore("s3://charts").names() == ()
    with pytest.raises(InputError, match=r"s3://charts: there is no version 1\.0\.0 of web"):
        ObjectStore("s3://charts").fetch("web", "1.0.0")


def test_a_version_is_seen_only_when_all_of_it_is_there(objects):
    order = []
    objects.before = lambda method, key: order.append(key.rpartition("/")[2]) if method == "PUT" else None
    ObjectStore(ADDRESS).publish(tiny(provenance=b"signed"), now=NOW)
    assert [each for each in order if not each.startswith(".")] == ["web-1.0.0.tgz", "web-1.0.0.tgz.prov", "index.yaml"]


def test_what_an_object_is_is_said_with_it(objects):
    ObjectStore(ADDRESS).publish(tiny(provenance=b"signed"), now=NOW)
    types = {key.rpartition("/")[2]: headers["content-type"] for key, headers in objects.headers.items()}
    assert types["web-1.0.0.tgz"] == "application/gzip"
    assert types["web-1.0.0.tgz.prov"].startswith("text/plain")
    assert objects.headers[INDEX]["cache-control"] == "no-cache"


def test_a_plus_stands_encoded_in_the_index_because_in_a_url_s3_takes_it_for_a_space(objects):
    ObjectStore(ADDRESS).publish(tiny(version="1.0.0+5"), now=NOW)
    assert entries(objects)[0].urls == ("web-1.0.0%2B5.tgz",)


def test_the_same_bytes_again_change_nothing(objects):
    ObjectStore(ADDRESS).publish(tiny(), now=NOW)
    before = dict(objects.content)
    assert ObjectStore(ADDRESS).publish(tiny(), now=LATER).unchanged
    assert objects.content == before


def test_a_missing_provenance_is_added_and_the_first_one_stays(objects):
    store = ObjectStore(ADDRESS)
    store.publish(tiny(), now=NOW)
    published = store.publish(tiny(provenance=b"first"), now=LATER)
    assert (published.unchanged, published.package.provenance) == (True, b"first")
    assert store.publish(tiny(provenance=b"second"), now=LATER).package.provenance == b"first"
    assert store.fetch("web", "1.0.0").provenance == b"first"


def test_other_bytes_under_a_published_version_are_refused(objects):
    ObjectStore(ADDRESS).publish(tiny(), now=NOW)
    before = dict(objects.content)
    with pytest.raises(
        InputError, match=f"{ADDRESS}/web-1.0.0.tgz: version 1.0.0 of web is published already, with other"
    ):
        ObjectStore(ADDRESS).publish(tiny(note="other"), now=LATER)
    assert objects.content == before


def test_a_package_without_an_entry_is_what_a_killed_run_left_and_is_taken_up(objects):
    ObjectStore(ADDRESS).publish(tiny(), now=NOW)
    del objects.content[INDEX]
    assert not ObjectStore(ADDRESS).publish(tiny(), now=LATER).unchanged
    assert [entry.version for entry in entries(objects)] == ["1.0.0"]


def test_an_entry_without_its_package_gets_it_back(objects):
    ObjectStore(ADDRESS).publish(tiny(), now=NOW)
    del objects.content["team/stable/web-1.0.0.tgz"]
    with pytest.raises(InputError, match=r"is missing, though the index has web 1\.0\.0"):
        ObjectStore(ADDRESS).fetch("web", "1.0.0")
    with pytest.raises(InputError, match="published already, with other bytes"):
        ObjectStore(ADDRESS).publish(tiny(note="other"), now=LATER)
    ObjectStore(ADDRESS).publish(tiny(), now=LATER)
    assert ObjectStore(ADDRESS).fetch("web", "1.0.0") == tiny()


@pytest.mark.parametrize("address", [ADDRESS, "gs://charts/team/stable"])
def test_publishers_at_once_lose_nothing(objects, address):
    packages = [tiny(version=f"1.{number}.0") for number in range(12)]
    with ThreadPoolExecutor(12) as pool:
        done = list(pool.map(lambda package: ObjectStore(address).publish(package, now=NOW), packages))
    assert not any(published.unchanged for published in done)
    assert {entry.digest for entry in entries(objects)} == {package.digest for package in packages}


def test_another_one_who_is_faster_keeps_his_entry(objects):
    def other(method, key):
        if (method, key) == ("PUT", INDEX):
            objects.before = lambda *_: None
            ObjectStore(ADDRESS).publish(tiny(version="2.0.0"), now=NOW)

    objects.before = other
    waited: list[float] = []
    ObjectStore(ADDRESS, sleep=waited.append).publish(tiny(), now=NOW)
    assert [entry.version for entry in entries(objects)] == ["2.0.0", "1.0.0"]
    assert len(waited) == 1


def test_an_index_that_never_holds_still_is_given_up_on(objects, monkeypatch):
    monkeypatch.setattr(objectstore, "_ATTEMPTS", 8)
    store = ObjectStore(ADDRESS)
    store.publish(tiny(), now=NOW)

    def restless(method, key):
        if (method, key) == ("PUT", INDEX):
            objects.content[INDEX] += b"# touched\n"

    objects.before = restless
    waited: list[float] = []
    with pytest.raises(ToolError, match="was changed by others 8 times before we could"):
        ObjectStore(ADDRESS, sleep=waited.append).publish(tiny(version="1.1.0"), now=NOW)
    assert max(waited) <= 2


@pytest.mark.parametrize("ignores", [{"create"}, {"replace"}, {"create", "replace"}])
def test_a_store_that_ignores_conditions_is_refused_before_anything_is_written(objects, ignores):
    objects.ignores = frozenset(ignores)
    with pytest.raises(ToolError, match=r"ignores conditions on writing \(If-None-Match, If-Match\)"):
        ObjectStore(ADDRESS).publish(tiny(), now=NOW)
    assert set(objects.content) == {"team/stable/.chartgen-conditions"}


def test_bytes_that_are_not_of_the_version_that_came_with_them_are_read_again(objects):
    store = ObjectStore(ADDRESS)
    for number in range(3):
        store.publish(tiny(version=f"1.{number}.0"), now=NOW)
    objects.torn = 1
    store.publish(tiny(version="1.3.0"), now=NOW)
    assert [entry.version for entry in entries(objects)] == ["1.3.0", "1.2.0", "1.1.0", "1.0.0"]


def test_a_broken_package_is_put_back(objects):
    ObjectStore(ADDRESS).publish(tiny(), now=NOW)
    objects.content["team/stable/web-1.0.0.tgz"] = b"cut"
    assert not ObjectStore(ADDRESS).publish(tiny(), now=LATER).unchanged
    assert ObjectStore(ADDRESS).fetch("web", "1.0.0") == tiny()


def test_other_bytes_that_the_index_does_not_name_are_left_as_they_are(objects):
    ObjectStore(ADDRESS).publish(tiny(), now=NOW)
    del objects.content[INDEX]
    with pytest.raises(InputError, match=r"web-1\.0\.0\.tgz: is there already, with other bytes than this web 1\.0\.0"):
        ObjectStore(ADDRESS).publish(tiny(note="other"), now=LATER)


def test_a_whole_repository_has_nothing_wrong(objects):
    for number in range(20):
        ObjectStore(ADDRESS).publish(tiny(version=f"1.{number}.0"), now=NOW)
    verified = ObjectStore(ADDRESS).verify()
    assert (verified.versions, verified.problems) == (20, ())
    assert ObjectStore(ADDRESS).reindex(now=LATER) == ()


def test_what_is_wrong_with_a_repository_is_all_told(objects):
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        ObjectStore(ADDRESS).publish(tiny(version=version), now=NOW)
    objects.content["team/stable/web-1.0.0.tgz"] = tiny(note="other").content
    del objects.content["team/stable/web-1.1.0.tgz"]
    objects.content["team/stable/api-2.0.0.tgz"] = tiny("api", "2.0.0").content
    objects.content["team/stable/old-2.0.0.tgz.prov"] = b"signed"
    problems = {
        str(problem).splitlines()[0].removeprefix(f"{ADDRESS}/") for problem in ObjectStore(ADDRESS).verify().problems
    }
    assert problems == {
        "web-1.0.0.tgz: is not what was published: its sha256 is another than the index says",
        "web-1.1.0.tgz: is missing, though the index has web 1.1.0",
        "api-2.0.0.tgz: is not in the index",
        "old-2.0.0.tgz.prov: is the provenance of no package that is there",
    }


def test_an_index_is_brought_in_line_with_the_packages(objects):
    for version in ("1.0.0", "1.1.0"):
        ObjectStore(ADDRESS).publish(tiny(version=version), now=NOW)
    kept = objects.content[INDEX]
    del objects.content["team/stable/web-1.1.0.tgz"]
    objects.content["team/stable/api-2.0.0+5.tgz"] = tiny("api", "2.0.0+5").content
    assert ObjectStore(ADDRESS).reindex(now=LATER) == ("removed web 1.1.0", "added api 2.0.0+5")
    assert ObjectStore(ADDRESS).verify().problems == ()
    assert kept[kept.index(b'    version: "1.1.0"\n') + 21 :].split(b"generated")[0] in objects.content[INDEX]
    assert ObjectStore(ADDRESS).fetch("api", "2.0.0+5") == tiny("api", "2.0.0+5")


def test_a_version_is_deprecated_once(objects):
    ObjectStore(ADDRESS).publish(tiny(), now=NOW)
    assert ObjectStore(ADDRESS).deprecate("web", "1.0.0")
    assert not ObjectStore(ADDRESS).deprecate("web", "1.0.0")
    assert entries(objects)[0].deprecated
    with pytest.raises(InputError, match=r"there is no version 9\.0\.0 of web"):
        ObjectStore(ADDRESS).deprecate("web", "9.0.0")


def test_a_package_with_other_bytes_than_its_entry_says_is_refused(objects):
    ObjectStore(ADDRESS).publish(tiny(), now=NOW)
    objects.content["team/stable/web-1.0.0.tgz"] = tiny(note="other").content
    with pytest.raises(InputError, match="is not what was published: its sha256 is another"):
        ObjectStore(ADDRESS).fetch("web", "1.0.0")


FOREIGN = (
    "file:///etc/passwd",
    "http://169.254.169.254/latest/meta-data",
    "../../other/web-1.0.0.tgz",
    "/etc/passwd",
    "//example.com/web-1.0.0.tgz",
)


@pytest.mark.parametrize("url", FOREIGN)
def test_an_entry_that_leads_elsewhere_leads_nowhere(objects, url):
    written = {"apiVersion": "v1", "entries": {"web": [{"name": "web", "version": "1.0.0", "urls": [url]}]}}
    objects.content[INDEX] = yamlio.dumps(written).encode()
    with pytest.raises(InputError, match=f"web 1.0.0 is not in this bucket, but at {url}"):
        ObjectStore(ADDRESS).fetch("web", "1.0.0")


def test_a_whole_url_of_the_bucket_is_found_in_the_bucket(objects):
    ObjectStore(ADDRESS).publish(tiny(), now=NOW)
    before = objects.content[INDEX]
    objects.content[INDEX] = before.replace(b"web-1.0.0.tgz", b"https://charts.example.com/stable/web-1.0.0.tgz")
    assert objects.content[INDEX] != before
    assert ObjectStore(ADDRESS).fetch("web", "1.0.0") == tiny()
    assert ObjectStore(ADDRESS).publish(tiny(), now=NOW).unchanged


TROUBLES = {
    (
        403,
        "AccessDenied",
    ): "S3 does not let these credentials do this: AccessDenied: as told\n  hint: they need to list",
    (403, "InvalidAccessKeyId"): "S3 does not accept the credentials: InvalidAccessKeyId",
    (403, "SignatureDoesNotMatch"): "S3 does not accept the credentials",
    (400, "ExpiredToken"): "S3 does not accept the credentials: ExpiredToken",
    (404, "NoSuchBucket"): "there is no bucket `charts`\n  hint: make it first",
    (301, "PermanentRedirect"): "the bucket is in another region\n  hint: set AWS_REGION",
    (501, "NotImplemented"): "S3 has no conditional writes here",
    (400, "Whatever"): "S3 does not do what was asked: Whatever: as told",
}


@pytest.mark.parametrize(("status", "code"), TROUBLES)
def test_what_the_store_says_is_told(objects, status, code):
    objects.status, objects.code = status, code
    with pytest.raises(ToolError) as caught:
        ObjectStore(ADDRESS).publish(tiny(), now=NOW)
    assert str(caught.value).startswith(f"{ADDRESS}: {TROUBLES[status, code]}")
    assert objects.content == {}


ENVIRONMENTS = {
    "nothing listens": ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "cannot be reached: Connection refused"),
    "no such host": ({"AWS_ENDPOINT_URL": "http://nowhere.invalid"}, "cannot be reached: failed to lookup address"),
    "plain HTTP": ({"AWS_ALLOW_HTTP": ""}, "has plain HTTP or is no address\n  hint: set AWS_ALLOW_HTTP=true"),
}


@pytest.mark.parametrize("what", ENVIRONMENTS)
def test_what_is_wrong_with_the_environment_is_told(objects, monkeypatch, what):
    settings, message = ENVIRONMENTS[what]
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ToolError, match=message):
        ObjectStore(ADDRESS).names()


def test_keys_of_a_profile_are_taken_from_the_credentials_file(objects, monkeypatch, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    (tmp_path / "credentials").write_text("[team]\naws_access_key_id = AKIATEAM\naws_secret_access_key = hidden\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_PROFILE", "team")
    ObjectStore(ADDRESS).publish(tiny(), now=NOW)
    assert "Credential=AKIATEAM/" in objects.headers[INDEX]["authorization"]


def test_a_signature_in_the_address_of_a_request_is_in_no_message(monkeypatch):
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    monkeypatch.setenv("AZURE_STORAGE_SAS_TOKEN", "sv=2022-11-02&sig=hidden")
    monkeypatch.setenv("AZURE_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("AZURE_ALLOW_HTTP", "true")
    with pytest.raises(ToolError, match="az://charts: cannot be reached: Connection refused") as caught:
        ObjectStore("az://charts").names()
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "s3://",
        "s3:///prefix",
        "s3://charts/../other",
        "s3://charts/a//b",
        "s3://charts?region=x",
        "ftp://charts",
        "s3://a:b",
    ],
)
def test_what_is_no_address_is_told(address):
    with pytest.raises(InputError, match="is no address in an object store\n  expected: s3://BUCKET/PREFIX"):
        ObjectStore(address)


def test_more_than_a_file_can_be_is_not_read(objects):
    objects.content["team/stable/large"] = b"x" * 2**21
    with pytest.raises(ToolError, match="team/stable/large: has more than 1048576 bytes"):
        Bucket(ADDRESS).read("large", 2**20)


def test_without_obstore_it_is_told_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(
        ToolError, match=r"S3 needs the Python package obstore\n  hint: pip install 'chartgen\[stores\]'"
    ):
        ObjectStore(ADDRESS)
