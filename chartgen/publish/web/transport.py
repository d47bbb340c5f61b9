"""Requests to servers that may be slow, broken or hostile: repeated where that helps, redirected where that is safe."""

from __future__ import annotations

import base64
import email.utils
import json
import random
import re
import time
import urllib.parse
import zlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chartgen.errors import ToolError, Where
from chartgen.publish.interface import Access
from chartgen.publish.web.connection import Connections
from chartgen.publish.web.credentials import Login
from chartgen.publish.web.exchange import BrokenError, Limits, Request, Response, address, origin

_REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PROPFIND", "MKCOL"})
_PASSING = frozenset({429, 500, 502, 503, 504})
_KEPT_ELSEWHERE = frozenset({"accept", "range", "user-agent"})
_PAGE = re.compile(rb"\s*(<!doctype\s+html|<html|<head|<body)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, and how to let it pass. `now` in seconds from anywhere, `today` in seconds since 1970."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    today: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class Sending:
    """What may be said of a request beyond method and URL.

    Attributes:
        headers: to the server of the URL only; a redirect to another one takes Accept and Range along.
        body: what is sent.
        limit: the most bytes that a good answer may have.
        repeatable: whether sending it twice does no harm; None: as HTTP says of the method (RFC 9110 §9.2.2).
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    limit: int = 2**22
    repeatable: bool | None = None


class Transport:
    """Speaks HTTP for one repository.

    Arguments:
        access: how servers are reached.
        login: sent to the servers that it covers, to no other; None: nothing is.
        limits: times and numbers.
        clock: tests have their own.
    """

    def __init__(
        self, access: Access, login: Login | None = None, limits: Limits | None = None, clock: Clock | None = None
    ) -> None:
        self._login = login
        self._limits = limits or Limits()
        self._clock = clock or Clock()
        self._connections = Connections(access, login, self._limits)

    def request(self, method: str, url: str, sending: Sending | None = None) -> Response:
        """The answer to a request, whatever its status.

        GET and HEAD follow redirects; what has a body follows 307 and 308 on the same server. Repeated are, where that
        does no harm, requests that found no server, a broken answer or a status that may pass (429, 500, 502 to 504).

        Raises:
            ToolError: there is no whole answer in time and size, or it leads elsewhere than is safe.
        """
        sending = sending or Sending()
        repeatable = method in _REPEATABLE if sending.repeatable is None else sending.repeatable
        headers = {"User-Agent": "chartgen", **sending.headers}
        request = Request(method, url, headers, sending.body, sending.limit, repeatable)
        deadline = self._clock.now() + self._limits.total
        for _ in range(self._limits.redirects + 1):
            response = self._repeated(request, deadline)
            target = _redirect(response)
            if target is None:
                return response
            request = _redirected(request, target)
        message = f"redirects {request.method} more than {self._limits.redirects} times"
        raise ToolError(message, Where(address(url)), "give the address that it ends at")

    def _repeated(self, request: Request, deadline: float) -> Response:
        attempt = 0
        while True:
            attempt += 1
            last = attempt >= self._limits.attempts
            try:
                response = self._sent(request, deadline)
            except BrokenError as broken:
                wait = self._limits.wait * 2 ** (attempt - 1)
                if last or not (broken.passing and request.repeatable) or self._clock.now() + wait >= deadline:
                    raise _unanswered(request, broken) from None
            else:
                passing = response.status == 429 or (response.status in _PASSING and request.repeatable)
                wait = self._wait(response, attempt)
                if last or not passing or wait > self._limits.retry_after or self._clock.now() + wait >= deadline:
                    return response
            self._clock.sleep(wait)

    def _sent(self, request: Request, deadline: float) -> Response:
        own = self._login.headers(request.url) if self._login else {}
        seconds = deadline - self._clock.now()
        if seconds <= 0:
            raise BrokenError("took too long to answer", passing=False)
        headers = {**own, **request.headers}
        return silenced(self._connections.exchange(replace(request, headers=headers), seconds), *_secrets(headers))

    def _wait(self, response: Response, attempt: int) -> float:
        """The seconds that the server asks for, else ours with some chance, so that not all come back at once."""
        asked = response.headers.get("retry-after", "").strip()
        if asked.isdecimal():
            return float(asked[:9])
        date = email.utils.parsedate_tz(asked)
        if date is not None:
            return max(0.0, float(email.utils.mktime_tz(date)) - self._clock.today())
        return self._limits.wait * 2.0 ** (attempt - 1) * random.uniform(1, 1.5)  # noqa: S311  # no secret hangs on it


def expect(response: Response, statuses: Collection[int], hint: str = "") -> Response:
    """The response, where its status is one of these.

    Raises:
        ToolError: it is another one (`refusal`).
    """
    if response.status in statuses:
        return response
    raise refusal(response, hint)


def refusal(response: Response, hint: str = "") -> ToolError:
    """What a server answered instead of what was asked, with its own short reason."""
    said = _said(response)
    name = f"{response.status} {response.reason}".strip()
    message = f"{response.method} was answered with {name[:100]}" + (f": {said}" if said else "")
    return ToolError(message, Where(response.address), hint or _HINTS.get(response.status, ""))


_HINTS = {
    401: "log in: `helm registry login` for a registry, `helm repo add --username` or ~/.netrc for another repository",
    403: "the login may not do this: ask whoever runs the repository",
    407: "the proxy wants a login: put it into the address in HTTPS_PROXY",
    413: "the server takes no file of this size: raise its limit",
    429: "the server has enough for now: try again later",
    503: "the server is not ready: try again later",
}


def refuse_page(response: Response, expected: str) -> None:
    """An error page under a good status is told as such: a proxy's login page, a web site at the wrong path.

    Arguments:
        expected: what should have come (`an index.yaml`).

    Raises:
        ToolError: it is a page of HTML.
    """
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("text/html", "application/xhtml+xml") and not _PAGE.match(response.content[:200]):
        return
    title = _title(response.content)
    message = f"{response.method} was answered with a web page" + (f" (“{title}”)" if title else "")
    hint = f"expected {expected}: is the address right, and does nothing stand between (a login page, a proxy)?"
    raise ToolError(message, Where(response.address), hint)


def unpacked(response: Response, limit: int) -> bytes:
    """The content, unpacked where the server packed it although nobody asked it to.

    Raises:
        ToolError: it is packed in an unknown way or badly, or grows beyond the limit (bytes).
    """
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding in ("", "identity"):
        return response.content
    where = Where(response.address)
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise ToolError(f"the answer is packed as {coding[:20]}, which nobody asked for", where)
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        content = unpacker.decompress(response.content, limit + 1)
    except zlib.error:
        raise ToolError(f"the answer says that it is packed as {coding}, and is not", where) from None
    if len(content) > limit:
        raise ToolError(f"the answer unpacks to more than {limit} bytes, more than it can be", where)
    if not unpacker.eof:
        raise ToolError("the answer is cut off", where)
    return content


def parsed_json(response: Response, expected: str, limit: int = 2**22) -> dict[str, Any]:
    """The JSON object that came.

    Raises:
        ToolError: something else came.
    """
    refuse_page(response, expected)
    try:
        data = json.loads(unpacked(response, limit))
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict):
        return data
    raise ToolError(f"{response.method} was not answered with JSON", Where(response.address), f"expected {expected}")


def silenced(response: Response, *secrets: str) -> Response:
    """A bad response without what it may repeat of our secrets: its text goes into messages."""
    if response.status < 400:
        return response
    content, reason = response.content, response.reason
    for secret in filter(None, secrets):
        content, reason = content.replace(secret.encode(), b"***"), reason.replace(secret, "***")
    return replace(response, content=content, reason=reason)


def _secrets(headers: Mapping[str, str]) -> tuple[str, ...]:
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return (value,)
    return value, base64.b64decode(value).decode().partition(":")[2]


def _redirect(response: Response) -> str | None:
    """Where the answer sends us, and whether we go is another matter."""
    if response.status not in (301, 302, 303, 307, 308):
        return None
    location = response.headers.get("location", "")
    if not location:
        raise ToolError(f"redirects {response.method} without saying where to", Where(response.address))
    try:
        return urllib.parse.urljoin(response.url, location)
    except ValueError:
        raise ToolError(f"redirects {response.method} to what is no address", Where(response.address)) from None


def _redirected(request: Request, target: str) -> Request:
    where, elsewhere = Where(request.address), address(target)
    before, after = origin(request.url), origin(target)
    if before[0] == "https" and after[0] == "http":
        raise ToolError(
            f"redirects {request.method} from https to plain http: {elsewhere}", where, "it is not followed"
        )
    same = before == after
    if request.method not in ("GET", "HEAD") and not same:
        hint = "what is sent does not follow to another server: give its address, if it is right"
        raise ToolError(f"redirects {request.method} to another server: {elsewhere}", where, hint)
    kept = {name: value for name, value in request.headers.items() if same or name.lower() in _KEPT_ELSEWHERE}
    return replace(request, url=target, headers=kept)


def _unanswered(request: Request, broken: BrokenError) -> ToolError:
    hint = "" if broken.passing else _LASTING.get(str(broken), "")
    if "certificate" in str(broken):
        hint = "name the authority's certificates with --ca-file, if you trust the server"
    return ToolError(f"{request.method} failed: {broken}", Where(request.address), hint)


_LASTING = {
    "no such host is known": "look for a typing error in the address",
    "it does not speak TLS as we do": "a registry without TLS is spoken to with --plain-http",
}


def _said(response: Response) -> str:
    """A server's own reason in one short line: from the forms of JSON that registries use, a page's title, or text."""
    try:
        data = json.loads(response.content)
    except (ValueError, RecursionError):
        data = None
    if isinstance(data, dict):
        errors = data.get("errors")
        first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
        for each in (first.get("message"), first.get("code"), *(data.get(key) for key in _TEXTS)):
            if isinstance(each, str) and each:
                return _line(each)
        return ""
    if _PAGE.match(response.content[:200]):
        return _title(response.content)
    if response.headers.get("content-type", "").startswith("text/plain"):
        return _line(response.content.decode("utf-8", "replace"))
    return ""


_TEXTS = ("message", "error_description", "error", "details", "detail")


def _title(content: bytes) -> str:
    found = _TITLE.search(content[:4096].decode("utf-8", "replace"))
    return _line(found[1]) if found else ""


def _line(text: str) -> str:
    return " ".join(text.split())[:200]
