"""What keeps the pods of releases from being ready while helm waits for them: after a rollback they are gone."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import Final, Self

from chartgen.cluster.api import Api
from chartgen.cluster.api.discovery import CORE
from chartgen.cluster.health import pod_trouble
from chartgen.cluster.health.pods import INSTANCE
from chartgen.cluster.looking import looking

_EVERY: Final = 1.5
"""Seconds between two looks, at least."""


class Watch:
    """Looks at the pods of the releases under way, in a thread, as long as the block runs."""

    def __init__(self, api: Api, told: Callable[[str, str], None]) -> None:
        """Begins with no release.

        Args:
            api: of the releases' cluster.
            told: is called, in that thread, with a release and what keeps its pods from being ready, first of all.
        """
        self._api = api
        self._told = told
        self._lock = threading.Lock()
        self._under_way: dict[str, str] = {}
        self._found: dict[str, tuple[str, ...]] = {}
        self._looking = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._looking.enter_context(looking(self._look, _EVERY))
        return self

    def __exit__(self, *_: object) -> None:
        self._looking.close()

    def begin(self, release: str, namespace: str) -> None:
        """From now on the release's pods are looked at."""
        with self._lock:
            self._under_way[release] = namespace

    def end(self, release: str) -> None:
        """It is deployed: what was in its way is of no interest any more."""
        with self._lock:
            self._under_way.pop(release, None)
            self._found.pop(release, None)

    def reasons(self, release: str) -> tuple[str, ...]:
        """What last kept its pods from being ready; empty: nothing that was seen."""
        with self._lock:
            return self._found.get(release, ())

    def _look(self) -> None:
        with self._lock:
            under_way = dict(self._under_way)
        for namespace in dict.fromkeys(under_way.values()):
            releases = [name for name, where in under_way.items() if where == namespace]
            selector = f"{INSTANCE} in ({','.join(releases)})"
            pods = list(self._api.objects(CORE["Pod"], namespace, {"labelSelector": selector}))
            for release in releases:
                self._note(release, pod_trouble(pods, release))

    def _note(self, release: str, found: tuple[str, ...]) -> None:
        with self._lock:
            if not found or release not in self._under_way:
                return
            first = release not in self._found
            self._found[release] = found
        if first:
            self._told(release, found[0])
