"""What is sent to a server and what comes back, as data."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import urllib3
from urllib3.util import Url, parse_url

from chartgen.errors import ToolError, Where


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how often.

    Attributes:
        connect: seconds for a connection, TLS included.
        idle: seconds in which a server has to send or take something.
        total: seconds for a whole request: its redirects, repetitions and the waits between them.
        attempts: how often a request is sent, at most.
        wait: the seconds between the first two attempts; then twice that, and so on.
        retry_after: the longest wait that a server may ask for, in seconds.
        redirects: how many are followed.
    """

    connect: float = 10.0
    idle: float = 30.0
    total: float = 300.0
    attempts: int = 4
    wait: float = 0.5
    retry_after: float = 60.0
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent. `limit` is the most bytes that a good answer may have; `repeatable`: sent twice does no harm."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    limit: int = 2**22
    repeatable: bool = True

    @property
    def address(self) -> str:
        """Where it goes, for messages: without query, which may hold a signature, and without credentials."""
        return address(self.url)


@dataclass(frozen=True, slots=True)
class Response:
    """What came back.

    Attributes:
        method, address: what was asked, for messages.
        url: where the answer came from, after redirects: what its relative links start at.
        headers: by name, whatever the case.
        content: its bytes as sent, not unpacked; of an error page the beginning.
    """

    method: str
    address: str
    url: str = field(repr=False)
    status: int
    reason: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)


class BrokenError(Exception):
    """The exchange came to nothing. `passing`: another attempt may succeed."""

    def __init__(self, reason: str, *, passing: bool = True) -> None:
        super().__init__(reason)
        self.passing = passing


def address(url: str) -> str:
    """The URL for messages: scheme, host, port and path."""
    with contextlib.suppress(urllib3.exceptions.LocationParseError, ValueError):
        parts = parse_url(url)
        return Url(parts.scheme, None, parts.host, parts.port, parts.path).url
    return url.partition("?")[0].partition("#")[0].rpartition("@")[2]


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port: what makes two addresses the same server's.

    Raises:
        ToolError: it is no address of an HTTP server.
    """
    parts = parsed(url)
    return str(parts.scheme), str(parts.host), port(parts)


def parsed(url: str) -> Url:
    """The parts of a URL.

    Raises:
        ToolError: it is no address of an HTTP server.
    """
    with contextlib.suppress(urllib3.exceptions.LocationParseError, ValueError):
        parts = parse_url(url)
        if parts.scheme in ("http", "https") and parts.host:
            return parts
    raise ToolError("is no address of an HTTP server", Where(address(url)))


def port(url: Url) -> int:
    """The port that a URL names, or that its scheme has."""
    return url.port or (443 if url.scheme == "https" else 80)
