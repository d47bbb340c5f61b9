"""The releases as git has them at a revision: what an upgrade starts from."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from chartgen import yamlio
from chartgen.actions.charts import Charts
from chartgen.actions.committed import Revision
from chartgen.chart.load import from_files
from chartgen.errors import InputError
from chartgen.model import Chart, ChartRef, Layer, Release
from chartgen.outputs import places
from chartgen.outputs.values import OWNER

_FOR_ALL = (places.SPEC, places.LOCK, "versions/")
"""What every release may be made of; `services/` and `values/` have files of one service each."""


@dataclass(frozen=True, slots=True)
class Before:
    """Releases as they were, with the charts that they used; a published chart is taken to be the same."""

    releases: tuple[Release, ...]
    charts: Charts


def before(directory: pathlib.Path, releases: Sequence[Release], used: Charts, revision: str) -> Before | None:
    """Those of the releases that may differ from what the revision has; None where there is nothing to compare with.

    Raises:
        InputError: there is no such revision.
        ToolError: git hangs.
    """
    then = Revision.at(directory, revision)
    if then is None:
        return None
    charts = {ref: _chart(ref, chart, then) for ref, chart in used.by_ref.items()}
    touched = _services(then.changed)
    candidates = [
        release
        for release in releases
        if touched is None or release.service in touched or charts[release.chart].digest != _digest(used, release)
    ]
    content = then.read([path for release in candidates for path in (places.values(release), *release.developer_files)])
    found = (_release(release, content) for release in candidates)
    old = tuple(release for release in found if release is not None)
    return Before(old, Charts(charts, None))


def _digest(used: Charts, release: Release) -> str:
    return used.by_ref[release.chart].digest


def _services(changed: Iterable[str]) -> frozenset[str] | None:
    """The services that the changed files are of; None: of all."""
    found = set()
    for path in changed:
        folder, _, name = path.partition("/")
        if path.startswith(_FOR_ALL):
            return None
        if folder in ("services", "values"):
            found.add(name.partition(".")[0])
    return frozenset(found)


def _chart(ref: ChartRef, chart: Chart, then: Revision) -> Chart:
    """The chart at the revision, where that has it; else as it is now."""
    folder = ref.path.rstrip("/") if ref.path is not None else f"{places.CHARTS}/{ref.name}"
    if ref.repository is not None:
        return chart
    content = then.read(then.below(folder))
    try:
        return from_files({path.removeprefix(f"{folder}/"): text for path, text in content.items()}, folder)
    except InputError:
        return chart


def _release(release: Release, content: Mapping[str, bytes]) -> Release | None:
    """The release with the values that it had; None: it had none, so it is new."""
    generated = _layer(places.values(release), content)
    if generated is None:
        return None
    own = {key: value for key, value in generated.values.items() if key != OWNER}
    developer = tuple(layer for file in release.developer_files if (layer := _layer(file, content)) is not None)
    return replace(release, generated=replace(generated, values=own), developer=developer)


def _layer(file: str, content: Mapping[str, bytes]) -> Layer | None:
    if file not in content:
        return None
    try:
        values = yamlio.loads(content[file])
    except InputError:
        return None
    return Layer(file, values if isinstance(values, dict) else {})
