"""A small API server on a socket in the file system, as kubectl offers one: it says what it is told to say."""

from __future__ import annotations

import json
import socketserver
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked."""

    method: str
    path: str
    body: Any
    content: str
    accept: str = ""


@dataclass(slots=True)
class Reply:
    """What is said: `body` as JSON unless it is text; `ends`: the connection is closed instead of it."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: str = "application/json"
    ends: bool = False


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    reply: Callable[[Request], Reply]
    heard: list[Request]

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        request = Request(self.command, self.path, body, self.headers["Content-Type"], self.headers["Accept"] or "")
        self.heard.append(request)
        reply = type(self).reply(request)
        if reply.ends:
            self.close_connection = True
            return
        text = reply.body.encode() if isinstance(reply.body, str) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in {**reply.headers, "Content-Type": reply.content, "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815  # what the base class calls

    def log_message(self, *_: object) -> None:
        """Nothing."""

    def address_string(self) -> str:
        return "socket"


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """That a client has gone is what some tests are about."""


@contextmanager
def serving(reply: Callable[[Request], Reply]) -> Iterator[tuple[str, list[Request]]]:
    """The path of the socket, and what was heard so far."""
    heard: list[Request] = []
    own = type("Own", (Handler,), {"reply": staticmethod(reply), "heard": heard})
    with tempfile.TemporaryDirectory() as directory:
        path = str(Path(directory, "socket"))
        with _Server(path, own) as server:
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            try:
                yield path, heard
            finally:
                server.shutdown()
