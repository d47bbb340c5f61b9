"""Registries that lie: each lie is one clear error, in little time and memory.

What a well-behaved one does is tried with a real one, in tests/e2e/publish.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import resource
from dataclasses import replace

import pytest

from chartgen.errors import InputError, ToolError
from chartgen.publish.open import repository
from chartgen.publish.registry.artifact import Artifact, Blob
from tests.publish.hostile import answer, hostile
from tests.publish.registry.client import (
    NOW,
    SECRET,
    is_get_of_blob,
    is_get_of_tag,
    opened,
)
from tests.publish.registry.smallregistry import Reply, always, small_registry

# ---- addresses, names and tags --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "oci://",
        "oci:///charts",
        "oci://example.com/charts:1.0.0",
        "oci://example.com/charts@sha256:abc",
        "oci://example.com/Charts",
        "oci://example.com/charts//redis",
        "oci://example.com/../charts",
        "oci://example.com/charts?x=y",
        "oci://example.com:port/charts",
        "oci://exa mple.com/charts",
    ],
)
def test_what_is_no_address(address):
    with pytest.raises(InputError, match="is no address in a registry\n  expected: oci://HOST"):
        repository(address)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("oci://Example.com:5000/team/charts/", "oci://example.com:5000/team/charts"),
        ("oci://example.com", "oci://example.com"),
        ("oci://[::1]:5000/a__b/c-d.e", "oci://[::1]:5000/a__b/c-d.e"),
    ],
)
def test_what_is_an_address(address, shown):
    assert repository(address).address == shown


@pytest.mark.parametrize("name", ["Redis", "a/../b", "redis?", "re dis", "", "redis:1"])
def test_what_cannot_be_a_charts_name(name):
    with pytest.raises(InputError, match="cannot be the name of a chart in a registry"):
        repository("oci://example.com/charts").fetch(name, "1.0.0")


@pytest.mark.parametrize("version", ["1.0.0/../2", "1.0.0+" + "a" * 130, "1.0.0?x", ""])
def test_what_cannot_be_a_tag(version):
    with pytest.raises(InputError, match="cannot be a tag in a registry"):
        repository("oci://example.com/charts").fetch("redis", version)


def test_of_the_tags_those_that_are_versions():
    tags = [
        "latest",
        "1.0.0",
        "1.1.0_b.7",
        "v2.0.0",
        "2",
        "1.2",
        "3.0.0-rc.1",
        "sha256-" + "0" * 64,
        "01.0.0",
        "\uff11.0.0",
    ]
    with small_registry(
        always(lambda call: "tags" in call.path, Reply(200, json.dumps({"tags": tags}).encode()))
    ) as registry:
        versions = [entry.version for entry in opened(registry).versions("microservice")]
    assert versions == ["1.0.0", "1.1.0+b.7", "v2.0.0", "3.0.0-rc.1"]


# ---- lies -----------------------------------------------------------------------------------------------------------


def manifest(**changes):
    """A manifest of a chart whose layer is the text `chart`."""
    layer = {
        "mediaType": "application/vnd.cncf.helm.chart.content.v1.tar+gzip",
        "digest": f"sha256:{hashlib.sha256(b'chart').hexdigest()}",
        "size": 5,
    }
    config = {**layer, "mediaType": "application/vnd.cncf.helm.config.v1+json"}
    data = {"schemaVersion": 2, "config": config, "layers": [{**layer, **changes.pop("layer", {})}], **changes}
    return Reply(200, json.dumps(data).encode(), {"Content-Type": "application/vnd.oci.image.manifest.v1+json"})


PAGE = Reply(200, b"<!doctype html><title>Sign in</title>", {"Content-Type": "text/html"})
LIES = {
    "a page": (PAGE, ToolError, "answered with a web page .“Sign in”.\n  hint: expected a manifest"),
    "no JSON": (Reply(200, b"[["), InputError, "is no manifest of an OCI registry"),
    "deep nonsense": (Reply(200, b"[" * 10**6), InputError, "is no manifest of an OCI registry"),
    "a bomb": (
        Reply(200, gzip.compress(bytes(2**27)), {"Content-Encoding": "gzip"}),
        ToolError,
        "the answer unpacks to more than 4194304 bytes",
    ),
    "another schema": (manifest(schemaVersion=1), InputError, "is no manifest of an OCI registry"),
    "a wrong digest": (
        replace(manifest(), headers={"Docker-Content-Digest": "sha256:" + "0" * 64}),
        InputError,
        "the manifest has not the digest sha256:000",
    ),
    "nonsense for a digest": (
        replace(manifest(), headers={"Docker-Content-Digest": "md5:abc"}),
        InputError,
        "the manifest has not the digest md5:abc",
    ),
    "a large manifest": (Reply(200, b"x" * (5 * 2**20)), ToolError, "the answer to GET is larger than 4 MiB"),
    "a manifest cut off": (replace(manifest(), cut=20), ToolError, "GET failed: the answer is cut off"),
    "no layers": (manifest(layers=None), InputError, "is no manifest of an artifact"),
    "an index": (manifest(layers=None, config=None, manifests=[]), InputError, "is no manifest of an artifact"),
    "many layers": (manifest(layers=[{}] * 5000), InputError, "is no manifest of an artifact"),
    "a layer without digest": (manifest(layer={"digest": None}), InputError, "describes a content without digest"),
    "a layer of an odd digest": (manifest(layer={"digest": "../../etc/passwd"}), InputError, "without digest and size"),
    "a layer of negative size": (manifest(layer={"size": -1}), InputError, "without digest and size"),
    "a layer of endless size": (manifest(layer={"size": 10**15}), InputError, "the blob is larger than 100 MiB"),
    "a layer that is not there": (manifest(layer={"digest": "sha256:" + "0" * 64}), InputError, "that is not there"),
    "a layer of another size": (manifest(layer={"size": 4}), ToolError, "larger than 4 bytes"),
    "a layer of a larger size": (manifest(layer={"size": 6}), InputError, "other bytes than its digest says"),
    "a layer that is no chart": (manifest(), InputError, "is not a packaged chart"),
    "an image": (
        manifest(config={**json.loads(manifest().content)["config"], "mediaType": "x"}),
        InputError,
        "no chart",
    ),
}


@pytest.mark.parametrize(("reply", "kind", "message"), LIES.values(), ids=LIES)
def test_lies_about_a_manifest(reply, kind, message):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with small_registry(always(is_get_of_tag, reply)) as registry:
        registry.blobs[f"sha256:{hashlib.sha256(b'chart').hexdigest()}"] = b"chart"
        with pytest.raises(kind, match=message):
            opened(registry).fetch("microservice", "1.0.0")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 128 * 1024  # KiB


def flipped(content):
    return content[:-1] + bytes([content[-1] ^ 1])


BAD_BLOBS = {
    "other bytes": (
        lambda content: Reply(200, flipped(content)),
        InputError,
        "the blob has other bytes than its digest",
    ),
    "a page": (lambda _: PAGE, ToolError, "answered with a web page"),
    "too little": (
        lambda content: Reply(200, content[:-1]),
        InputError,
        "the blob has other bytes than its digest says",
    ),
    "too much": (lambda content: Reply(200, content + b"x"), ToolError, r"larger than \d+ (bytes|MiB)"),
    "cut off": (lambda content: Reply(200, content, cut=100), ToolError, "GET failed: the answer is cut off"),
    "gone": (lambda _: Reply(404), InputError, "the manifest names a blob that is not there"),
    "in trouble": (lambda _: Reply(500), ToolError, "GET was answered with 500"),
}


@pytest.mark.parametrize(("bad", "kind", "message"), BAD_BLOBS.values(), ids=BAD_BLOBS)
def test_blobs_are_held_to_their_digest(packed, bad, kind, message):
    with small_registry() as registry:
        opened(registry).publish(packed, now=NOW)
        registry.twists.append(lambda call: bad(packed.content) if is_get_of_blob(call) else None)
        with pytest.raises(kind, match=message):
            opened(registry).fetch("microservice", "1.0.0")


def test_a_blob_may_lie_elsewhere_and_gets_no_login(packed, monkeypatch):
    monkeypatch.setenv("CHARTGEN_REPOSITORY_TOKEN", SECRET)
    with hostile(answer("200 OK", packed.content)) as store, small_registry() as registry:
        opened(registry).publish(packed, now=NOW)
        away = Reply(307, headers={"Location": f"{store.url}/blob?signature=x"})
        registry.twists.append(always(is_get_of_blob, away))
        assert opened(registry).fetch("microservice", "1.0.0").content == packed.content
    assert store.told("Authorization") == [None]
    assert SECRET not in str(store.asked)


def test_a_web_site_is_no_registry(packed):
    with small_registry(always(lambda _: True, PAGE)) as registry:
        with pytest.raises(ToolError, match="web page"):
            opened(registry).publish(packed, now=NOW)
        assert {call.method for call in registry.calls} == {"GET"}


# ---- lists ----------------------------------------------------------------------------------------------------------


def paged(pages, link):
    """Answers the nth page of tags, and says by the link where the next one is."""

    def twist(call):
        if "tags" not in call.path:
            return None
        page = int(call.query.get("last", 0))
        headers = {"Link": link(page)} if page + 1 < len(pages) else {}
        return Reply(200, json.dumps({"tags": pages[page]}).encode(), headers)

    return twist


LINKS = {
    "relative": lambda page: f'</v2/charts/microservice/tags/list?n=1&last={page + 1}>; rel="next"',
    "without quotes": lambda page: f"<list?last={page + 1}>;rel=next",
}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_tags_may_come_in_pages(link):
    pages = [["1.0.0"], ["1.1.0", "1.2.0"], None, ["2.0.0"]]
    with small_registry(paged(pages, link)) as registry:
        versions = [entry.version for entry in opened(registry).versions("microservice")]
    assert versions == ["1.0.0", "1.1.0", "1.2.0", "2.0.0"]


def test_pages_do_not_go_on_elsewhere(monkeypatch):
    monkeypatch.setenv("CHARTGEN_REPOSITORY_TOKEN", SECRET)
    with (
        hostile(answer("200 OK", b"{}")) as other,
        small_registry(paged([["1.0.0"], []], lambda _: f'<{other.url}/v2/>; rel="next"')) as registry,
        pytest.raises(ToolError, match="the list of tags goes on at another server"),
    ):
        opened(registry).versions("microservice")
    assert other.asked == []


def test_pages_come_to_an_end(monkeypatch):
    monkeypatch.setattr("chartgen.publish.registry.distribution._PAGES", 20)
    endless = Reply(200, b'{"tags": ["1.0.0"]}', {"Link": '<list?last=1>; rel="next"'})
    with small_registry(always(lambda _: True, endless)) as registry:
        with pytest.raises(ToolError, match="the list of tags has more than 20 pages"):
            opened(registry).versions("microservice")
        assert len(registry.calls) == 20


@pytest.mark.parametrize("content", [b"[]", b'{"tags": "1.0.0"}', b'{"tags": [1]}', b"", b"{"])
def test_what_is_no_list_of_tags(content):
    with small_registry(always(lambda _: True, Reply(200, content))) as registry, pytest.raises(ToolError):
        opened(registry).versions("microservice")


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_a_registry_that_does_not_list_its_repositories(status):
    with (
        small_registry(always(lambda _: True, Reply(status))) as registry,
        pytest.raises(ToolError, match=f"/v2/_catalog: GET was answered with {status}"),
    ):
        opened(registry).names()


def test_names_are_the_charts_right_below_the_path(packed):
    names = [
        "charts/microservice",
        "charts/image",
        "charts/below/microservice",
        "other",
        "charts2/microservice",
        "charts",
    ]
    image = Artifact(Blob("application/vnd.oci.image.config.v1+json", b"{}"), ())
    catalogue = Reply(200, json.dumps({"repositories": names}).encode())
    with small_registry(always(lambda call: "catalog" in call.path, catalogue)) as registry:
        opened(registry).publish(packed, now=NOW)
        opened(registry).put_artifact("image", "1.0.0", image)
        assert opened(registry).names() == ("microservice",)
        assert opened(registry).verify().problems == ()
