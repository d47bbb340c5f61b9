from __future__ import annotations

import pytest

from chartgen.errors import ToolError
from chartgen.publish.interface import Access
from chartgen.publish.web.exchange import Limits
from chartgen.publish.web.transport import Transport
from chartgen.publish.web.webdav import WebDav
from tests.publish.hostile import answer, hostile

TOKEN = "urn:uuid:e71d4fae-5dec-22d6-fea5-00a0c91e6be4"
MADE = answer("405 Method Not Allowed")
LOCKED = answer("423 Locked")
GIVEN = answer("201 Created", lock_token=f"<{TOKEN}>")
DONE = answer("204 No Content")


def collection(server, path="/charts", waited=None):
    transport = Transport(Access(), limits=Limits(attempts=1))
    return WebDav(f"{server.url}{path}", transport, (waited if waited is not None else []).append)


def asked(server):
    return [(each.method, each.path) for each in server.asked]


def test_a_lock_is_waited_for_and_given_back():
    waited: list[float] = []
    with hostile(MADE, LOCKED, LOCKED, GIVEN, DONE) as server:
        with collection(server, waited=waited).locked():
            assert asked(server)[1:] == [("LOCK", "/charts/.chartgen-lock")] * 3
        assert asked(server)[-1] == ("UNLOCK", "/charts/.chartgen-lock")
        assert server.asked[-1].headers["lock-token"] == f"<{TOKEN}>"
    assert len(waited) == 2


def test_a_lock_is_given_back_when_something_goes_wrong():
    with hostile(MADE, GIVEN, DONE) as server:
        with pytest.raises(ZeroDivisionError), collection(server).locked():
            raise ZeroDivisionError
        assert asked(server)[-1][0] == "UNLOCK"


def test_a_server_that_does_not_take_a_lock_back_changes_nothing_of_what_was_done():
    with hostile(MADE, GIVEN, answer("500 Internal Server Error")) as server, collection(server).locked():
        pass


def test_a_lock_that_is_never_given_is_told():
    waited: list[float] = []
    with (
        hostile(MADE, LOCKED) as server,
        pytest.raises(ToolError, match=r"is locked by another publisher\n  hint: .*10 min"),
        collection(server, waited=waited).locked(),
    ):
        pass
    assert 660 <= sum(waited) < 670


@pytest.mark.parametrize(
    ("talk", "message"),
    [
        (answer("200 OK"), "gives a lock without its token"),
        (answer("405 Method Not Allowed"), "LOCK was answered with 405 Method Not Allowed"),
        (answer("401 Unauthorized"), "LOCK was answered with 401 Unauthorized"),
    ],
)
def test_a_server_without_locks_that_says_it_has_some_is_told(talk, message):
    with hostile(MADE, talk) as server, pytest.raises(ToolError, match=message), collection(server).locked():
        pass


def test_what_is_missing_above_a_collection_is_made_from_the_top():
    missing, made = answer("409 Conflict"), answer("201 Created")
    with hostile(missing, missing, made, made, made, GIVEN, DONE) as server, collection(server, "/a/b/c").locked():
        paths = [path for method, path in asked(server) if method == "MKCOL"]
    assert paths == ["/a/b/c/", "/a/b/", "/a/", "/a/b/", "/a/b/c/"]


LISTING = b"""<?xml version="1.0" encoding="utf-8"?>
<D:multistatus xmlns:D="DAV:">
<D:response><D:href>/my%20charts/</D:href></D:response>
<D:response><D:href> http://example.com/my%20charts/web-1.0.0%2B5.tgz </D:href></D:response>
<D:response><D:href>/my%20charts/a&amp;b.tgz</D:href></D:response>
<D:response><D:href>/my%20charts/below/web-2.0.0.tgz</D:href></D:response>
<D:response><D:href>/other/web-3.0.0.tgz</D:href></D:response>
</D:multistatus>"""


def test_the_names_of_files_are_read_from_a_listing():
    with hostile(answer("207 Multi-Status", LISTING)) as server:
        assert collection(server, "/my%20charts").names() == {"web-1.0.0+5.tgz", "a&b.tgz"}
    with hostile(answer("405 Method Not Allowed")) as server:
        assert collection(server).names() is None


@pytest.mark.parametrize(
    ("headers", "locks"), [({"dav": "1, 2"}, True), ({"dav": "1,2,3"}, True), ({"dav": "1"}, False), ({}, False)]
)
def test_a_server_says_whether_it_has_locks(headers, locks):
    with hostile(answer("200 OK", server="test", **headers)) as server:
        assert collection(server).offers() == (locks, "test")
    with hostile(answer("200 OK", x_artifactory_id="a", **headers)) as server:
        assert collection(server).offers() == (locks, "Artifactory")
