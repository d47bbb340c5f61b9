"""Who gets the login: the registry or the token server that it names, and nobody else."""

from __future__ import annotations

import json

import pytest

from chartgen.errors import ToolError
from chartgen.publish.registry import tokens
from chartgen.publish.registry.tokens import Challenge, challenges
from tests.publish.hostile import answer, hostile
from tests.publish.registry.client import (
    NOW,
    SECRET,
    is_get_of_blob,
    is_put_of_tag,
    opened,
)
from tests.publish.registry.smallregistry import Reply, always, small_registry

CHALLENGES = {
    "": (),
    'Basic realm="x"': (Challenge("basic", "x"),),
    'Bearer realm="https://a/b?c=d",service="s",scope="repository:a/b:pull,push"': (
        Challenge("bearer", "https://a/b?c=d", "s", "repository:a/b:pull,push"),
    ),
    "bearer REALM = https://a , error=invalid_token": (Challenge("bearer", "https://a"),),
    'Negotiate, Basic realm="a \\"b\\"", Bearer realm="c"': (Challenge("basic", 'a "b"'), Challenge("bearer", "c")),
    'Digest realm="Basic", nonce="a,Bearer"': (),
    "Basic": (Challenge("basic"),),
    "Bearer " + "a=b," * 100_000: (Challenge("bearer"),),
}


@pytest.mark.parametrize(("header", "expected"), CHALLENGES.items(), ids=range(len(CHALLENGES)))
def test_challenges(header, expected):
    assert challenges(header) == expected


SCOPES = {
    "none": ("", "repository:charts/a:pull,push"),
    "the same": ("repository:charts/a:pull,push", "repository:charts/a:pull,push"),
    "what this request needs": ("repository:charts/a:pull", "repository:charts/a:pull,push"),
    "what we do not know": ("repository:charts/a:delete", "repository:charts/a:delete,pull,push"),
    "by the name it has inside": ("repository:tenant/charts/a:pull", "repository:tenant/charts/a:pull"),
}


@pytest.mark.parametrize(("challenged", "asked"), SCOPES.values(), ids=SCOPES)
def test_a_token_is_asked_for_what_comes_next_too(challenged, asked):
    assert tokens._wider(challenged, "repository:charts/a:pull,push") == asked


def login(logins, host, **entry):
    logins.write_text(json.dumps({"auths": {host: entry}}))


def challenged(realm, good="Bearer fresh"):
    """Lets in only who says this."""
    header = {"WWW-Authenticate": f'Bearer realm="{realm}",service="s",scope="a:b:c"'}
    return lambda call: None if call.headers.get("authorization") == good else Reply(401, headers=header)


def token(text):
    return answer("200 OK", json.dumps({"token": text}).encode(), content_type="application/json")


def test_the_login_goes_to_the_token_server_and_not_to_the_registry(packed, logins):
    with hostile(token("fresh")) as realm, small_registry(challenged(f"{realm.url}/token?x=y")) as registry:
        login(logins, registry.host, username="jane", password=SECRET)
        opened(registry).publish(packed, now=NOW)
    assert {call.headers.get("authorization") for call in registry.calls} == {None, "Bearer fresh"}
    assert set(realm.told("Authorization")) == {"Basic amFuZTpzM2NyZXQtcGFzcw=="}
    assert {asked.path for asked in realm.asked} == {"/token?x=y&service=s&scope=a%3Ab%3Ac"}


def test_a_token_that_ran_out_is_bought_anew(packed, logins):
    with hostile(token("stale"), token("stale"), token("fresh")) as realm, small_registry() as registry:
        registry.twists.append(challenged(realm.url, "Bearer stale"))
        opened(registry).versions("microservice")
        late = challenged(realm.url)
        registry.twists = [lambda call: late(call) if is_put_of_tag(call) else None]
        opened(registry).publish(packed, now=NOW)
    assert len(realm.asked) == 3


def test_an_identity_token_is_sent_in_the_body(logins):
    with hostile(token("fresh")) as realm, small_registry(challenged(realm.url)) as registry:
        login(logins, registry.host, identitytoken=SECRET)
        opened(registry).versions("microservice")
    [asked] = realm.asked
    assert (asked.method, asked.headers.get("authorization")) == ("POST", None)
    assert f"refresh_token={SECRET}".encode() in asked.body
    assert SECRET not in str(registry.calls)


def test_a_token_server_does_not_send_the_login_on(logins):
    with (
        hostile(token("fresh")) as other,
        hostile(answer("302 Away", location=other.url)) as realm,
        small_registry(challenged(realm.url)) as registry,
    ):
        login(logins, registry.host, username="jane", password=SECRET)
        opened(registry).versions("microservice")
        login(logins, registry.host, identitytoken=SECRET)
        with pytest.raises(ToolError, match="redirects POST to another server"):
            opened(registry).versions("microservice")
    assert other.told("Authorization") == [None]
    assert SECRET not in str(other.asked)


def test_a_redirects_target_may_not_ask_for_the_login(packed, logins):
    greedy = answer("401 Login", www_authenticate='Basic realm="x"')
    with hostile(greedy) as other, small_registry() as registry:
        opened(registry).publish(packed, now=NOW)
        login(logins, registry.host, username="jane", password=SECRET)
        registry.twists.append(always(is_get_of_blob, Reply(307, headers={"Location": other.url})))
        with pytest.raises(ToolError, match="GET was answered with 401 Login"):
            opened(registry).fetch("microservice", "1.0.0")
    assert other.told("Authorization") == [None]


def test_a_basic_challenge_is_answered_to_the_registry_only_when_it_comes(logins):
    good = "Basic amFuZTpzM2NyZXQtcGFzcw=="
    header = {"WWW-Authenticate": 'Basic realm="charts"'}
    with small_registry() as registry:
        registry.twists.append(
            lambda call: None if call.headers.get("authorization") == good else Reply(401, headers=header)
        )
        login(logins, registry.host, username="jane", password=SECRET)
        charts = opened(registry)
        assert charts.versions("microservice") == ()
        assert charts.versions("microservice") == ()
    assert [call.headers.get("authorization") for call in registry.calls] == [None, good, good]


TOKENS = {
    "a page": (answer("200 OK", b"<html>", content_type="text/html"), "answered with a web page"),
    "nothing": (answer("200 OK", b"{}"), "did not answer with a token"),
    "a header": (token("a\r\nX-Evil: b"), "did not answer with a token"),
    "a number": (token(5), "did not answer with a token"),
    "no": (answer("401 No", b'{"details":"unknown user"}'), "GET was answered with 401 No: unknown user"),
    "an endless one": (token("x" * 2**21), "larger than 1 MiB"),
}


@pytest.mark.parametrize(("talk", "message"), TOKENS.values(), ids=TOKENS)
def test_token_servers_that_give_no_token(talk, message):
    with (
        hostile(talk) as realm,
        small_registry(challenged(f"{realm.url}/token")) as registry,
        pytest.raises(ToolError, match=f"^{realm.url}/token: .*{message}"),
    ):
        opened(registry).versions("microservice")


@pytest.mark.parametrize("realm", ["", "token", "file:///etc/passwd", "ftp://example.com"])
def test_realms_that_are_none(realm):
    with (
        small_registry(challenged(realm)) as registry,
        pytest.raises(ToolError, match="is no address of an HTTP server"),
    ):
        opened(registry).versions("microservice")


def test_a_token_that_does_not_help_is_not_asked_for_for_ever():
    with (
        hostile(token("useless")) as realm,
        small_registry(challenged(realm.url)) as registry,
        pytest.raises(ToolError, match="GET was answered with 401"),
    ):
        opened(registry).versions("microservice")
    assert len(realm.asked) <= 3
