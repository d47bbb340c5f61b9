"""A version of the shared chart, as people name it on the command line."""

from __future__ import annotations

import pathlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chartgen.actions.charts import charts, contract
from chartgen.actions.committed import Revision
from chartgen.chart import package as packages
from chartgen.chart.load import NAME, VERSION, from_files, load
from chartgen.errors import InputError, Problem, Where
from chartgen.model import Chart, ChartRef, Release
from chartgen.outputs import places
from chartgen.publish.interface import Access
from chartgen.publish.open import repository
from chartgen.spec.project import Project

CURRENT = ("current", ".")
"""What the project uses now."""

_GIT = "git:"
_PUBLISHED = re.compile(rf"(?P<address>.+)/(?P<name>{NAME.pattern}):(?P<version>{VERSION.pattern})")
_EXPECTED = "a version, ADDRESS/NAME:VERSION, a chart's directory or .tgz, git:REVISION, or `current`"


@dataclass(frozen=True, slots=True)
class Asked:
    """The charts that were asked for: for each of the releases' references one, most often the same for all."""

    text: str
    by_ref: Mapping[ChartRef, Chart]

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Those charts, each once."""
        return tuple({chart.digest: chart for chart in self.by_ref.values()}.values())


def which(text: str, project: Project, releases: Iterable[Release], access: Access | None = None) -> Asked:
    """The chart that the text names, for releases that use the shared chart.

    It is `current` or `.` for what the project uses now; a version of its chart, which is fetched from where the
    project says; `ADDRESS/NAME:VERSION` in any repository, such as `oci://host/charts/microservice:1.4.0`; a chart's
    directory or package; or `git:REVISION` for the chart that is committed there.

    Raises:
        InputError: there is no such chart, or it speaks another contract.
        ToolError: a repository cannot be reached.
    """
    refs = tuple(dict.fromkeys(release.chart for release in releases))
    if text in CURRENT:
        return Asked(text, charts(project, releases).by_ref)
    if text.startswith(_GIT):
        revision = text.removeprefix(_GIT)
        by_ref = {ref: _committed(project, ref, revision) for ref in refs}
    else:
        chart = _one(text, project, refs, access)
        by_ref = dict.fromkeys(refs, chart)
    asked = Asked(text, by_ref)
    problems = [problem for chart in asked.charts for problem in contract(ChartRef(chart.name), chart)]
    if problems:
        raise InputError(problems)
    return asked


def _one(text: str, project: Project, refs: Iterable[ChartRef], access: Access | None) -> Chart:
    if VERSION.fullmatch(text):
        name, address = _published(project, refs, text)
        return _fetched(address, name, text, access)
    found = _PUBLISHED.fullmatch(text)
    if found:
        return _fetched(found["address"], found["name"], found["version"], access)
    path = pathlib.Path(text)
    if "://" in text or not path.exists():
        raise InputError(Problem(f"`{text}` names no chart", expected=_EXPECTED))
    return load(path)


def _published(project: Project, refs: Iterable[ChartRef], version: str) -> tuple[str, str]:
    """The name of the project's chart, and the repository that its versions are in."""
    known = {(ref.name, ref.repository) for ref in refs if ref.repository is not None}
    if len(known) != 1:
        message = f"the project does not say where to fetch version {version} of its chart"
        hint = f"say it: `chart.repository` in {places.SPEC}, or name the chart whole"
        raise InputError(Problem(message, Where(places.SPEC), "chart", _EXPECTED, hint))
    ((name, address),) = known
    here = "://" not in str(address)
    return name, str(project.directory / str(address)) if here else str(address)


def _fetched(address: str, name: str, version: str, access: Access | None) -> Chart:
    package = repository(address, access).fetch(name, version)
    return packages.chart(package, f"{address}/{package.filename}")


def _committed(project: Project, ref: ChartRef, name: str) -> Chart:
    """The chart as a revision has it: a local one, or the one that `render` wrote."""
    then = Revision.at(project.directory, name)
    if ref.repository is not None:
        message = f"the chart {ref.name} is published, and no revision has it"
        raise InputError(Problem(message, hint="name a version instead of a revision"))
    folder = ref.path.rstrip("/") if ref.path is not None else f"{places.CHARTS}/{ref.name}"
    content = {} if then is None else then.read(then.below(folder))
    if not content:
        raise InputError(f"the revision `{name}` has no chart in {folder}", hint="commit what `chartgen render` writes")
    return from_files({path.removeprefix(f"{folder}/"): text for path, text in content.items()}, f"{name}:{folder}")
