"""Publishers in processes of their own, all let go at the same moment."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
from collections.abc import Sequence
from typing import Any

from chartgen.errors import ChartgenError
from chartgen.model import Package
from chartgen.publish.open import repository

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


def publish(address: str, packages: Sequence[Package]) -> list[str]:
    """What came of each package: `published`, `unchanged` or the error."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "chartgen.publish.objectstore", "chartgen.publish.put", "obstore"])
    environment = dict(os.environ)  # the forkserver keeps the one in which it was started
    with context.Manager() as manager:
        start = manager.Barrier(len(packages))
        with context.Pool(len(packages), _enter, [environment]) as pool:
            return pool.starmap(_publish, [(address, each, start) for each in packages], chunksize=1)


def _enter(environment: dict[str, str]) -> None:
    os.environ.update(environment)


def _publish(address: str, package: Package, start: Any) -> str:
    target = repository(address)
    start.wait()
    try:
        published = target.publish(package, now=NOW)
    except ChartgenError as error:
        return str(error)
    return "unchanged" if published.unchanged else "published"
