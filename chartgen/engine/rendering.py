"""Many releases through few calls of Helm, and the ones at fault found where a call fails."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from chartgen import values
from chartgen.chart import archive
from chartgen.engine import complaints, documents, driver
from chartgen.engine.interface import Document, Helm, OpenChart, Outcome, RenderError, Texts
from chartgen.errors import Problem
from chartgen.model import Chart, Release, Values
from chartgen.process import Stop

_MAX_FAILURES = 25
"""After so many in a chunk the rest is not tried: most often they all fail for one reason."""


def together(helm: Helm, chart: Chart, releases: Sequence[Release]) -> list[Outcome]:
    """Renders through the driver chart, and by itself each release that it fails on: for Helm's own words about it.

    Raises:
        RenderError: the chart cannot be rendered, whatever the values.
    """
    size = max(helm.least, min(helm.most, math.ceil(len(releases) / helm.workers)))
    stop = Stop()
    with helm.open(driver.pack(chart, size), stop) as opened:

        def render(chunk: Sequence[Release]) -> list[Outcome]:
            return _driven(opened, chart, chunk, lambda failed: _alone(helm, chart, failed, stop))

        return _in_chunks(render, releases, size, helm.workers, stop)


def singly(helm: Helm, chart: Chart, releases: Sequence[Release]) -> list[Outcome]:
    """Renders each release by itself, for a chart that a driver cannot carry.

    Raises:
        RenderError: the chart cannot be rendered, whatever the values.
    """
    size = min(helm.most, math.ceil(len(releases) / helm.workers))
    stop = Stop()
    return _in_chunks(lambda chunk: _alone(helm, chart, chunk, stop), releases, size, helm.workers, stop)


def _in_chunks(
    render: Callable[[Sequence[Release]], list[Outcome]],
    releases: Sequence[Release],
    size: int,
    workers: int,
    stop: Stop,
) -> list[Outcome]:
    chunks = [releases[start : start + size] for start in range(0, len(releases), size)]
    pool = ThreadPoolExecutor(min(workers, len(chunks)), "render")
    try:
        return [outcome for outcomes in pool.map(render, chunks) for outcome in outcomes]
    except BaseException:
        stop.set()  # else an interrupt waits for what is under way
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _driven(
    opened: OpenChart, chart: Chart, chunk: Sequence[Release], alone: Callable[[Sequence[Release]], list[Outcome]]
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    failures = 0
    while len(outcomes) < len(chunk) and failures < _MAX_FAILURES:
        left = chunk[len(outcomes) :]
        try:
            outcomes += _call(opened, chart, left)
        except RenderError as error:
            slot = driver.slot(str(error))
            if slot:  # those before it came through
                outcomes += _call(opened, chart, left[:slot])
            outcomes += alone(left if slot is None else left[slot : slot + 1])
            failures += isinstance(outcomes[-1], Problem)
    return outcomes + [None] * (len(chunk) - len(outcomes))


def _call(opened: OpenChart, chart: Chart, releases: Sequence[Release]) -> list[Outcome]:
    merged = ((release, values.coalesce(chart.values, _values(release))) for release in releases)
    return list(documents.read(opened.driver(driver.payload(merged))))


def _alone(helm: Helm, chart: Chart, releases: Sequence[Release], stop: Stop) -> list[Outcome]:
    rendered: list[Texts | Problem | None] = []
    with helm.open(_plain(chart), stop) as opened:
        for release in releases:
            failures = sum(isinstance(outcome, Problem) for outcome in rendered)
            rendered.append(_texts(opened, release) if failures < _MAX_FAILURES else None)
    texts = [outcome for outcome in rendered if isinstance(outcome, list)]
    read = iter(_read(helm, texts, stop))
    return [next(read) if isinstance(outcome, list) else outcome for outcome in rendered]


def _texts(opened: OpenChart, release: Release) -> Texts | Problem:
    try:
        return opened.single(release, _values(release))
    except RenderError as error:
        if complaints.of_chart(error):
            raise
        return complaints.failed(error, release)


def _read(helm: Helm, texts: Sequence[Texts], stop: Stop) -> list[list[Document]]:
    """The documents of texts, as Helm parses them: like those that come through a driver chart, and quickly."""
    if not texts:
        return []
    with helm.open(driver.pack_reader(len(texts)), stop) as opened:
        return documents.read(opened.driver(driver.texts(texts)))


def _values(release: Release) -> Values:
    return values.merge_all(layer.values for layer in release.layers)


def _plain(chart: Chart) -> bytes:
    """The chart itself, without its schema: values are validated elsewhere, and Helm would compile it each time."""
    return archive.pack(chart.name, {path: text for path, text in chart.files.items() if path != "values.schema.json"})
