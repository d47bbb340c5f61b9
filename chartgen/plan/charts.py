"""Which chart a release uses, and where it comes from."""

from __future__ import annotations

import posixpath

from chartgen.errors import Problem
from chartgen.model import ChartRef
from chartgen.plan.places import Place, chart_version
from chartgen.plan.resolve import Resolved
from chartgen.spec.chartfields import ChartFields
from chartgen.spec.find import SPEC
from chartgen.spec.layers import locate, where
from chartgen.spec.project import Project

CHART_NAME = "microservice"


def reference(project: Project, place: Place, resolved: Resolved, problems: list[Problem]) -> ChartRef:
    """The chart of a service: one of its own, or the shared one in the version that holds here."""
    own, shared = resolved.settings.chart or ChartFields(), project.chart
    if resolved.own_chart:
        name = own.name or posixpath.basename((own.path or "").rstrip("/")) or resolved.service.name
        chart = ChartRef(name, own.path, own.repository, own.version, shared=False)
        at = locate(resolved.node, ("chart",), resolved.path, project.paths)
    else:
        version = chart_version(project, place) or own.version or shared.version
        name = shared.name or project.build.name or CHART_NAME
        chart = ChartRef(name, shared.path, shared.repository, version)
        root = project.documents[SPEC].root
        at = (where(root, ("chart",)), "chart")
        if own.name is not None and own.name != name:
            here, path = locate(resolved.node, ("chart", "name"), resolved.path, project.paths)
            message = f"names another chart than the shared one, {name}, but not where it is"
            problems.append(Problem(message, here, path, hint="add its `path`, or its `repository` and `version`"))
    if chart.path is not None and chart.repository is not None:
        problems.append(Problem("names a path and a repository", *at, "one of the two", "remove one of them"))
    if chart.repository is not None and chart.version is None:
        message, hint = "names a repository but no version", "add `version: …`, or name it in versions/"
        problems.append(Problem(message, *at, "a version, `1.4.0`", "add `version`" if resolved.own_chart else hint))
    return _plain(chart)


def _plain(chart: ChartRef) -> ChartRef:
    """The reference with plain strings, which no longer know where they were written."""
    name, path, repository, version = (
        None if text is None else str(text) for text in (chart.name, chart.path, chart.repository, chart.version)
    )
    return ChartRef(name or "", path, repository, version, chart.shared)
