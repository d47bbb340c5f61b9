"""A small object store for tests, in this process: S3's or Google's way of conditions on writing, and ways to fail.

Source: Amazon S3 API Reference, PutObject, GetObject and ListObjectsV2; Google Cloud Storage, XML API. What real
servers do is tried in `tests/e2e/publish/`.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import threading
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

import pytest

_NONE = "no object"


@dataclass(slots=True)
class Objects:
    """What is stored in the bucket `charts`, and how the store behaves.

    Attributes:
        ignores: the methods of writing whose conditions it does not look at: `create`, `replace`.
        headers: what came with each object, names in lower case.
        status, code: what it answers instead, where the status is not 0.
        torn: how many of the next answers hold the content of a moment before their ETag.
        before: called before each answer, with method and key.
    """

    url: str = ""
    content: dict[str, bytes] = field(default_factory=dict)
    earlier: dict[str, bytes] = field(default_factory=dict)
    generations: dict[str, int] = field(default_factory=dict)
    headers: dict[str, Mapping[str, str]] = field(default_factory=dict)
    ignores: frozenset[str] = frozenset()
    status: int = 0
    code: str = ""
    torn: int = 0
    before: Callable[[str, str], None] = lambda *_: None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, key: str, content: bytes, headers: Mapping[str, str]) -> int:
        """Stores it where its conditions hold, and says so with a status."""
        with self.lock:
            generation = self.generations.get(key, 1000) if key in self.content else 0
            tag = _tag(self.content[key]) if key in self.content else _NONE
            creates = headers.get("if-none-match") == "*" or headers.get("x-goog-if-generation-match") == "0"
            expected = headers.get("if-match"), headers.get("x-goog-if-generation-match")
            replaces = not creates and expected != (None, None)
            fits = {
                "create": not creates or tag == _NONE,
                "replace": not replaces or expected[0] == tag or expected[1] == str(generation),
            }
            if not all(fits[each] or each in self.ignores for each in fits):
                return 412
            self.earlier[key] = self.content.get(key, b"")
            self.content[key] = content
            self.generations[key] = max(generation, 1000) + 1
            self.headers[key] = dict(headers)
            return 200


def _tag(content: bytes) -> str:
    return f'"{hashlib.md5(content).hexdigest()}"'


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    objects: Objects

    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002  # the base class calls it so

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        key = self._key()
        if not self._refused(key):
            status = self.objects.put(key, body, {name.lower(): value for name, value in self.headers.items()})
            self._answer(status, b"", key) if status == 200 else self._error(status, "PreconditionFailed")

    def do_GET(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        key = self._key()
        if self._refused(key):
            return
        if "list-type" in url.query:
            self._answer(200, self._listing(urllib.parse.parse_qs(url.query).get("prefix", [""])[0]))
        elif key in self.objects.content:
            self._answer(200, self._content(key), key)
        else:
            self._error(404, "NoSuchKey")

    def _content(self, key: str) -> bytes:
        if self.objects.torn and key in self.objects.earlier:
            self.objects.torn -= 1
            return self.objects.earlier[key]
        return self.objects.content[key]

    def _key(self) -> str:
        bucket, _, key = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).lstrip("/").partition("/")
        return key if bucket == "charts" else "\0"

    def _refused(self, key: str) -> bool:
        self.objects.before(self.command, key)
        if self.objects.status:
            self._error(self.objects.status, self.objects.code)
        elif key == "\0":
            self._error(404, "NoSuchBucket")
        return bool(self.objects.status) or key == "\0"

    def _listing(self, prefix: str) -> bytes:
        entries = [
            f"<Contents><Key>{escape(key)}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
            f"<ETag>{escape(_tag(content))}</ETag><Size>{len(content)}</Size></Contents>"
            for key, content in sorted(self.objects.content.items())
            if key.startswith(prefix)
        ]
        head = "<ListBucketResult><Name>charts</Name><IsTruncated>false</IsTruncated>"
        return f"{head}{''.join(entries)}</ListBucketResult>".encode()

    def _error(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code><Message>as told</Message></Error>".encode())

    def _answer(self, status: int, body: bytes, key: str = "") -> None:
        self.send_response(status)
        if key in self.objects.content:
            self.send_header("ETag", _tag(self.objects.content[key]))
            self.send_header("x-goog-generation", str(self.objects.generations.get(key, 1000)))
            self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


@contextlib.contextmanager
def serving(patch: pytest.MonkeyPatch) -> Iterator[Objects]:
    """An empty store, and an environment in which `s3://charts` and `gs://charts` are in it."""
    objects = Objects()
    handler = type("Handler", (_Handler,), {"objects": objects})
    with _Server(("127.0.0.1", 0), handler) as server:
        objects.url = f"http://127.0.0.1:{server.server_port}"
        settings = {
            "ACCESS_KEY_ID": "id",
            "SECRET_ACCESS_KEY": "secret",
            "REGION": "us-east-1",
            "ENDPOINT_URL": objects.url,
        }
        for name, value in settings.items():
            patch.setenv(f"AWS_{name}", value)
        patch.setenv("GOOGLE_BASE_URL", objects.url)
        patch.setenv("GOOGLE_BEARER_TOKEN", "token")
        patch.setenv("AWS_ALLOW_HTTP", "true")
        patch.setenv("GOOGLE_ALLOW_HTTP", "true")
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield objects
        finally:
            server.shutdown()
            thread.join()
