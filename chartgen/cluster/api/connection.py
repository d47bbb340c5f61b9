"""Connections to a socket in the file system: kept from request to request, and between threads."""

from __future__ import annotations

import contextlib
import http.client
import json
import queue
import re
import socket
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

JSON = "application/json"

_WARNING = re.compile(r'299 \S+ "((?:[^"\\]|\\.)*)"')
_REFUSED = 400
_BUSY = 429
_ATTEMPTS = 4
_LONGEST_WAIT = 5.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answers.

    Attributes:
        status: HTTP's.
        body: JSON data (a `Status` object where the server refuses), or text where it is something else.
        warnings: what it has to say beside that.
    """

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


class GoneError(OSError):
    """Nobody listens on the socket."""


class Connections:
    """The connections to one socket. Several threads may use them."""

    def __init__(self, path: str, timeout: float) -> None:
        """Opens none yet.

        Args:
            path: of the socket.
            timeout: seconds without a word after which an answer is given up.
        """
        self._path = path
        self._timeout = timeout
        self._idle: queue.SimpleQueue[_Connection] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._busy: dict[int, _Connection] = {}
        self._aborted: set[int] = set()

    def exchange(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        """One request and its answer; a server that is busy is asked again.

        Raises:
            GoneError: nobody listens.
            OSError, http.client.HTTPException, ValueError: there is no answer, or none that can be read.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            answer, wait = self._once(method, target, body, headers)
            if answer.status != _BUSY or attempt == _ATTEMPTS:
                break
            time.sleep(wait)
        return answer

    def abort(self, threads: Collection[int]) -> None:
        """Ends the requests that these threads are at, and lets them begin no other."""
        with self._lock:
            self._aborted.update(threads)
            for thread in threads:
                if thread in self._busy:
                    self._busy[thread].abort()

    def forgive(self, threads: Collection[int]) -> None:
        """Lets these threads, or others that have their numbers now, begin requests again."""
        with self._lock:
            self._aborted.difference_update(threads)

    def close(self) -> None:
        """Closes those that are not in use."""
        while True:
            try:
                self._idle.get_nowait().close()
            except queue.Empty:
                return

    def _once(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[Answer, float]:
        """The answer, and the seconds to wait before the next attempt. One that was kept may have been closed."""
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            return self._with(_Connection(self._path, self._timeout), method, target, body, headers)
        try:
            return self._with(connection, method, target, body, headers)
        except (ConnectionError, http.client.BadStatusLine):
            if method == "POST" or threading.get_ident() in self._aborted:
                raise  # what was made once must not be made twice
            return self._with(_Connection(self._path, self._timeout), method, target, body, headers)

    def _with(
        self, connection: _Connection, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[Answer, float]:
        thread = threading.get_ident()
        try:
            self._begin(thread, connection)
            found = connection.exchange(method, target, body, headers)
        except BaseException:
            connection.close()
            raise
        finally:
            with self._lock:
                self._busy.pop(thread, None)
        self._idle.put(connection)
        return found

    def _begin(self, thread: int, connection: _Connection) -> None:
        with self._lock:
            if thread in self._aborted:
                raise ConnectionAbortedError("it was stopped")
            self._busy[thread] = connection


class _Connection(http.client.HTTPConnection):
    """HTTP over a socket in the file system."""

    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        try:
            self.sock.connect(self._path)
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise GoneError(*error.args) from None

    def abort(self) -> None:
        """Ends what another thread waits for."""
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def exchange(
        self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[Answer, float]:
        """One request, its answer, and the seconds to wait where the server is busy."""
        self.request(method, target, body, dict(headers))
        response = self.getresponse()
        content = response.read()
        wait = response.getheader("Retry-After", "")
        seconds = min(float(wait), _LONGEST_WAIT) if wait.isdecimal() else 1.0
        warnings = tuple(filter(None, map(_warning, response.headers.get_all("Warning") or ())))
        if JSON in response.getheader("Content-Type", ""):
            return Answer(response.status, json.loads(content) if content else None, warnings), seconds
        return Answer(response.status, content.decode("utf-8", "replace"), warnings), seconds


def _warning(header: str) -> str:
    """The text of `299 - "text"`, as Kubernetes sends warnings; empty: it is another header."""
    match = _WARNING.fullmatch(header.strip())
    return re.sub(r"\\(.)", r"\1", match[1]) if match else ""
