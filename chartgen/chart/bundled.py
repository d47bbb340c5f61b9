"""The shared chart and its schemas, as they travel with chartgen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

CHART = "base-chart"
FRAGMENTS = "values-schemas"


@dataclass(frozen=True, slots=True)
class Sources:
    """What a chart is assembled from.

    Attributes:
        chart: the base chart's files by their path inside it.
        fragments: the schema of each concern by its path (`values-schemas/ports.yaml`).
    """

    chart: Mapping[str, bytes]
    fragments: Mapping[str, bytes]


def sources() -> Sources:
    """The parts of the shared chart that came with this chartgen."""
    return Sources(chart=dict(_files(directory(CHART))), fragments=dict(_files(directory(FRAGMENTS), f"{FRAGMENTS}/")))


def sources_in(root: Path) -> Sources:
    """The parts of the shared chart in a source checkout."""
    return Sources(chart=dict(_files(root / CHART)), fragments=dict(_files(root / FRAGMENTS, f"{FRAGMENTS}/")))


def directory(name: str) -> Traversable:
    """A directory that travels with chartgen: inside the package when installed, at the root of a source checkout."""
    package = resources.files("chartgen")
    installed = package / "_bundled" / name
    return installed if installed.is_dir() else Path(str(package)).parent / name


def _files(folder: Traversable | Path, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry, f"{prefix}{entry.name}/")
        elif not entry.name.startswith("."):
            yield f"{prefix}{entry.name}", entry.read_bytes()
