"""What WebDAV adds to HTTP: locks, directories and their contents. Source: RFC 4918."""

from __future__ import annotations

import contextlib
import html
import random
import re
import time
import urllib.parse
from collections.abc import Callable, Iterator

from chartgen.errors import ToolError, Where
from chartgen.publish.web.exchange import Response
from chartgen.publish.web.transport import Sending, Transport, expect, refusal

LOCK = ".chartgen-lock"
"""What is locked: a file of its own, because a lock on an index that is not there yet makes an empty one."""

LOCK_SECONDS = 600
"""How long a lock holds when its owner is gone."""

_LOCK_BODY = b"""<?xml version="1.0" encoding="utf-8"?>
<lockinfo xmlns="DAV:">
<lockscope><exclusive/></lockscope><locktype><write/></locktype><owner>chartgen</owner>
</lockinfo>
"""
_LIST_BODY = b"""<?xml version="1.0" encoding="utf-8"?>
<propfind xmlns="DAV:"><prop><resourcetype/></prop></propfind>
"""
_XML = {"Content-Type": "application/xml; charset=utf-8"}
_HREF = re.compile(rb"<(?:[A-Za-z0-9_-]+:)?href>\s*([^<]{1,4096}?)\s*</")
_TOKEN = re.compile(r"<([^<>\s]{1,400})>")
_MAX_LISTING = 64 * 2**20
_PATIENCE = 660.0
_LONGEST_WAIT = 2.0


def server_of(response: Response) -> str:
    """What a server says that it is; Artifactory says it in headers of its own."""
    own = any(name.lower().startswith("x-artifactory-") for name in response.headers)
    return "Artifactory" if own else response.headers.get("server", "")


class WebDav:
    """The collection at an address.

    Arguments:
        sleep: lets seconds pass; tests have their own.
    """

    def __init__(self, address: str, transport: Transport, sleep: Callable[[float], None] = time.sleep) -> None:
        self._address = address
        self._transport = transport
        self._sleep = sleep

    def offers(self) -> tuple[bool, str]:
        """Whether the server has locks, and what it says that it is."""
        response = self._transport.request("OPTIONS", f"{self._address}/")
        locks = response.status < 300 and "2" in re.split(r"[\s,]+", response.headers.get("dav", ""))
        return locks, server_of(response)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the collection's lock while the block runs; waits for those who hold it.

        Raises:
            ToolError: the server does not give it, or not until a lock of somebody who is gone would have ended.
        """
        self._make(self._address)
        token = self._lock()
        try:
            yield
        finally:
            with contextlib.suppress(ToolError):  # it ends by itself
                self._transport.request("UNLOCK", f"{self._address}/{LOCK}", Sending({"Lock-Token": f"<{token}>"}))

    def names(self) -> set[str] | None:
        """The names of what is in the collection; None: the server does not tell."""
        sending = Sending({**_XML, "Depth": "1"}, _LIST_BODY, _MAX_LISTING, repeatable=True)
        response = self._transport.request("PROPFIND", f"{self._address}/", sending)
        if response.status in (404, 405, 501):
            return None
        expect(response, (207,))
        path = urllib.parse.unquote(urllib.parse.urlsplit(self._address).path).rstrip("/") + "/"
        found = set()
        for href in _HREF.findall(response.content):
            each = urllib.parse.unquote(urllib.parse.urlsplit(html.unescape(href.decode("utf-8", "replace"))).path)
            name = each.removeprefix(path)
            if each.startswith(path) and name and "/" not in name:
                found.add(name)
        return found

    def _lock(self) -> str:
        url = f"{self._address}/{LOCK}"
        sending = Sending({**_XML, "Timeout": f"Second-{LOCK_SECONDS}", "Depth": "0"}, _LOCK_BODY, repeatable=False)
        waited, attempt = 0.0, 0
        while waited < _PATIENCE:
            response = self._transport.request("LOCK", url, sending)
            if response.status != 423:
                expect(response, (200, 201))
                token = _TOKEN.search(response.headers.get("lock-token", ""))
                if token is None:
                    raise ToolError("gives a lock without its token", Where(url))
                return token[1]
            wait = random.uniform(0.02, min(_LONGEST_WAIT, 0.1 * 2 ** min(attempt, 6)))  # noqa: S311  # no secret
            self._sleep(wait)
            waited, attempt = waited + wait, attempt + 1
        hint = f"somebody publishes, or was stopped while publishing: its lock ends after {LOCK_SECONDS // 60} minutes"
        raise ToolError("is locked by another publisher", Where(url), hint)

    def _make(self, address: str) -> None:
        """Makes the collection, and those above it, where they are missing: nginx locks what cannot be, and says no."""
        if not urllib.parse.urlsplit(address).path:
            return
        response = self._transport.request("MKCOL", f"{address}/")
        if response.status in (201, 301, 403, 405):  # made; there already; not to be made by us
            return
        if response.status != 409:
            raise refusal(response)
        self._make(address.rpartition("/")[0])
        expect(self._transport.request("MKCOL", f"{address}/"), (201, 301, 405))
