from __future__ import annotations

import contextlib
import subprocess
import threading

import pytest
import urllib3

from chartgen import yamlio
from chartgen.errors import InputError, ToolError
from chartgen.publish.index import index
from chartgen.publish.objectstore import ObjectStore
from chartgen.publish.stores.bucket import Bucket
from tests.e2e.publish import at_once, s3
from tests.publish.tiny import tiny

NOW = at_once.NOW


@pytest.fixture(scope="module")
def server(minio, tmp_path_factory):
    with s3.serving(minio, tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(autouse=True)
def environment(server, monkeypatch):
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)


@contextlib.contextmanager
def reader(url):
    """Reads the index again and again, as helm does, and each package that is new in it; what it has found wrong."""
    wrong, seen, done = [], set(), threading.Event()

    def look(pool):
        answer = pool.request("GET", f"{url}/index.yaml")
        if answer.status == 404:
            return
        try:
            assert yamlio.loads(answer.data, "index.yaml")["apiVersion"] == "v1"
            for entry in index.read(answer.data, "index.yaml").entries():
                if entry.version not in seen:
                    assert pool.request("GET", f"{url}/{entry.urls[0]}").status == 200
                    seen.add(entry.version)
        except Exception as error:  # noqa: BLE001  # whatever it is, it must not be
            wrong.append(error)

    def poll():
        with urllib3.PoolManager() as pool:
            while not done.is_set():
                look(pool)
            look(pool)

    thread = threading.Thread(target=poll)
    thread.start()
    try:
        yield wrong
    finally:
        done.set()
        thread.join()


def test_50_publishers_of_50_versions_lose_nothing(server):
    packages = [tiny(version=f"1.{number}.0") for number in range(50)]
    with reader(f"{server.url}/{s3.PUBLIC}/versions") as wrong:
        assert at_once.publish(f"s3://{s3.PUBLIC}/versions", packages) == ["published"] * 50
    assert wrong == []
    store = ObjectStore(f"s3://{s3.PUBLIC}/versions")
    assert {(entry.version, entry.digest) for entry in store.versions("web")} == {
        (p.version, p.digest) for p in packages
    }
    files = {name for name in Bucket(store.address).names() if name.endswith(".tgz")}
    assert files == {package.filename for package in packages}


def test_of_50_publishers_of_one_version_one_wins_and_49_are_told_it_is_there(server):
    address = f"s3://{s3.PUBLIC}/same"
    results = at_once.publish(address, [tiny()] * 50)
    assert sorted(results) == ["published"] + ["unchanged"] * 49
    assert [entry.version for entry in ObjectStore(address).versions("web")] == ["1.0.0"]


def test_of_50_publishers_of_one_version_with_bytes_of_their_own_one_wins(server):
    address = f"s3://{s3.PUBLIC}/different"
    packages = [tiny(note=str(number)) for number in range(50)]
    results = at_once.publish(address, packages)
    assert results.count("published") == 1
    assert sum("already, with other bytes" in result for result in results) == 49
    assert ObjectStore(address).fetch("web", "1.0.0") == packages[results.index("published")]


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
def test_helm_reads_a_public_bucket(server, request, helm, tmp_path, monkeypatch):
    program = request.getfixturevalue(helm)
    package = tiny(version="1.2.3+build.5", note="hello", provenance=b"not looked at without --verify")
    ObjectStore(f"s3://{s3.PUBLIC}/{helm}").publish(package, now=NOW)
    for name in ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))

    def run(*arguments):
        return subprocess.run([program, *arguments], check=True, capture_output=True, text=True, cwd=tmp_path).stdout

    run("repo", "add", "bucket", f"{server.url}/{s3.PUBLIC}/{helm}")
    run("pull", "bucket/web", "--version", "1.2.3+build.5", "--prov")
    assert (tmp_path / package.filename).read_bytes() == package.content
    assert (tmp_path / f"{package.filename}.prov").read_bytes() == package.provenance
    assert "replicas: 1" in run("show", "values", "bucket/web")
    assert "note: 'hello'" in run("template", "release", "bucket/web")
    if helm == "helm4":  # helm 3 asks a cluster for its version even then
        assert "note: 'hello'" in run("install", "release", "bucket/web", "--dry-run=client")


WRONG = {
    "the key": ({"AWS_ACCESS_KEY_ID": "nobody"}, "S3 does not accept the credentials"),
    "the secret": ({"AWS_SECRET_ACCESS_KEY": "wrong"}, "S3 does not accept the credentials"),
    "no login": ({"AWS_SKIP_SIGNATURE": "true"}, "S3 does not let these credentials do this"),
    "the endpoint": ({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, "cannot be reached: Connection refused"),
    "plain HTTP": ({"AWS_ALLOW_HTTP": "false"}, "set AWS_ALLOW_HTTP=true"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_with_the_environment_is_told(what, monkeypatch):
    settings, message = WRONG[what]
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ToolError, match=message) as caught:
        ObjectStore(f"s3://{s3.PRIVATE}/charts").publish(tiny(), now=NOW)
    assert s3.SECRET not in str(caught.value)


def test_a_bucket_that_is_not_there_is_told():
    with pytest.raises(ToolError, match="s3://nowhere/charts: there is no bucket `nowhere`"):
        ObjectStore("s3://nowhere/charts").publish(tiny(), now=NOW)


def test_another_package_under_the_same_version_is_refused():
    store = ObjectStore(f"s3://{s3.PRIVATE}/refused")
    store.publish(tiny(), now=NOW)
    assert store.publish(tiny(), now=NOW).unchanged
    with pytest.raises(InputError, match="published already, with other bytes"):
        store.publish(tiny(note="other"), now=NOW)
