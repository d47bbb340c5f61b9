"""Uploads that break and publishers that race: the version is there whole and once, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chartgen.errors import InputError, ToolError
from chartgen.publish.registry.artifact import Artifact, Blob
from chartgen.publish.registry.upload import Sizes
from tests.publish.registry.client import (
    NOW,
    SECRET,
    TAG,
    chart,
    is_patch,
    is_put_of_blob,
    is_put_of_tag,
    opened,
)
from tests.publish.registry.smallregistry import Reply, always, once, small_registry

# ---- uploads --------------------------------------------------------------------------------------------------------


def test_an_honest_registry(packed):
    with small_registry() as registry:
        published = opened(registry).publish(packed, now=NOW)
        assert registry.asked() == [
            f"GET {TAG}",
            "HEAD /v2/charts/microservice/blobs/…",
            "POST /v2/charts/microservice/blobs/uploads/",
            "PUT /v2/charts/microservice/blobs/uploads/…",
            "HEAD /v2/charts/microservice/blobs/…",
            "POST /v2/charts/microservice/blobs/uploads/",
            "PUT /v2/charts/microservice/blobs/uploads/…",
            f"GET {TAG}",
            f"PUT {TAG}",
            f"GET {TAG}",
        ]
        assert opened(registry).fetch("microservice", "1.0.0").content == packed.content
    assert not published.unchanged


SMALL = Sizes(whole=1000, chunk=10_000)


def half_taken(registry):
    """Takes half a chunk, then hangs up."""

    def reply(call):
        number = call.path.rpartition("/")[2]
        registry.uploads[number] += call.body[: len(call.body) // 2]
        return Reply(202, b"x" * 10, cut=0)

    return reply


def test_an_upload_goes_on_where_it_broke(packed):
    with small_registry() as registry:
        registry.twists.append(once(is_patch, half_taken(registry), times=3))
        opened(registry, SMALL).publish(packed, now=NOW)
        starts = [int(call.headers["content-range"].split("-")[0]) for call in registry.calls if is_patch(call)]
        assert packed.content in registry.blobs.values()
        posts = [call for call in registry.calls if call.method == "POST"]
    assert starts[:5] == [0, 5000, 10000, 15000, 25000]
    assert len(posts) == 2  # an upload for each blob, none was begun anew


def test_an_upload_that_is_forgotten_begins_anew(packed):
    with small_registry() as registry:

        def forget(call):
            registry.uploads.clear()
            return Reply(500)

        registry.twists.append(once(lambda call: is_patch(call) and "20000-" in call.headers["content-range"], forget))
        opened(registry, SMALL).publish(packed, now=NOW)
        assert packed.content in registry.blobs.values()


def test_an_upload_that_never_works_is_given_up(packed):
    with small_registry(always(is_patch, Reply(500, b'{"errors":[{"message":"disk full"}]}'))) as registry:
        with pytest.raises(ToolError, match=r"PATCH was answered with 500 .*: disk full"):
            opened(registry, SMALL).publish(packed, now=NOW)
        assert registry.manifests == {}
        assert len([call for call in registry.calls if is_patch(call)]) == SMALL.failures


def test_a_registry_that_counts_wrongly_is_not_believed(packed):
    far = Reply(202, headers={"Range": "0-99999999", "Location": "/v2/charts/microservice/blobs/uploads/1"})
    with small_registry(always(is_patch, far)) as registry:
        with pytest.raises(ToolError, match="the registry lost count of the chunks"):
            opened(registry, SMALL).publish(packed, now=NOW)
        assert registry.manifests == {}


def test_chunks_are_as_large_as_the_registry_wants(packed):
    with small_registry() as registry:

        def begun(call):
            reply = registry.own(call)
            return replace(reply, headers={**reply.headers, "OCI-Chunk-Min-Length": "30000"})

        registry.twists.append(lambda call: begun(call) if call.method == "POST" else None)
        opened(registry, SMALL).publish(packed, now=NOW)
        sizes = [len(call.body) for call in registry.calls if is_patch(call)]
    assert set(sizes[:-1]) == {30000}


@pytest.mark.parametrize("status", [404, 405, 501])
def test_a_registry_without_chunks_gets_it_whole(packed, status):
    with small_registry(always(is_patch, Reply(status))) as registry:
        opened(registry, SMALL).publish(packed, now=NOW)
        assert packed.content in registry.blobs.values()


BROKEN_PUTS = {
    "it hangs up": Reply(201, b"x", cut=0),
    "it has trouble": Reply(503),
}


@pytest.mark.parametrize("reply", BROKEN_PUTS.values(), ids=BROKEN_PUTS)
def test_an_upload_in_one_piece_begins_anew(packed, reply):
    with small_registry(once(is_put_of_blob, reply, times=2)) as registry:
        opened(registry).publish(packed, now=NOW)
        assert packed.content in registry.blobs.values()
        locations = [call.path for call in registry.calls if is_put_of_blob(call)]
    assert len(set(locations)) == len(locations)  # what is half there is never gone on with


def test_an_upload_that_came_through_all_the_same_is_seen(packed):
    with small_registry() as registry:

        def taken(call):
            registry.own(call)
            return Reply(201, b"x", cut=0)

        registry.twists.append(lambda call: taken(call) if is_put_of_blob(call) else None)
        opened(registry).publish(packed, now=NOW)
        assert len([call for call in registry.calls if is_put_of_blob(call)]) == 2


def test_an_upload_may_go_on_at_another_host_without_our_login(packed, monkeypatch):
    monkeypatch.setenv("CHARTGEN_REPOSITORY_TOKEN", SECRET)
    with small_registry() as store, small_registry() as registry:

        def elsewhere(call):
            number = str(len(store.uploads) + 1)
            store.uploads[number] = b""
            return Reply(202, headers={"Location": f"http://{store.host}/v2/store/blobs/uploads/{number}"})

        store.blobs = registry.blobs
        registry.twists.append(lambda call: elsewhere(call) if call.method == "POST" else None)
        opened(registry).publish(packed, now=NOW)
        assert {call.headers.get("authorization") for call in registry.calls} == {f"Bearer {SECRET}"}
        assert {call.headers.get("authorization") for call in store.calls} == {None}
        assert len(store.calls) == 2


# ---- races ----------------------------------------------------------------------------------------------------------


def rival(registry, package):
    """What another publisher puts, by a registry of the same contents."""
    with small_registry() as own:
        opened(own).publish(package, now=NOW)
        registry.blobs |= own.blobs
        return own.manifests


def test_a_version_that_appears_while_we_upload_is_not_overwritten(packed):
    with small_registry() as registry:
        theirs = rival(registry, chart(description="Theirs"))
        registry.blobs = {}

        def overtake(call):
            registry.manifests |= theirs

        registry.twists.append(lambda call: overtake(call) if is_put_of_blob(call) else None)
        with pytest.raises(InputError, match="published already, with other bytes"):
            opened(registry).publish(packed, now=NOW)
        assert registry.manifests == theirs


def test_who_is_overwritten_is_told(packed):
    with small_registry() as registry:
        theirs = rival(registry, chart(description="Theirs"))

        def overtake(call):
            reply = registry.own(call)
            registry.manifests |= theirs
            return reply

        registry.twists.append(lambda call: overtake(call) if is_put_of_tag(call) else None)
        with pytest.raises(InputError, match="another publisher was faster"):
            opened(registry).publish(packed, now=NOW)


@pytest.mark.parametrize("status", [400, 403, 409, 412])
def test_a_tag_that_may_not_change_is_looked_at(packed, status):
    with small_registry() as registry:
        ours = rival(registry, packed)

        def immutable(call):
            registry.manifests |= ours
            return Reply(status)

        registry.twists.append(lambda call: immutable(call) if is_put_of_tag(call) else None)
        assert opened(registry).publish(packed, now=NOW).manifest.startswith("sha256:")


def test_a_tag_that_is_refused_is_told(packed):
    refused = Reply(403, b'{"errors":[{"code":"DENIED","message":"no push for you"}]}')
    with small_registry(always(is_put_of_tag, refused)) as registry:
        with pytest.raises(ToolError, match=f"{TAG}: PUT was answered with 403 Forbidden: no push for you"):
            opened(registry).publish(packed, now=NOW)
        assert registry.manifests == {}


# ---- what belongs to what -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("supported", [True, False])
def test_what_belongs_to_a_manifest_is_listed(packed, supported):
    with small_registry() as registry:
        registry.referrers = supported
        subject = opened(registry).publish(packed, now=NOW).manifest
        signature = Artifact(Blob("a/b", b"{}"), (), artifact_type="x/y", subject=subject)
        digest = opened(registry).put_artifact("microservice", "", signature)
        assert [each.digest for each in opened(registry).referrers("microservice", subject)] == [digest]
        tags = [tag for _, tag in registry.manifests if tag.startswith("sha256-")]
        assert len(tags) == (0 if supported else 1)


def test_nothing_belongs_to_what_is_not_there():
    signature = Artifact(Blob("a/b", b"{}"), (), subject=f"sha256:{'0' * 64}")
    with small_registry() as registry, pytest.raises(InputError, match="is not there, and nothing can belong to it"):
        opened(registry).put_artifact("microservice", "", signature)
