"""Where requests may lead, by redirects and proxies, and what is said of the answers."""

from __future__ import annotations

import gzip
import pathlib
import resource

import pytest

from chartgen.errors import InputError, ToolError
from chartgen.publish.interface import Access
from chartgen.publish.web.credentials import Login
from chartgen.publish.web.exchange import address
from chartgen.publish.web.transport import Sending, Transport, expect, parsed_json, refuse_page, unpacked
from tests.publish.hostile import answer, head, hostile, raw
from tests.publish.patience import SECRET, Patience, transport


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_a_login_goes_to_its_own_server_only():
    with (
        hostile(answer("200 OK", b"there")) as other,
        hostile(answer("302 Found", location=f"{other.url}/a")) as server,
    ):
        login = Login(server.url, "jane", SECRET)
        sending = Sending(headers={"X-Api-Key": SECRET, "Cookie": SECRET, "Accept": "a/b"})
        response = transport(login=login).request("GET", server.url, sending)
    assert response.content == b"there"
    assert response.url == f"{other.url}/a"
    assert server.told("Authorization") == ["Basic amFuZTpzM2NyZXQtcGFzcw=="]
    assert other.told("Accept") == ["a/b"]
    assert SECRET not in str(other.asked)
    assert other.told("Authorization") == [None]


def test_on_the_same_server_it_comes_along():
    with hostile(answer("307 There", location="/b?c=d"), answer("201 Created")) as server:
        response = transport(login=Login(server.url, token="abc")).request(
            "PUT", f"{server.url}/a", Sending(body=b"xyz", headers={"X-Api-Key": "k"})
        )
    assert response.status == 201
    assert server.told("Authorization") == ["Bearer abc"] * 2
    assert server.told("X-Api-Key") == ["k"] * 2
    assert [(asked.path, asked.body) for asked in server.asked] == [("/a", b"xyz"), ("/b?c=d", b"xyz")]


REDIRECTS = {
    "round and round": ("/again", "redirects GET more than 5 times"),
    "to nowhere": ("", "redirects GET without saying where to"),
    "to a file": ("file:///etc/passwd", "is no address of an HTTP server"),
    "to another protocol": ("gopher://example.com/", "is no address of an HTTP server"),
    "to nonsense": ("http://[::1", "redirects GET to what is no address"),
    "to a port that is none": ("http://example.com:99999/", "is no address of an HTTP server"),
}


@pytest.mark.parametrize(("location", "message"), REDIRECTS.values(), ids=REDIRECTS)
def test_where_a_redirect_may_not_lead(location, message):
    with hostile(answer("302 Found", location=location)) as server, pytest.raises(ToolError, match=message):
        transport().request("GET", f"{server.url}/a")


@pytest.mark.parametrize("status", ["307 There", "308 There", "302 Found"])
def test_what_is_sent_does_not_follow_to_another_server(status):
    with (
        hostile(answer("200 OK")) as other,
        hostile(answer(status, location=other.url)) as server,
        pytest.raises(ToolError, match="redirects PUT"),
    ):
        transport().request("PUT", server.url, Sending(body=b"chart"))
    assert other.asked == []


def test_a_login_for_everywhere_still_needs_tls():
    login = Login("https://charts.example.com/a", "jane", SECRET, everywhere=True)
    assert login.headers("https://files.example.com/b")
    assert not login.headers("http://files.example.com/b")


@pytest.mark.parametrize(
    "other",
    [
        "http://charts.example.com",
        "https://charts.example.com:8443",
        "https://example.com",
        "https://charts.example.com.evil",
    ],
)
def test_a_server_is_its_scheme_its_host_and_its_port(other):
    assert not Login("https://charts.example.com", "jane", SECRET).headers(other)
    assert Login("https://charts.example.com", "jane", SECRET).headers("https://Charts.example.com:443/deep/down")


# ---- the way there --------------------------------------------------------------------------------------------------


def test_a_connection_is_kept_for_the_next_request():
    def twice(connection, asked):
        connection.sendall(head("200 OK", content_length="1") + b"a")
        connection.recv(65536)
        connection.sendall(head("200 OK", content_length="1") + b"b")

    with hostile(twice) as server:
        sender = transport()
        assert sender.request("GET", server.url).content == b"a"
        assert sender.request("GET", server.url).content == b"b"
    assert len(server.asked) == 1


def test_a_proxy_is_taken_from_the_environment(monkeypatch):
    with hostile(answer("200 OK", b"by proxy")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//jane:p%40ss@"))
        response = transport(login=Login("http://charts.invalid", token="abc")).request(
            "GET", "http://charts.invalid/a?b"
        )
    assert response.content == b"by proxy"
    assert proxy.asked[0].path == "http://charts.invalid/a?b"
    assert proxy.told("Host") == ["charts.invalid"]
    assert proxy.told("Proxy-Authorization") == ["Basic amFuZTpwQHNz"]


def test_a_proxy_that_refuses_the_way_is_told(monkeypatch):
    with hostile(answer("407 Login")) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        with pytest.raises(ToolError, match="GET failed: "):
            transport().request("GET", "https://charts.invalid/a")
    assert proxy.asked[0].method == "CONNECT"
    assert proxy.asked[0].path == "charts.invalid:443"


@pytest.mark.parametrize("spared", ["127.0.0.1", "localhost,127.0.0.1", "*"])
def test_some_servers_are_reached_without_the_proxy(monkeypatch, spared):
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:3128")
    monkeypatch.setenv("no_proxy", spared)
    with hostile(answer("200 OK", b"straight")) as server:
        assert transport().request("GET", server.url).content == b"straight"


def test_a_proxy_that_is_none_is_said(monkeypatch):
    monkeypatch.setenv("http_proxy", "socks5://jane:s3cret@proxy:1080")
    with pytest.raises(InputError, match="names is no address of an HTTP proxy") as error:
        transport().request("GET", "http://charts.invalid")
    assert "s3cret" not in str(error.value)


def test_certificates_that_are_none_are_said(tmp_path):
    file = tmp_path / "ca.pem"
    file.write_text("no certificate")
    sender = Transport(Access(ca_file=pathlib.Path(file)), clock=Patience().clock())
    with pytest.raises(InputError, match=r"ca\.pem: holds no certificates"):
        sender.request("GET", "https://127.0.0.1:9")


def test_a_server_without_tls_is_said():
    plain = raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    with hostile(plain) as server, pytest.raises(ToolError, match="it does not speak TLS as we do"):
        transport().request("GET", server.url.replace("http:", "https:"))


# ---- what it says ---------------------------------------------------------------------------------------------------

REASONS = {
    "a registry's": (b'{"errors":[{"code":"DENIED","message":"no push for you"}]}', "json", "no push for you"),
    "ChartMuseum's": (b'{"error":"file already exists"}', "json", "file already exists"),
    "a token server's": (b'{"details":"incorrect username or password"}', "json", "incorrect username or password"),
    "a page's title": (b"<html><head><title>Forbidden\n by policy</title>", "html", "Forbidden by policy"),
    "plain text": (b"quota\nexceeded", "plain", "quota exceeded"),
    "long text": (b"x" * 5000, "plain", "x" * 200),
    "a terminal's escapes": (b"\x1b[2Jgone", "plain", r"\\x1b\[2Jgone"),
    "nonsense": (b"\xff\xfe[[[", "octet", ""),
    "deep nonsense": (b"[" * 60000, "json", ""),
}


@pytest.mark.parametrize(("content", "kind", "said"), REASONS.values(), ids=REASONS)
def test_a_servers_own_reason_is_told_in_a_line(content, kind, said):
    kind = {"json": "application/json", "html": "text/html", "plain": "text/plain", "octet": "application/x"}[kind]
    with hostile(answer("403 Forbidden", content, content_type=kind)) as server:
        response = transport().request("PUT", f"{server.url}/a?X-Amz-Signature=abc")
    with pytest.raises(
        ToolError, match=f"^{server.url}/a: PUT was answered with 403 Forbidden.*{said}\n  hint: "
    ) as error:
        expect(response, [200, 201])
    assert "abc" not in str(error.value)


def test_a_server_that_repeats_the_login_is_not_quoted():
    with hostile(
        answer("401 No", f"what is {SECRET}? amFuZTpzM2NyZXQtcGFzcw==".encode(), content_type="text/plain")
    ) as server:
        response = transport(login=Login(server.url, "jane", SECRET)).request("GET", server.url)
    with pytest.raises(ToolError, match=r"401 No: what is \*\*\*\? \*\*\*\n  hint: log in") as error:
        expect(response, [200])
    assert SECRET not in repr(response)
    assert SECRET not in str(error.value)


def test_no_login_is_shown():
    login = Login("https://example.com", "jane", SECRET, token=SECRET, identity=SECRET)
    assert SECRET not in repr(login)
    assert SECRET not in repr(Sending(headers=login.headers("https://example.com")))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://jane:s3cret@example.com:8443/a?token=s3cret#s3cret", "https://example.com:8443/a"),
        ("https://jane:s3cret@[::1", "[::1"),
        ("nonsense?s3cret", "nonsense"),
    ],
)
def test_an_address_is_shown_without_what_is_secret(url, shown):
    assert address(url) == shown


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"<!DOCTYPE html><title>Sign in</title>", "application/yaml"), (b"Welcome", "text/html; charset=utf-8")],
)
def test_a_page_under_a_good_status_is_told_as_such(content, kind):
    with hostile(answer("200 OK", content, content_type=kind)) as server:
        response = transport().request("GET", server.url)
    with pytest.raises(
        ToolError, match=r"GET was answered with a web page.*\n  hint: expected an index.yaml: is the addr"
    ):
        refuse_page(response, "an index.yaml")
    with pytest.raises(ToolError, match="web page"):
        parsed_json(response, "a manifest")


def test_what_came_unasked_in_gzip_is_unpacked_within_bounds():
    packed = answer("200 OK", gzip.compress(b"a" * 1000), content_encoding="gzip")
    with hostile(packed) as server:
        response = transport().request("GET", server.url)
    assert server.told("Accept-Encoding") == ["identity"]
    assert unpacked(response, 1000) == b"a" * 1000
    with pytest.raises(ToolError, match="unpacks to more than 999 bytes"):
        unpacked(response, 999)


BADLY_PACKED = {
    "a bomb": (gzip.compress(bytes(2**27)), "gzip", "unpacks to more than 1048576 bytes"),
    "not packed": (b"abc", "gzip", "says that it is packed as gzip, and is not"),
    "cut off": (gzip.compress(b"abc" * 100)[:-9], "gzip", "is cut off"),
    "unknown": (b"abc", "br", "is packed as br, which nobody asked for"),
}


@pytest.mark.parametrize(("content", "coding", "message"), BADLY_PACKED.values(), ids=BADLY_PACKED)
def test_what_is_badly_packed_is_an_error(content, coding, message):
    with hostile(answer("200 OK", content, content_encoding=coding)) as server:
        response = transport().request("GET", server.url)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ToolError, match=message):
        unpacked(response, 2**20)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024
