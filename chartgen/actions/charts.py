"""The charts that releases use, wherever they come from."""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chartgen import files, yamlio
from chartgen.actions.planning import Selection, open_plan, select
from chartgen.chart import artifacthub, assemble, bundled
from chartgen.chart.load import load
from chartgen.errors import InputError, Problem, Where
from chartgen.model import CONTRACT, Chart, ChartRef, Plan, Release
from chartgen.publish import pull
from chartgen.spec.chartfields import BuildFields
from chartgen.spec.find import SPEC
from chartgen.spec.project import Project

_CHART_YAML = {"home", "sources", "keywords", "maintainers", "icon"}


@dataclass(frozen=True, slots=True)
class Charts:
    """Each chart by its reference, and the lock of those that are published (None: none is)."""

    by_ref: Mapping[ChartRef, Chart]
    lock: bytes | None

    @property
    def assembled(self) -> Chart | None:
        """The chart that is neither local nor published, for the releases that use it."""
        found = (chart for ref, chart in self.by_ref.items() if ref.path is None and ref.repository is None)
        return next(found, None)


def complete(directory: pathlib.Path) -> tuple[Project, Plan, Charts]:
    """The project in the folder, the plan of all that `render` writes, and the charts that its releases use.

    Raises:
        InputError, ToolError: as `open_plan` and `charts`.
    """
    project, whole = open_plan(directory)
    used = charts(project, whole.releases)
    return project, replace(whole, chart=used.assembled, lock=used.lock), used


def selected(directory: pathlib.Path, selection: Selection) -> tuple[tuple[Release, ...], Charts]:
    """The chosen releases of the project in the folder, and their charts.

    Raises:
        InputError, ToolError: as `open_plan`, `select` and `charts`.
    """
    project, whole = open_plan(directory)
    releases = select(whole, selection).releases
    return releases, charts(project, releases)


def charts(project: Project, releases: Iterable[Release]) -> Charts:
    """The charts of the releases, each loaded once.

    Raises:
        InputError: a chart that is not there, is none, or speaks another contract than this chartgen.
        ToolError: a published one cannot be fetched.
    """
    refs = list(dict.fromkeys(release.chart for release in releases))
    locked = pull.read_lock(files.read(project.directory, pull.LOCK))
    found: dict[ChartRef, Chart] = {}
    used: list[pull.Locked] = []
    problems: list[Problem] = []
    for ref in refs:
        try:
            if ref.path is not None:
                found[ref] = local(project, ref.path)
            elif ref.repository is not None:
                found[ref], entry = pull.fetch(ref, locked)
                used.append(entry)
            else:
                found[ref] = assembled(project)
        except InputError as error:
            problems += error.problems
            continue
        problems += contract(ref, found[ref])
    if problems:
        raise InputError(problems)
    return Charts(found, pull.write_lock(used) if used else None)


def versions(project: Project, releases: Iterable[Release]) -> dict[ChartRef, str]:
    """The version of each release's chart; nothing is fetched, as a published one's stands in its reference.

    Raises:
        InputError: a local chart cannot be read, or the shared one not be made.
    """
    refs = {release.chart for release in releases}
    here = {ref: local(project, ref.path).version for ref in refs if ref.path is not None}
    made = {ref: assembled(project).version for ref in refs if ref.path is None and ref.repository is None}
    return {ref: here.get(ref) or made.get(ref) or ref.version or "" for ref in refs}


def assembled(project: Project, version: str | None = None) -> Chart:
    """The shared chart as the project's `build` makes it; `version` beats the one in the spec.

    Raises:
        InputError: `build` asks for what cannot be.
    """
    build = project.build
    settings = assemble.Build(
        name=str(build.name or project.chart.name or ""),
        version=str(version or build.version or project.chart.version or ""),
        description=str(build.description or ""),
        metadata=_metadata(build),
        drop=tuple(str(concern) for concern in build.drop or ()),
        defaults=dict(build.defaults or {}),
        overlay=overlay(project),
        place=SPEC,
        overlay_place=str(build.overlay or ""),
    )
    return assemble.assemble(bundled.sources(), settings)


def local(project: Project, path: str) -> Chart:
    """The chart in a directory of the project; problems name its files as the project does.

    Raises:
        InputError: there is none, or it cannot be read.
    """
    root = f"{project.directory}{os.sep}"
    try:
        return load(project.directory / path)
    except InputError as error:
        raise InputError(
            replace(one, where=replace(one.where, file=one.where.file.removeprefix(root))) if one.where else one
            for one in error.problems
        ) from None


def _metadata(build: BuildFields) -> dict[str, Any]:
    """What `build` says for Chart.yaml beyond name, version and description."""
    said = build.model_dump(mode="json", exclude_none=True, include=_CHART_YAML)
    annotations = {key: _annotation(value) for key, value in (build.annotations or {}).items() if value is not None}
    if build.license:
        annotations[artifacthub.LICENSE] = str(build.license)
    return said | ({"annotations": annotations} if annotations else {})


def _annotation(value: Any) -> str:
    """An annotation is a string; lists and maps are written as YAML, as Artifact Hub reads them."""
    if isinstance(value, str):
        return str(value)
    return yamlio.dumps(value) if isinstance(value, (dict, list)) else json.dumps(value)


def overlay(project: Project) -> dict[str, bytes]:
    """The files of `build.overlay` by their path in it; none where the project names no such directory.

    Raises:
        InputError: it is not there.
    """
    folder = project.build.overlay
    if folder is None:
        return {}
    root = project.directory / folder
    if not root.is_dir():
        raise InputError("there is no such directory", Where(str(folder)), "make it, or remove `build.overlay`")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def contract(ref: ChartRef, chart: Chart) -> Iterable[Problem]:
    """What is wrong with a chart that is to take the values that concerns make: that it speaks another contract."""
    if not ref.shared or chart.contract == CONTRACT:
        return
    title = f"the chart {chart.name} {chart.version}"
    if chart.contract is None:
        message = f"{title} is not made by chartgen: it does not say which values it takes"
        yield Problem(message, path="chart", hint="build the shared chart with `chartgen build`")
    else:
        newer = chart.contract > CONTRACT
        hint = "use a newer chartgen" if newer else "use a newer version of the chart, or an older chartgen"
        yield Problem(f"{title} speaks contract {chart.contract}, this chartgen {CONTRACT}", path="chart", hint=hint)


def shared_schema(directory: pathlib.Path | None) -> Mapping[str, Any]:
    """The JSON Schema of the shared chart's values: of the project in the folder, None: of the chart chartgen brings.

    Raises:
        InputError: the project is wrong.
        ToolError: its chart is published and cannot be fetched.
    """
    chart = assemble.assemble(bundled.sources(), assemble.Build())
    if directory is not None:
        project, whole = open_plan(directory)
        release = next((release for release in whole.releases if release.chart.shared), None)
        chart = assembled(project) if release is None else charts(project, [release]).by_ref[release.chart]
    return chart.schema or {}
