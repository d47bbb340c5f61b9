"""Requests to a real server, which says what servers, proxies and kubectl say."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

import pytest

from chartgen.cluster.api import Api, ApiError, Resource
from chartgen.cluster.api.discovery import CORE
from tests.cluster.api.server import Reply, serving

POD = CORE["Pod"]


@contextmanager
def api(reply, *, timeout=5.0, context="prod", words=()):
    with serving(reply) as (path, heard), Api(path, context, timeout, words) as found:
        yield found, heard


def always(reply):
    return lambda _: reply


def in_turn(replies):
    left = iter(replies)
    return lambda _: next(left)


def refused(status, message, reason=""):
    return Reply({"kind": "Status", "status": "Failure", "message": message, "reason": reason}, status)


def test_what_is_asked_and_what_is_answered():
    warned = Reply({"kind": "Pod"}, 201, {"Warning": '299 - "metadata.name: \\"x\\" is odd"'})
    with api(always(warned)) as (client, heard):
        answer = client.ask(
            "PATCH", "/api/v1/pods", {"dryRun": "All"}, {"a": "ü"}, content="application/merge-patch+json"
        )
    assert (answer.status, answer.body, answer.refused) == (201, {"kind": "Pod"}, False)
    assert answer.warnings == ('metadata.name: "x" is odd',)
    [request] = heard
    assert (request.method, request.path, request.body) == ("PATCH", "/api/v1/pods?dryRun=All", {"a": "ü"})
    assert request.content == "application/merge-patch+json"


def test_what_is_not_there_is_none():
    with api(always(refused(404, "pods not found", "NotFound"))) as (client, _):
        assert client.get("/api/v1/pods") is None


def test_a_path_that_no_server_knows_is_none():
    with api(always(Reply("404 page not found", 404, content="text/plain"))) as (client, _):
        assert client.get("/apis/nobody.example.com/v1") is None


@pytest.mark.parametrize(
    ("reply", "status", "said", "hint"),
    [
        (refused(401, "Unauthorized"), 401, "does not accept who you are (Unauthorized)", "sign in anew"),
        (refused(403, 'pods is forbidden: User "x" cannot list'), 403, "refuses reading /version: pods is", "can-i"),
        (refused(500, "etcdserver: request timed out"), 500, "is in trouble (etcdserver", "readyz"),
        (refused(409, "the object has been modified", "Conflict"), 409, "refuses reading /version: the object", ""),
        (Reply("<html>Sign in</html>", content="text/html"), 200, "is no Kubernetes API server", "sign-in page"),
        (Reply("dial tcp 10.0.0.1:443: i/o timeout", 500, content="text/plain"), 0, "not answer in time", "network"),
        (Reply("tls: failed to verify certificate: x509: certificate has expired", 502, content="text/plain"), 0,
         "the server's certificate is not valid at this time", "renewed"),
        (Reply("", 503, content="text/plain"), 0, "cannot be reached: HTTP status 503", "cluster-info"),
        (Reply(ends=True), 0, "it closed the connection", "Try again"),
        (Reply("{", content="application/json"), 0, "cannot be reached", "cluster-info"),
    ],
)  # fmt: skip
def test_a_refusal_says_why_and_what_to_do(reply, status, said, hint):
    with api(always(reply)) as (client, _), pytest.raises(ApiError) as caught:
        client.get("/version")
    [problem] = caught.value.problems
    assert caught.value.status == status
    assert caught.value.exit_code == 3
    assert "the cluster of context prod" in problem.message
    assert said in problem.message
    assert hint in problem.hint


def test_who_signs_in_is_heard():
    reply = Reply("getting credentials: exec: executable login failed with exit code 1", 500, content="text/plain")
    words = ["E1123 proxy_server.go:147] Error while proxying request", "your session is over: run `login`"]
    with api(always(reply), words=words) as (client, _), pytest.raises(ApiError) as caught:
        client.get("/version")
    assert "failed with exit code 1; your session is over: run `login`)" in str(caught.value)
    assert "proxy_server" not in str(caught.value)


def test_kubectl_that_has_ended_is_told_with_its_last_words(tmp_path):
    with Api(str(tmp_path / "socket"), None, 5, ["fatal: out of memory"]) as client, pytest.raises(ApiError) as caught:
        client.get("/version")
    assert "kubectl, through which the cluster of the current context is reached, has ended" in str(caught.value)
    assert "fatal: out of memory" in str(caught.value)


def test_an_answer_that_does_not_come_is_given_up():
    release = threading.Event()

    def reply(request):
        release.wait(10)
        return Reply({})

    with api(reply, timeout=0.2) as (client, _), pytest.raises(ApiError, match="does not answer in time"):
        client.get("/version")
    release.set()


def test_a_connection_serves_for_many_requests():
    threads = set()

    def reply(request):
        threads.add(threading.get_ident())  # one a connection
        return Reply({})

    with api(reply) as (client, heard):
        for _ in range(20):
            client.get("/version")
    assert (len(heard), len(threads)) == (20, 1)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_kept_connection_that_was_closed_meanwhile_is_made_anew(method):
    replies = [Reply({}), Reply(ends=True), Reply({"second": True})]
    with api(in_turn(replies)) as (client, _):
        client.get("/version")
        assert client.ask(method, "/version").body == {"second": True}


def test_what_is_made_is_not_made_twice():
    replies = [Reply({}), Reply(ends=True), Reply({"second": True})]
    with api(in_turn(replies)) as (client, heard):
        client.get("/version")
        with pytest.raises(ApiError):
            client.ask("POST", "/api/v1/namespaces", body={})
    assert [request.method for request in heard] == ["GET", "POST"]


def test_a_busy_server_is_asked_again():
    busy = Reply({"message": "too many requests"}, 429, {"Retry-After": "0"})
    replies = [busy, busy, Reply({"done": True})]
    with api(in_turn(replies)) as (client, _):
        assert client.send("POST", "/api/v1/pods", {}) == {"done": True}
    with api(always(busy)) as (client, heard), pytest.raises(ApiError, match="is too busy"):
        client.get("/version")
    assert len(heard) == 4


def test_objects_come_page_by_page_and_know_what_they_are():
    pages = iter([({"continue": "b"}, ["one", "two"]), ({}, ["three"])])

    def reply(request):
        metadata, names = next(pages)
        return Reply({"metadata": metadata, "items": [{"metadata": {"name": name}} for name in names]})

    with api(reply) as (client, heard):
        found = list(client.objects(POD, "shop", {"labelSelector": "a=b"}))
    assert [each["metadata"]["name"] for each in found] == ["one", "two", "three"]
    assert {(each["apiVersion"], each["kind"]) for each in found} == {("v1", "Pod")}
    assert [request.path for request in heard] == [
        "/api/v1/namespaces/shop/pods?labelSelector=a%3Db&limit=500",
        "/api/v1/namespaces/shop/pods?labelSelector=a%3Db&limit=500&continue=b",
    ]


def test_many_at_once_come_back_in_their_order():
    with api(lambda request: Reply({"path": request.path})) as (client, _):
        found = client.each(lambda number: client.get(f"/{number}")["path"], range(100))
    assert found == [f"/{number}" for number in range(100)]


def test_the_first_error_ends_all_that_is_under_way():
    """Nobody waits for the slow ones; afterwards there is an answer again."""
    release = threading.Event()

    def reply(request):
        if request.path == "/slow":
            release.wait(60)
        return refused(403, "no") if request.path == "/no" else Reply({})

    with api(reply, timeout=60) as (client, _):
        began = time.monotonic()
        with pytest.raises(ApiError, match="refuses reading /no"):
            client.each(client.get, ["/slow", "/slow", "/slow", "/no"])
        assert time.monotonic() - began < 30
        assert client.each(client.get, ["/version"] * 8) == [{}] * 8
        release.set()


def test_an_interrupt_ends_all_that_is_under_way():
    release, waits = threading.Event(), threading.Event()

    def reply(request):
        waits.set()
        release.wait(60)
        return Reply({})

    def interrupt():
        waits.wait(10)
        raise KeyboardInterrupt

    with api(reply, timeout=60) as (client, _):
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            client.each(lambda ask: ask(), [interrupt, lambda: client.get("/slow")])
        assert time.monotonic() - began < 30
        release.set()


DISCOVERY = {
    "/api": {
        "items": [
            {
                "metadata": {},
                "versions": [
                    {
                        "version": "v1",
                        "resources": [
                            {"resource": "pods", "responseKind": {"kind": "Pod"}, "scope": "Namespaced"},
                            {"resource": "namespaces", "responseKind": {"kind": "Namespace"}, "scope": "Cluster"},
                            {"resource": "odd"},
                        ],
                    }
                ],
            }
        ]
    },
    "/apis": {
        "items": [
            {
                "metadata": {"name": "apps"},
                "versions": [
                    {
                        "version": "v1",
                        "resources": [
                            {"resource": "deployments", "responseKind": {"kind": "Deployment"}, "scope": "Namespaced"}
                        ],
                    }
                ],
            }
        ]
    },
}


def test_the_kinds_of_a_server_are_asked_once():
    with api(lambda request: Reply(DISCOVERY[request.path])) as (client, heard):
        deployment = client.resource("apps/v1", "Deployment")
        assert deployment == Resource("apps/v1", "Deployment", "deployments", namespaced=True)
        assert deployment.path("shop", "a/b") == "/apis/apps/v1/namespaces/shop/deployments/a%2Fb"
        assert client.resource("v1", "Namespace") == Resource("v1", "Namespace", "namespaces", namespaced=False)
        assert client.resource("apps/v1", "Nothing") is None
    assert len(heard) == 2


def test_a_server_that_names_no_kinds_is_none_of_kubernetes():
    with api(always(Reply({"items": []}))) as (client, _), pytest.raises(ApiError, match="no Kubernetes API server"):
        client.resources()


@pytest.mark.parametrize(("minor", "number"), [("30", 30), ("33+", 33)])
def test_the_version(minor, number):
    with api(always(Reply({"major": "1", "minor": minor}))) as (client, _):
        assert client.version() == (1, number)


def test_a_version_that_is_none():
    reply = Reply({"name": "some other service"})
    with api(always(reply)) as (client, _), pytest.raises(ApiError, match="no Kubernetes API server"):
        client.version()
