"""A small OCI registry in this process, for what no real one does on demand: break, lie, forget, count wrongly."""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import json
import re
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

_UPLOAD = re.compile(r"/v2/(.+)/blobs/uploads/(\d*)")
_CONTENT = re.compile(r"/v2/(.+)/(blobs|manifests)/([^/]+)")
_TAGS = re.compile(r"/v2/(.+)/tags/list")
_REFERRERS = re.compile(r"/v2/(.+)/referrers/(.+)")


@dataclass(frozen=True, slots=True)
class Reply:
    """What the registry answers. `cut`: how many bytes of the content it sends before it hangs up; None: all."""

    status: int
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """What it is asked."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


Twist = Callable[[Call], Reply | None]
"""Answers a call in the registry's place; None: the registry does."""


@dataclass(slots=True)
class SmallRegistry:
    """What it keeps, and what it was asked. The twists are tried in their order before each answer."""

    host: str = ""
    blobs: dict[str, bytes] = field(default_factory=dict)
    manifests: dict[tuple[str, str], tuple[str, bytes]] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    twists: list[Twist] = field(default_factory=list)
    referrers: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        return f"oci://{self.host}/charts"

    def asked(self) -> list[str]:
        """Methods and paths, without the digests and the numbers of uploads."""
        return [re.sub(r"sha256:[0-9a-f]+|(?<=uploads/)\d+", "…", str(call)) for call in self.calls]

    def reply(self, call: Call) -> Reply:
        """The answer to a call."""
        with self.lock:
            self.calls.append(call)
        for twist in self.twists:
            reply = twist(call)
            if reply is not None:
                return reply
        with self.lock:
            return self.own(call)

    def own(self, call: Call) -> Reply:
        """What an honest registry answers."""
        if match := _UPLOAD.fullmatch(call.path):
            return self._upload(call, match[1], match[2])
        if match := _CONTENT.fullmatch(call.path):
            return self._blob(match[3]) if match[2] == "blobs" else self._manifest(call, match[1], match[3])
        if match := _TAGS.fullmatch(call.path):
            return self._tags(call, match[1])
        if self.referrers and (match := _REFERRERS.fullmatch(call.path)):
            found = [self.manifests[key] for key in self.manifests if key[1].startswith("sha256:")]
            data = [json.loads(content) | {"content": content} for _, content in found]
            own = [
                {"mediaType": each["mediaType"], "digest": _digest(each["content"]), "size": len(each["content"])}
                for each in data
                if each.get("subject", {}).get("digest") == match[2]
            ]
            return Reply(200, json.dumps({"schemaVersion": 2, "manifests": own}).encode())
        return Reply(404)

    def _upload(self, call: Call, name: str, number: str) -> Reply:
        if call.method == "POST":
            number = str(sum(each.method == "POST" for each in self.calls))
            self.uploads[number] = b""
        if number not in self.uploads:
            return Reply(404)
        if call.method == "PUT":
            return self._finished(call, self.uploads.pop(number) + call.body)
        if call.method == "PATCH":
            if int(call.headers["content-range"].partition("-")[0]) != len(self.uploads[number]):
                return Reply(416, headers=self._at(name, number))
            self.uploads[number] += call.body
        return Reply(204 if call.method == "GET" else 202, headers=self._at(name, number))

    def _finished(self, call: Call, content: bytes) -> Reply:
        if _digest(content) != call.query["digest"]:
            return Reply(400, b'{"errors":[{"code":"DIGEST_INVALID"}]}')
        self.blobs[_digest(content)] = content
        return Reply(201)

    def _at(self, name: str, number: str) -> dict[str, str]:
        last = max(0, len(self.uploads[number]) - 1)
        return {"Location": f"/v2/{name}/blobs/uploads/{number}?state=x", "Range": f"0-{last}"}

    def _blob(self, digest: str) -> Reply:
        return Reply(200, self.blobs[digest]) if digest in self.blobs else Reply(404)

    def _manifest(self, call: Call, name: str, reference: str) -> Reply:
        if call.method == "PUT":
            kind, own = call.headers["content-type"], _digest(call.body)
            self.manifests[name, reference] = self.manifests[name, own] = (kind, call.body)
            subject = json.loads(call.body).get("subject", {}).get("digest") if self.referrers else None
            return Reply(201, headers={"OCI-Subject": subject} if subject else {})
        if (name, reference) not in self.manifests:
            return Reply(404)
        kind, content = self.manifests[name, reference]
        return Reply(200, content, {"Content-Type": kind, "Docker-Content-Digest": _digest(content)})

    def _tags(self, call: Call, name: str) -> Reply:
        tags = [tag for known, tag in self.manifests if known == name and ":" not in tag]
        return Reply(200, json.dumps({"name": name, "tags": tags}).encode()) if tags else Reply(404)


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@contextlib.contextmanager
def small_registry(*twists: Twist) -> Iterator[SmallRegistry]:
    """A registry that serves while the block runs."""
    registry = SmallRegistry(twists=list(twists))

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002  # the base class calls it so

        def _do(self) -> None:
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            reply = registry.reply(Call(self.command, path, dict(urllib.parse.parse_qsl(query)), headers, body))
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.content)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.content[: reply.cut])
            self.close_connection = reply.cut is not None

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = _do  # noqa: N815  # as the base class looks for them

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        registry.host = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield registry
        finally:
            server.shutdown()
            thread.join()


def once(matches: Callable[[Call], bool], reply: Callable[[Call], Reply] | Reply, times: int = 1) -> Twist:
    """A twist that answers so the first times that a call matches, and never again."""
    left = [times]

    def twist(call: Call) -> Reply | None:
        if not left[0] or not matches(call):
            return None
        left[0] -= 1
        return reply if isinstance(reply, Reply) else reply(call)

    return twist


def always(matches: Callable[[Call], bool], reply: Reply) -> Twist:
    """A twist that answers so whenever a call matches."""
    return lambda call: reply if matches(call) else None
