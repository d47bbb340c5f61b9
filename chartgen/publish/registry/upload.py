"""Putting a blob into a registry: in one piece, or in chunks that go on where a failure stopped them.

Source: OCI distribution specification 1.1, "Pushing blobs".
"""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass

from chartgen.errors import ToolError, Where
from chartgen.publish.registry.distribution import Distribution, digest
from chartgen.publish.web.exchange import Response, origin
from chartgen.publish.web.transport import Sending, expect, refusal

_RANGE = re.compile(r"(?:bytes=)?0-(\d{1,18})")
_OCTETS = "application/octet-stream"
_NO_CHUNKS = (404, 405, 501)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How a blob is cut.

    Attributes:
        whole: bytes up to which it is sent in one piece.
        chunk: bytes of a chunk, where the registry does not want larger ones.
        failures: how often an upload may fail before it is given up.
    """

    whole: int = 16 * 2**20
    chunk: int = 8 * 2**20
    failures: int = 5


@dataclass(frozen=True, slots=True)
class Uploader:
    """Uploads into a registry."""

    registry: Distribution
    sizes: Sizes = Sizes()

    def put(self, name: str, content: bytes) -> None:
        """Sees to it that the repository has a blob with this content.

        Raises:
            ToolError: the registry does not take it.
        """
        wanted = digest(content)
        if self.registry.has_blob(name, wanted):
            return
        if len(content) <= self.sizes.whole:
            self._whole(name, content, wanted)
        else:
            self._chunked(name, content, wanted)

    def _whole(self, name: str, content: bytes, wanted: str) -> None:
        for attempt in range(1, self.sizes.failures + 1):
            location = _location(self._begun(name), self.registry.at_uploads(name))
            try:
                response = self._send("PUT", _with_digest(location, wanted), name, content)
            except ToolError:
                # Part of it may be there now, and nobody says how much: on with a new upload, unless it came through.
                if self.registry.has_blob(name, wanted):
                    return
                if attempt == self.sizes.failures:
                    raise
                continue
            if response.status >= 500 and attempt < self.sizes.failures:
                continue
            expect(response, [201])
            return

    def _chunked(self, name: str, content: bytes, wanted: str) -> None:
        failures = 0
        begun = self._begun(name)
        location, offset = _location(begun, self.registry.at_uploads(name)), 0
        least = begun.headers.get("oci-chunk-min-length", "")
        size = max(self.sizes.chunk, int(least) if least.isdecimal() else 0)
        while offset < len(content):
            try:
                response = self._patched(name, location, content[offset : offset + size], offset)
                if response.status in _NO_CHUNKS and offset == 0:
                    self._whole(name, content, wanted)
                    return
                location, offset = _next(response, location, offset, size)
            except ToolError:
                failures += 1
                if failures >= self.sizes.failures:
                    raise
                location, offset = self._resumed(name, location, len(content))
        response = self._send("PUT", _with_digest(location, wanted), name, b"")
        if response.status != 201 and not self.registry.has_blob(name, wanted):
            raise refusal(response)

    def _patched(self, name: str, location: str, chunk: bytes, offset: int) -> Response:
        return self._send("PATCH", location, name, chunk, {"Content-Range": f"{offset}-{offset + len(chunk) - 1}"})

    def _resumed(self, name: str, location: str, total: int) -> tuple[str, int]:
        """Where to go on: what the registry has of the upload, else from the start with a new one."""
        try:
            response = self.registry.send("GET", location, Sending(), _push(name))
        except ToolError:
            response = None
        if response is not None and response.status in (200, 204):
            reached = _reached(response, 0)
            if reached <= total:
                return _location(response, location), reached
        return _location(self._begun(name), self.registry.at_uploads(name)), 0

    def _begun(self, name: str) -> Response:
        # Sent twice it leaves an upload behind that nobody goes on with, and that the registry forgets.
        sending = Sending({"Content-Type": _OCTETS}, b"", repeatable=True)
        response = self.registry.send("POST", self.registry.at_uploads(name), sending, _push(name))
        hint = "this registry wants the repository to be made first" if response.status == 404 else ""
        return expect(response, [202], hint)

    def _send(
        self, method: str, location: str, name: str, body: bytes, headers: dict[str, str] | None = None
    ) -> Response:
        sending = Sending({"Content-Type": _OCTETS, **(headers or {})}, body, repeatable=False)
        return self.registry.send(method, location, sending, _push(name))


def _next(response: Response, location: str, offset: int, size: int) -> tuple[str, int]:
    """Where the next chunk goes, and how much the registry has now."""
    expect(response, [202])
    reached = _reached(response, offset + size)
    if not offset < reached <= offset + size:
        raise ToolError("the registry lost count of the chunks", Where(response.address))
    return _location(response, location), reached


def _reached(response: Response, otherwise: int) -> int:
    """How many bytes the registry has. `0-0` may mean one, but registries that count from the end say it for none."""
    found = _RANGE.fullmatch(response.headers.get("range", "").strip())
    if found is None:
        return otherwise
    last = int(found[1])
    return last + 1 if last else 0


def _location(response: Response, before: str) -> str:
    """Where the upload goes on."""
    named = response.headers.get("location", "")
    if not named:
        return before
    try:
        location = urllib.parse.urljoin(response.url, named)
    except ValueError:
        raise ToolError("sends the upload on to what is no address", Where(response.address)) from None
    here, there = urllib.parse.urlsplit(response.url), urllib.parse.urlsplit(location)
    if (here.scheme, there.scheme) == ("https", "http"):  # behind a proxy that adds TLS a registry may not know of it
        if here.netloc != there.netloc:
            raise ToolError("sends the upload on by plain http", Where(response.address))
        location = urllib.parse.urlunsplit(there._replace(scheme="https"))
    origin(location)
    return location


def _with_digest(location: str, wanted: str) -> str:
    return f"{location}{'&' if urllib.parse.urlsplit(location).query else '?'}digest={urllib.parse.quote(wanted)}"


def _push(name: str) -> str:
    return f"repository:{name}:pull,push"
