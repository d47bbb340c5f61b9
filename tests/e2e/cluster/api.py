"""The API server over HTTPS: kept connections, answers as data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3


class ApiError(Exception):
    """The API server says no.

    Attributes:
        status: the HTTP status.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Api:
    """A server, and who asks it."""

    pool: urllib3.HTTPSConnectionPool
    token: str

    @classmethod
    def of(cls, port: int, authority: Path, token: str, at_once: int = 8) -> Api:
        """The API server on a port of this machine."""
        pool = urllib3.HTTPSConnectionPool(
            "127.0.0.1", port, maxsize=at_once, block=True, ca_certs=str(authority), retries=False, timeout=60
        )
        return cls(pool, token)

    def get(self, path: str) -> Any:
        """What is there."""
        return self.send("GET", path)

    def send(self, method: str, path: str, content: Any = None, kind: str = "application/json", **query: str) -> Any:
        """The answer to a request.

        Arguments:
            content: an object, sent as JSON.
            kind: the content's type; `application/apply-patch+yaml` takes JSON as well.

        Raises:
            ApiError: the answer is a Status that tells of a failure.
            urllib3.exceptions.HTTPError: there is no answer.
        """
        address = f"{path}?{urlencode(query)}" if query else path
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind, "Accept": "application/json"}
        body = None if content is None else json.dumps(content).encode()
        answer = self.pool.request(method, address, body=body, headers=headers)
        if answer.status >= 300:
            raise ApiError(answer.status, _message(answer.data))
        return answer.json() if answer.headers.get("Content-Type", "").startswith("application/json") else answer.data

    def apply(self, path: str, content: Any) -> Any:
        """The object at the path, as it is where the content says nothing else; made where it is not there."""
        return self.send("PATCH", path, content, "application/apply-patch+yaml", fieldManager="e2e", force="true")


def _message(body: bytes) -> str:
    try:
        return str(json.loads(body)["message"])
    except (ValueError, KeyError, TypeError):
        return body.decode(errors="replace")
