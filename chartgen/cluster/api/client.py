"""Requests to a cluster's API, with errors in one form."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any, Self, TypeVar
from urllib.parse import quote, urlencode

from chartgen.cluster.api import explain
from chartgen.cluster.api.connection import JSON, Answer, Connections
from chartgen.cluster.api.discovery import ACCEPT as DISCOVERY
from chartgen.cluster.api.discovery import Resource, resources
from chartgen.errors import Problem, ToolError

APPLY = "application/apply-patch+yaml"
METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
"""A list of objects without what is in them: names, labels, annotations, and who has written what."""
_PAGE = 500
_AT_ONCE = 8
_BROKEN = 500
_MISSING = 404
_BEHIND = 0.5
"""Seconds."""

_T = TypeVar("_T")
_R = TypeVar("_R")


class ApiError(ToolError):
    """The server cannot be reached, or refuses; `status` is HTTP's, 0 where there was no answer."""

    def __init__(self, problem: Problem, status: int = 0) -> None:
        super().__init__(problem)
        self.status = status


class Api:
    """A cluster's API. Its methods may be called from several threads."""

    def __init__(self, path: str, context: str | None, timeout: float, words: Sequence[str] = ()) -> None:
        """Asks nothing yet.

        Args:
            path: of the socket on which kubectl serves.
            context: of the kubeconfig; None: the current one.
            timeout: seconds without a word after which an answer is given up.
            words: the last lines that kubectl has said; they grow.
        """
        self.context = context
        self._connections = Connections(path, timeout)
        self._words = words
        self._resources: dict[tuple[str, str], Resource] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connections.close()

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
        try:
            answer = self._connections.exchange(method, target, payload, headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._unreachable(error) from None
        if answer.status >= _BROKEN and isinstance(answer.body, str):  # kubectl's own: the server answers in JSON
            raise self._unreachable(answer.message)
        return answer

    def get(self, path: str, query: Mapping[str, str] | None = None, *, accept: str = JSON) -> Any:
        """What stands at the path; None: nothing does.

        Raises:
            ApiError: as `ask`, or the server refuses, or is no Kubernetes API.
        """
        answer = self.ask("GET", path, query, accept=accept)
        if answer.status == _MISSING:
            return None
        return self._accepted(answer, f"reading {path}").body

    def send(self, method: str, path: str, body: Any, query: Mapping[str, str] | None = None) -> Any:
        """What the server answers to a change.

        Raises:
            ApiError: as `get`.
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
        """What the function makes of each, several at a time, in their order.

        The first error, or an interrupt, ends it at once: the requests under way are given up.
        """
        threads: set[int] = set()
        try:
            with ThreadPoolExecutor(_AT_ONCE, initializer=lambda: threads.add(threading.get_ident())) as pool:
                try:
                    futures = [pool.submit(function, argument) for argument in arguments]
                    for future in wait(futures, return_when=FIRST_EXCEPTION).done:
                        future.result()  # which raises where it failed, before those that are under way are waited for
                    return [future.result() for future in futures]
                except BaseException:
                    pool.shutdown(wait=False, cancel_futures=True)
                    self._connections.abort(frozenset(threads))
                    raise
        finally:
            self._connections.forgive(threads)

    def version(self) -> tuple[int, int]:
        """The server's Kubernetes version: major and minor.

        Raises:
            ApiError: as `get`.
        """
        said = self.get("/version") or {}
        try:
            return int(said["major"]), int("".join(filter(str.isdecimal, said["minor"])))
        except (KeyError, TypeError, ValueError):
            raise ApiError(explain.foreign(self.cluster, json.dumps(said))) from None

    def resource(self, api_version: str, kind: str) -> Resource | None:
        """Where the server has objects of a kind; None: it does not know it. What it has is asked once.

        Raises:
            ApiError: as `get`.
        """
        return self.resources().get((api_version, kind))

    def resources(self) -> Mapping[tuple[str, str], Resource]:
        """All kinds that the server has, by apiVersion and kind; of a group the preferred version first.

        Raises:
            ApiError: as `get`.
        """
        if self._resources is None:
            pages = self.each(lambda root: self.get(root, accept=DISCOVERY), ("/api", "/apis"))
            found = {(each.api_version, each.kind): each for page in pages for each in resources(page)}
            if ("v1", "Namespace") not in found:
                raise ApiError(explain.foreign(self.cluster, "nothing of what kinds it has"))
            self._resources = found
        return self._resources

    def _unreachable(self, error: BaseException | str) -> ApiError:
        """The error; what kubectl says beside its answer is read by another thread, and may come a moment later."""
        end = time.monotonic() + _BEHIND
        while explain.SIGNING_IN in str(error) and not explain.plain(self._words) and time.monotonic() < end:
            time.sleep(_BEHIND / 20)
        return ApiError(explain.unreachable(self.cluster, error, self._words))

    def _accepted(self, answer: Answer, doing: str) -> Answer:
        if isinstance(answer.body, str):
            raise ApiError(explain.foreign(self.cluster, answer.body), answer.status)
        if answer.refused:
            raise ApiError(explain.refused(self.cluster, doing, answer.status, answer.message), answer.status)
        return answer


def escaped(*parts: str) -> str:
    """The parts as a path, with a slash before each."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)
