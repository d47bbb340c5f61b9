"""Whether the releases of a region are well, so that the next wave may start."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from chartgen.actions.live import Target
from chartgen.cluster import contents, health, stored
from chartgen.cluster.api import Api
from chartgen.cluster.health import ReleaseHealth

_PATIENCE: Final = 60.0
_EVERY: Final = 2.0


def unwell(api: Api, target: Target) -> tuple[str, ...]:
    """What is not well of the chosen releases, each with the release's name; what is on its way is waited for a while.

    Raises:
        ApiError: the cluster cannot be reached, or refuses.
    """
    end = time.monotonic() + _PATIENCE
    while True:
        found = list(_look(api, target))
        waiting = any(state == "progressing" for state, _ in found)
        if not waiting or time.monotonic() > end or any(state == "unhealthy" for state, _ in found):
            return tuple(text for _, text in found)
        time.sleep(_EVERY)


def _look(api: Api, target: Target) -> Iterator[tuple[str, str]]:
    there = stored.current(api, target.namespaces)
    namespaces = dict.fromkeys(release.namespace for release in target.releases)
    snapshots = {namespace: health.read(api, namespace) for namespace in namespaces}
    for release in target.releases:
        found = there.get((release.namespace, release.name))
        if found is None or found.status != "deployed":
            yield "unhealthy", f"{release.service}: {f'is {found.status}' if found else 'is not there'}"
            continue
        judged: ReleaseHealth = health.of_release(snapshots[release.namespace], contents.readable(found) or ())
        if judged.state in ("unhealthy", "progressing"):
            yield judged.state, f"{release.service}: {judged.reason}"
