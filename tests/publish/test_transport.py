"""What becomes of requests to servers that are slow, broken or hostile: an answer, or one clear error."""

from __future__ import annotations

import resource
import time

import pytest

from chartgen.errors import ToolError
from chartgen.publish.interface import Access
from chartgen.publish.web.exchange import Limits
from chartgen.publish.web.transport import Clock, Sending, Transport, expect
from tests.publish.hostile import answer, dripping, endless, head, hostile, raw, stalling
from tests.publish.patience import PATIENT, QUICK, Patience, transport


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


BROKEN = {
    "it closes without a word": (raw(b""), "the connection was closed without an answer"),
    "it speaks something else": (raw(b"SSH-2.0-OpenSSH_9.6\r\n"), "the answer is not HTTP"),
    "it sends nothing": (stalling(), "stopped sending"),
    "it stops in the headers": (stalling(b"HTTP/1.1 200 OK\r\nContent-Le"), "stopped sending"),
    "it stops in the body": (stalling(head("200 OK", content_length="10") + b"abc"), "stopped sending"),
    "it drips headers": (dripping(b"HTTP/1.1 200 OK\r\nX: "), "took too long to answer"),
    "it drips a body": (dripping(head("200 OK", content_length="100000")), "took too long to answer"),
    "it drips chunks": (
        dripping(head("200 OK", transfer_encoding="chunked"), b"1\r\nx\r\n"),
        "took too long to answer",
    ),
    "it cuts off the body": (raw(head("200 OK", content_length="10") + b"abc"), "the answer is cut off"),
    "it cuts off a chunk": (raw(head("200 OK", transfer_encoding="chunked") + b"5\r\nab"), "the answer is cut off"),
    "it leaves out the last chunk": (
        raw(head("200 OK", transfer_encoding="chunked") + b"2\r\nab\r\n"),
        "the answer is cut off",
    ),
    "it cuts off the headers": (raw(b"HTTP/1.1 200 OK\r\nContent-Le"), "the answer is cut off"),
    "it cuts off all headers": (raw(b"HTTP/1.1 200 OK\r\n"), "the answer is cut off"),
    "its headers have no end": (endless(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), "the answer is not HTTP"),
    "its status line has no end": (endless(b"HTTP/1.1 200 ", b"x" * 4096), "the answer is not HTTP"),
}


@pytest.mark.parametrize(("talk", "message"), BROKEN.values(), ids=BROKEN)
def test_no_whole_answer_is_an_error_in_time(talk, message):
    with hostile(talk) as server:
        sender = Transport(Access(), None, QUICK, Clock(sleep=lambda _: None))
        started = time.monotonic()
        with pytest.raises(ToolError, match=f"{server.url}/index.yaml: GET failed: {message}"):
            sender.request("GET", f"{server.url}/index.yaml")
    assert time.monotonic() - started < 30


TOO_LARGE = {
    "it says so": raw(head("200 OK", content_length=str(10**12)) + b"abc"),
    "it never ends": endless(head("200 OK"), b"x" * 65536),
    "it never ends, in chunks": endless(
        head("200 OK", transfer_encoding="chunked"), b"1000\r\n" + b"x" * 4096 + b"\r\n"
    ),
}


@pytest.mark.parametrize("talk", TOO_LARGE.values(), ids=TOO_LARGE)
def test_a_body_has_a_size_that_it_may_not_exceed(talk):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with hostile(talk) as server, pytest.raises(ToolError, match="answer to GET is larger than 1 MiB"):
        transport().request("GET", f"{server.url}/x", Sending(limit=2**20))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024  # KiB


def test_of_an_endless_error_page_the_beginning_is_enough():
    page = endless(head("403 Forbidden", content_type="text/html"), b"<html><title>No</title>" + b"x" * 65536)
    with hostile(page) as server:
        response = transport().request("GET", server.url)
    assert len(response.content) == 65536
    with pytest.raises(ToolError, match="GET was answered with 403 Forbidden: No"):
        expect(response, [200])


def test_an_error_page_that_is_cut_off_still_tells_its_status():
    with hostile(raw(head("404 Not Found", content_length="10") + b"abc")) as server:
        assert transport().request("GET", server.url).status == 404


# ---- again ----------------------------------------------------------------------------------------------------------

PASSING = ["429 Too Many Requests", "500 Internal Server Error", "502 Bad Gateway", "503 Busy", "504 Gateway Timeout"]


@pytest.mark.parametrize("status", PASSING)
def test_what_may_pass_is_tried_again(status):
    patience = Patience()
    with hostile(answer(status), answer(status), answer("200 OK", b"fine")) as server:
        assert transport(patience).request("GET", server.url).content == b"fine"
    first, second = patience.slept
    assert 0.5 <= first <= 0.75
    assert 1 <= second <= 1.5


@pytest.mark.parametrize(
    ("asked", "slept"),
    [("7", 7), ("0", 0), ("Mon, 12 Jan 1970 13:47:10 GMT", 30), ("Mon, 12 Jan 1970 13:46:00 GMT", 0)],
)
def test_a_server_says_when_to_come_back(asked, slept):
    patience = Patience()
    with hostile(answer("429 Too Many Requests", retry_after=asked), answer("200 OK")) as server:
        assert transport(patience).request("GET", server.url).status == 200
    assert patience.slept == [slept]


def test_but_nobody_waits_for_hours():
    patience = Patience()
    with hostile(answer("503 Busy", b"", retry_after="86400")) as server:
        response = transport(patience).request("GET", server.url)
    assert patience.slept == []
    assert len(server.asked) == 1
    with pytest.raises(ToolError, match="503 Busy\n  hint: the server is not ready: try again later"):
        expect(response, [200])


def test_at_some_point_it_is_enough():
    with hostile(answer("503 Busy")) as server:
        assert transport().request("GET", server.url).status == 503
    assert len(server.asked) == PATIENT.attempts


@pytest.mark.parametrize(
    ("method", "repeatable", "times"),
    [("GET", None, 4), ("PUT", None, 4), ("POST", None, 1), ("PATCH", None, 1), ("POST", True, 4), ("PUT", False, 1)],
)
@pytest.mark.parametrize("talk", [answer("500 Oh"), raw(b"")], ids=["error", "closed"])
def test_only_what_does_no_harm_is_repeated(method, repeatable, times, talk):
    with hostile(talk) as server:
        try:
            transport().request(method, server.url, Sending(repeatable=repeatable))
        except ToolError as error:
            assert f"{method} failed: the connection was closed without an answer" in str(error)  # noqa: PT017
    assert len(server.asked) == times


def test_a_request_that_was_not_taken_is_repeated_whatever_it_is():
    with hostile(answer("429 Slow down"), answer("201 Created")) as server:
        assert transport().request("POST", server.url, Sending(body=b"abc")).status == 201
    assert [asked.body for asked in server.asked] == [b"abc", b"abc"]


def test_the_whole_time_counts_not_that_of_one_attempt():
    patience = Patience()
    limits = Limits(total=5, attempts=100, wait=1)
    with hostile(answer("503 Busy")) as server:
        assert transport(patience, limits).request("GET", server.url).status == 503
    assert sum(patience.slept) <= 5


def test_nobody_there_is_said_after_a_few_attempts(unused_port):
    patience = Patience()
    with pytest.raises(ToolError, match="GET failed: no connection: nothing listens there"):
        transport(patience).request("GET", f"http://127.0.0.1:{unused_port}/")
    assert patience.slept == [0.5, 1, 2]


def test_an_unknown_host_is_said_at_once():
    patience = Patience()
    with pytest.raises(ToolError, match="no such host is known\n  hint: look for a typing error"):
        transport(patience).request("GET", "https://nobody.invalid/")
    assert patience.slept == []


@pytest.fixture
def unused_port():
    with hostile(raw(b"")) as server:
        return int(server.url.rpartition(":")[2])
