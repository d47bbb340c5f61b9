"""What Helm asks of a chart before it renders it; the library does not ask by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chartgen import yamlio
from chartgen.chart import archive
from chartgen.errors import Problem
from chartgen.model import Chart

_VERSIONS = ("v1", "v2")


def problems(chart: Chart) -> Iterator[Problem]:
    """Why no release of the chart can be rendered.

    Raises:
        InputError: a chart inside it cannot be read.
    """
    version = chart.metadata.get("apiVersion", "v1")
    if version not in _VERSIONS:
        yield Problem(f"{chart.name} has the apiVersion `{version}`, which Helm 4 refuses", expected="`v2`")
    if chart.metadata.get("type") == "library":
        yield Problem(f"{chart.name} is a library chart: it renders nothing by itself")
    held = set(_held(chart.files))
    for dependency in dependencies(chart):
        name = dependency.get("name")
        if name not in held:
            hint = "run `helm dependency build` in the chart's directory"
            yield Problem(f"{chart.name} needs the chart {name}, which its charts/ does not hold", hint=hint)


def dependencies(chart: Chart) -> list[Mapping[str, Any]]:
    """The charts that a chart says it needs: in Chart.yaml, or where Helm 2 had them."""
    old = yamlio.loads(chart.files.get("requirements.yaml", b""), f"{chart.name}/requirements.yaml")
    said = [part.get("dependencies") for part in (chart.metadata, old) if isinstance(part, Mapping)]
    return [each for part in said if isinstance(part, list) for each in part if isinstance(each, Mapping)]


def _held(files: Mapping[str, bytes]) -> Iterator[str]:
    """The names of the charts in charts/, which their directories need not bear."""
    for path, content in files.items():
        parts = path.split("/")
        if parts[0] != "charts" or parts[1].startswith(("_", ".")):
            continue
        if len(parts) == 2 and path.endswith(".tgz"):
            yield _name(archive.unpack(content, path).get("Chart.yaml", b""), path)
        elif parts[2:] == ["Chart.yaml"]:
            yield _name(content, path)


def _name(chart: bytes, file: str) -> str:
    metadata = yamlio.loads(chart, file)
    return str(metadata.get("name")) if isinstance(metadata, dict) else ""
