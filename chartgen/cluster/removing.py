"""Deleting single objects, where Helm does not do it."""

from __future__ import annotations

import time
from collections.abc import Iterable

from chartgen.cluster.api import Api, ApiError
from chartgen.errors import Problem

_MISSING, _CONFLICT = 404, 409
_PAUSE = 0.2


def delete(api: Api, path: str, uid: str = "") -> bool:
    """Asks for the end of the object at a path; False: it is not there any more.

    Arguments:
        uid: which of all that ever stood there is meant; empty: whichever does.

    Raises:
        ApiError: the cluster cannot be reached, or refuses.
    """
    body = {"propagationPolicy": "Background", **({"preconditions": {"uid": uid}} if uid else {})}
    answer = api.ask("DELETE", path, body=body)
    if answer.status in (_MISSING, _CONFLICT):
        return False
    if answer.refused:
        raise ApiError(Problem(f"{api.cluster} refuses to delete {path}: {answer.message}"), answer.status)
    return True


def wait_gone(api: Api, paths: Iterable[str], timeout: float) -> tuple[str, ...]:
    """Waits until nothing stands at the paths; returns those where something still does after `timeout` seconds.

    Raises:
        ApiError: the cluster cannot be reached, or refuses.
    """
    end = time.monotonic() + timeout
    left = tuple(paths)
    while left := tuple(path for path in left if api.get(path) is not None):
        if time.monotonic() > end:
            break
        time.sleep(_PAUSE)
    return left
