"""A chart repository as Helm reads one over HTTP: an `index.yaml`, and packages wherever its entries say."""

from __future__ import annotations

import contextlib
import ipaddress
import urllib.parse
from dataclasses import dataclass

from chartgen.errors import InputError, Where
from chartgen.model import Package
from chartgen.publish.index import index as indexes
from chartgen.publish.index.index import Index
from chartgen.publish.index.whole import MAX_PACKAGE, local, whole
from chartgen.publish.interface import Access, Entry, not_there
from chartgen.publish.web import credentials
from chartgen.publish.web.exchange import Limits, Response
from chartgen.publish.web.transport import Sending, Transport, expect, refuse_page, unpacked
from chartgen.publish.web.webdav import server_of

INDEX = "index.yaml"
_METADATA = ("metadata.google.internal", "metadata", "instance-data")
_FRESH = {"Cache-Control": "no-cache"}


@dataclass(frozen=True, slots=True)
class State:
    """The index as it was read.

    Attributes:
        etag: what the server calls this state of it; empty where it does not tell, or where there is no index.
        there: whether there is an index.
        server: what the server says that it is.
    """

    index: Index
    etag: str
    there: bool
    server: str


class WebIndex:
    """The index at an address, and the packages that it names.

    Arguments:
        address: `https://…`, without `index.yaml`.
        access: how servers are reached.
        limits: times and numbers; None: the usual ones.
    """

    def __init__(self, address: str, access: Access, limits: Limits | None = None) -> None:
        parts = urllib.parse.urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise InputError("is no address of a chart repository", Where(address.partition("?")[0]))
        self.address = address.rstrip("/")
        self.transport = Transport(access, credentials.of_repository(self.address), limits)

    def state(self) -> State:
        """The index as it is now.

        Raises:
            InputError: what is there is none.
            ToolError: the server cannot be reached, does not let us, or sends a web page.
        """
        response = self.get(f"{self.address}/{INDEX}", indexes.MAX_INDEX)
        place = f"{self.address}/{INDEX}"
        server = server_of(response)
        if response.status == 404:
            return State(indexes.read(None, place), "", there=False, server=server)
        refuse_page(response, "an index.yaml")
        content = unpacked(response, indexes.MAX_INDEX)
        return State(indexes.read(content, place), response.headers.get("etag", ""), there=True, server=server)

    def fetch(self, name: str, version: str) -> Package:
        """As `Repository.fetch`."""
        entry = self.state().index.find(name, version)
        if entry is None:
            raise not_there(name, version, self.address)
        url = self.url(entry)
        return whole(entry, self.content(url), self.content(f"{url}.prov"), urllib.parse.unquote(_plain(url)))

    def url(self, entry: Entry) -> str:
        """Where an entry's package is.

        Raises:
            InputError: it says nothing, or leads where no package of this repository can be.
        """
        target = ""
        with contextlib.suppress(ValueError):
            target = urllib.parse.urljoin(f"{self.address}/", entry.urls[0]) if entry.urls else ""
        problem = _dangerous(self.address, target)
        if problem:
            message = f"the entry of {entry.name} {entry.version} {problem}: {_plain(target)[:200]}"
            raise InputError(message, Where(f"{self.address}/{INDEX}"), "it is not followed")
        return target

    def file(self, entry: Entry) -> str | None:
        """The path of an entry's package below the address; None: it is elsewhere."""
        base = f"{self.address}/"
        return next((path for url in entry.urls if (path := local(url.removeprefix(base))) is not None), None)

    def content(self, url: str, limit: int = MAX_PACKAGE) -> bytes | None:
        """The bytes at a URL; None: there is nothing.

        Raises:
            ToolError: the server does not let us, or sends a web page instead.
        """
        response = self.get(url, limit)
        if response.status == 404:
            return None
        refuse_page(response, "a packaged chart")
        # A server may say that a package is packed, because its name ends in gz: then its bytes are what we want.
        return response.content if response.content.startswith(b"\x1f\x8b") else unpacked(response, limit)

    def get(self, url: str, limit: int) -> Response:
        """What is at a URL, or the answer that nothing is."""
        return expect(self.transport.request("GET", url, Sending(_FRESH, limit=limit)), (200, 404))

    def at(self, file: str) -> str:
        """The URL of a file below the address."""
        return f"{self.address}/{urllib.parse.quote(file)}"

    def place(self, file: str) -> str:
        """The same for messages, with the file's name as it is."""
        return f"{self.address}/{file}"


def _plain(url: str) -> str:
    """A URL for messages: what follows a question mark may be a signature."""
    return url.partition("?")[0]


def _dangerous(address: str, target: str) -> str:
    """Why a repository's entry is not to be followed there; empty: it may be."""
    try:
        base, parts = urllib.parse.urlsplit(address), urllib.parse.urlsplit(target)
        host = parts.hostname or ""
    except ValueError:
        return "has no address"
    if not target or not host:
        return "has no address"
    if parts.scheme not in ("http", "https"):
        return "leads to what is no web server"
    if base.scheme == "https" and parts.scheme == "http":
        return "leads from https to plain http"
    if host == base.hostname:
        return ""
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        inside = host in (*_METADATA, "localhost")
    else:
        inside = number.is_link_local or number.is_loopback or number.is_unspecified
    return "leads to an address that only the machine itself has" if inside else ""
