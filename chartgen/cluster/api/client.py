"""Requests to a cluster's API: connections that are kept, errors in one form."""

from __future__ import annotations

import http.client
import json
import queue
import re
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self, TypeVar
from urllib.parse import quote, urlencode

from chartgen.cluster.api.discovery import ACCEPT as DISCOVERY
from chartgen.cluster.api.discovery import Resource, resources
from chartgen.cluster.api.explain import unreachable
from chartgen.errors import Problem, ToolError

JSON = "application/json"
APPLY = "application/apply-patch+yaml"
_WARNING = re.compile(r'299 \S+ "((?:[^"\\]|\\.)*)"')
_PAGE = 500
_AT_ONCE = 8
_REFUSED = 400
_BAD_GATEWAY = 502
_MISSING = 404

_T = TypeVar("_T")
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answers: the HTTP status, the body as JSON (a `Status` object where it refuses), and warnings."""

    status: int
    body: Any
    warnings: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the server did not do what it was asked."""
        return self.status >= _REFUSED

    @property
    def message(self) -> str:
        """What it says where it refuses."""
        said = self.body.get("message") if isinstance(self.body, dict) else self.body
        return str(said or f"HTTP status {self.status}").strip()

    @property
    def reason(self) -> str:
        """Why it refuses, in one word of the API's (`NotFound`, `Forbidden`, `Invalid`); empty: it does not say."""
        return str(self.body.get("reason") or "") if isinstance(self.body, dict) else ""


class ApiError(ToolError):
    """The server cannot be reached, or refuses; `status` is HTTP's, 0 where there was no answer."""

    def __init__(self, problem: Problem, status: int = 0) -> None:
        super().__init__(problem)
        self.status = status


class Api:
    """A cluster's API. Its methods may be called from several threads."""

    def __init__(self, path: str, context: str | None, timeout: float) -> None:
        self.context = context
        self._path = path
        self._timeout = timeout
        self._idle: queue.SimpleQueue[_Connection] = queue.SimpleQueue()
        self._resources: dict[tuple[str, str], Resource] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        while not self._idle.empty():
            self._idle.get().close()

    @property
    def cluster(self) -> str:
        """The cluster as messages name it."""
        return f"the cluster of context {self.context}" if self.context else "the cluster of the current context"

    def ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        *,
        content: str = JSON,
        accept: str = JSON,
    ) -> Answer:
        """One request, whatever the answer.

        Arguments:
            path: from the root (`/api/v1/namespaces`), escaped.
            body: JSON data; None: nothing is sent.
            content, accept: the media types of body and answer.

        Raises:
            ApiError: the server cannot be reached, or does not answer in time.
        """
        target = f"{path}?{urlencode(query)}" if query else path
        payload = None if body is None else json.dumps(body).encode()
        headers = {"Accept": accept, "Content-Type": content}
        connection, kept = self._connection()
        try:
            try:
                answer = connection.exchange(method, target, payload, headers)
            except (ConnectionError, http.client.BadStatusLine):
                connection.close()
                if not kept or method != "GET":
                    raise
                connection = _Connection(self._path, self._timeout)  # the one that was kept had been closed meanwhile
                answer = connection.exchange(method, target, payload, headers)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise ApiError(unreachable(self.cluster, error)) from None
        except BaseException:
            connection.close()
            raise
        self._idle.put(connection)
        if answer.status == _BAD_GATEWAY and not isinstance(answer.body, dict):
            raise ApiError(unreachable(self.cluster, str(answer.body)))
        return answer

    def get(self, path: str, query: Mapping[str, str] | None = None, *, accept: str = JSON) -> Any:
        """What stands at the path; None: nothing does.

        Raises:
            ApiError: as `ask`, or the server refuses.
        """
        answer = self.ask("GET", path, query, accept=accept)
        if answer.status == _MISSING:
            return None
        return self._accepted(answer, f"reading {path}").body

    def send(self, method: str, path: str, body: Any, query: Mapping[str, str] | None = None) -> Any:
        """What the server answers to a change.

        Raises:
            ApiError: as `ask`, or the server refuses.
        """
        return self._accepted(self.ask(method, path, query, body), f"{method} {path}").body

    def objects(
        self,
        resource: Resource,
        namespace: str | None = None,
        query: Mapping[str, str] | None = None,
        *,
        accept: str = JSON,
    ) -> Iterator[dict[str, Any]]:
        """The objects of a kind, page by page; each has its `apiVersion` and `kind`.

        Arguments:
            namespace: None: those of all namespaces, or of a kind that has none.
            query: `labelSelector`, `fieldSelector`.
            accept: the media type, where not the whole objects are wanted.

        Raises:
            ApiError: as `get`.
        """
        asked = {**(query or {}), "limit": str(_PAGE)}
        while True:
            page = self.get(resource.path(namespace), asked, accept=accept) or {}
            for item in page.get("items") or ():
                yield {"apiVersion": resource.api_version, "kind": resource.kind, **item}
            following = (page.get("metadata") or {}).get("continue")
            if not following:
                return
            asked["continue"] = following

    def each(self, function: Callable[[_T], _R], arguments: Iterable[_T]) -> list[_R]:
        """What the function makes of each, several at a time, in their order. The first error ends it."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(function, arguments))

    def version(self) -> tuple[int, int]:
        """The server's Kubernetes version: major and minor.

        Raises:
            ApiError: as `get`.
        """
        said = self.get("/version") or {}
        return int(said["major"]), int("".join(filter(str.isdecimal, said["minor"])))

    def resource(self, api_version: str, kind: str) -> Resource | None:
        """Where the server has objects of a kind; None: it does not know it. What it has is asked once.

        Raises:
            ApiError: as `get`.
        """
        return self.resources().get((api_version, kind))

    def resources(self) -> Mapping[tuple[str, str], Resource]:
        """All kinds that the server has, by apiVersion and kind.

        Raises:
            ApiError: as `get`.
        """
        if self._resources is None:
            pages = [self.get(root, accept=DISCOVERY) for root in ("/api", "/apis")]
            self._resources = {(each.api_version, each.kind): each for page in pages for each in resources(page)}
        return self._resources

    def _accepted(self, answer: Answer, doing: str) -> Answer:
        if answer.refused:
            raise ApiError(Problem(f"{self.cluster} refuses {doing}: {answer.message}"), answer.status)
        return answer

    def _connection(self) -> tuple[_Connection, bool]:
        """A connection, and whether it has been in use before."""
        try:
            return self._idle.get_nowait(), True
        except queue.Empty:
            return _Connection(self._path, self._timeout), False


def escaped(*parts: str) -> str:
    """The parts as a path, with a slash before each."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


class _Connection(http.client.HTTPConnection):
    """HTTP over a socket in the file system."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)

    def exchange(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """One request and its answer."""
        self.request(method, target, body, dict(headers))
        response = self.getresponse()
        content = response.read()
        warnings = tuple(filter(None, map(_warning, response.headers.get_all("Warning") or ())))
        if JSON in response.getheader("Content-Type", ""):
            return Answer(response.status, json.loads(content) if content else None, warnings)
        return Answer(response.status, content.decode("utf-8", "replace"), warnings)


def _warning(header: str) -> str:
    """The text of `299 - "text"`, as Kubernetes sends warnings; empty: it is another header."""
    match = _WARNING.fullmatch(header.strip())
    return re.sub(r"\\(.)", r"\1", match[1]) if match else ""
