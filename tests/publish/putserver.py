"""A small server that takes files with PUT, in this process, and makes its index itself, or leaves it to others."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import http.server
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from chartgen.chart import package as packages
from chartgen.publish.index import index

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
INDEX = "/charts/index.yaml"


@dataclass(slots=True)
class Files:
    """What is stored, by path, and how the server behaves.

    Attributes:
        own_index: it makes `index.yaml` itself; it refuses one with this status, or takes it and ignores it (200).
        late: how often the index is asked for before a new package is in it.
        conditions: whether it looks at If-Match and If-None-Match.
        named: what it says that it is.
        asked: the requests that it got: method, path, and whether with a login.
        before: called before each answer, with method and path.
    """

    url: str = ""
    stored: dict[str, bytes] = field(default_factory=dict)
    own_index: int = 0
    late: int = 0
    conditions: bool = True
    named: str = "test"
    page: bool = False
    asked: list[tuple[str, str, bool]] = field(default_factory=list)
    before: Callable[[str, str], None] = lambda *_: None

    def index(self) -> bytes | None:
        """The index, whoever makes it."""
        if not self.own_index:
            return self.stored.get(INDEX)
        held = [(path, content) for path, content in self.stored.items() if path.endswith(".tgz")]
        if self.late:
            self.late -= 1
            held = held[:-1]
        made = index.read(b"apiVersion: v1\nentries: {}\n", "index.yaml")
        for path, content in held:
            made = made.with_entry(packages.of(content, path), path.rpartition("/")[2], NOW)
        return made.text


def _tag(content: bytes | None) -> str:
    return "" if content is None else f'"{hashlib.sha256(content).hexdigest()[:16]}"'


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    files: Files

    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002  # the base class calls it so

    def version_string(self) -> str:
        return self.files.named

    def do_GET(self) -> None:
        path = self._path()
        content = self.files.index() if path == INDEX else self.files.stored.get(path)
        if self.files.page:
            self._answer(200, b"<html><title>Please log in</title></html>", "text/html")
        elif content is None:
            self._answer(404, b"<html>not here</html>", "text/html")
        else:
            self._answer(200, content, "application/octet-stream", _tag(content))

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path = self._path()
        there = self.files.stored.get(path)
        expected = self.headers.get("If-Match")
        fits = (expected is None or expected == _tag(there)) and (
            not self.headers.get("If-None-Match") or there is None
        )
        if path == INDEX and self.files.own_index:
            self._answer(self.files.own_index)
        elif self.files.conditions and not fits:
            self._answer(412)
        else:
            self.files.stored[path] = body
            self._answer(201 if there is None else 204)

    def do_OPTIONS(self) -> None:
        self._path()
        self._answer(200)

    def do_PROPFIND(self) -> None:
        self._path()
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(405)

    def _path(self) -> str:
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path)
        self.files.asked.append((self.command, path, "Authorization" in self.headers))
        self.files.before(self.command, path)
        return path

    def _answer(self, status: int, body: bytes = b"", kind: str = "text/plain", tag: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if tag:
            self.send_header("ETag", tag)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextlib.contextmanager
def serving() -> Iterator[Files]:
    """An empty server; its repository is at `url`."""
    files = Files()
    handler = type("Handler", (_Handler,), {"files": files})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        files.url = f"http://127.0.0.1:{server.server_port}/charts"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield files
        finally:
            server.shutdown()
            thread.join()
