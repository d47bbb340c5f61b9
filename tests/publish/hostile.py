"""Servers that misbehave: what they send is written by hand, byte by byte, and what they are sent is recorded."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Talk = Callable[[socket.socket, "Asked"], None]
"""What a server does with a connection on which one request has come."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Hostile:
    """A server at `url`, and the requests that it got."""

    url: str
    asked: list[Asked] = field(default_factory=list)

    def told(self, name: str) -> list[str | None]:
        """The header of that name in each request, in their order."""
        return [asked.headers.get(name.lower()) for asked in self.asked]


@contextlib.contextmanager
def hostile(*talks: Talk) -> Iterator[Hostile]:
    """A server that does the first with the first connection, and so on; the last with all that come after."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Hostile(f"http://127.0.0.1:{listener.getsockname()[1]}")
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=converse, args=(connection,), daemon=True).start()

        def converse(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                asked = _read(connection)
                if asked is None:
                    return
                server.asked.append(asked)
                talks[min(len(server.asked), len(talks)) - 1](connection, asked)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            ended.set()
            socket.create_connection(listener.getsockname()).close()  # wakes it: it waits for somebody
            thread.join()


def _read(connection: socket.socket) -> Asked | None:
    reader = connection.makefile("rb")
    with reader:
        if reader.peek(1)[:1] == b"\x16":  # how TLS begins
            return Asked("TLS", "", {}, b"")
        first = reader.readline().decode("latin-1").split()
        if not first:
            return None
        headers = {}
        while line := reader.readline().decode("latin-1").strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        body = reader.read(int(headers.get("content-length", 0)))
    return Asked(first[0], first[1], headers, body)


def answer(status: str, content: bytes = b"", **headers: str) -> Talk:
    """A whole answer: `answer("503 Service Unavailable", b"later", retry_after="1")`."""
    return raw(head(status, content_length=str(len(content)), connection="close", **headers) + content)


def head(status: str, **headers: str) -> bytes:
    """A status line and headers."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode()


def raw(*parts: bytes) -> Talk:
    """These bytes, then the end of the connection."""

    def talk(connection: socket.socket, asked: Asked) -> None:
        for part in parts:
            connection.sendall(part)

    return talk


def endless(first: bytes, part: bytes) -> Talk:
    """The first bytes, then the part again and again until nobody listens."""

    def talk(connection: socket.socket, asked: Asked) -> None:
        connection.sendall(first)
        while True:
            connection.sendall(part)

    return talk


def dripping(first: bytes, part: bytes = b"x", pause: float = 0.02) -> Talk:
    """Likewise, with a pause (seconds) before each part, so that the connection is never idle for long."""

    def talk(connection: socket.socket, asked: Asked) -> None:
        connection.sendall(first)
        wait = threading.Event()
        while not wait.wait(pause):
            connection.sendall(part)

    return talk


def stalling(first: bytes = b"") -> Talk:
    """The first bytes, then nothing, until the other side gives up."""

    def talk(connection: socket.socket, asked: Asked) -> None:
        connection.sendall(first)
        connection.recv(1)

    return talk
