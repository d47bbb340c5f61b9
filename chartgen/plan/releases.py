"""The plan: every service at every place, as Helm is to install it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from chartgen.concerns import CONCERNS, Context, Peer
from chartgen.concerns.ports import PortsFields, declared
from chartgen.errors import InputError, Problem, Where
from chartgen.fields import WrittenText, unlocated
from chartgen.model import ChartRef, EnvironmentPlan, HelmDefaults, Layer, Path, Plan, Release, Values
from chartgen.plan import claims, order
from chartgen.plan.places import Place, chart_version, context, places, release_name
from chartgen.plan.resolve import Resolved, part_of, resolve
from chartgen.spec.layers import problem, where
from chartgen.spec.load import SPEC, in_order, written_paths
from chartgen.spec.project import Project

CHART_NAME = "microservice"
HELM_DEFAULTS = HelmDefaults(timeout=300, max_history=25)
"""The field reference's defaults of `timeout` and `max_history`."""


def plan(project: Project) -> Plan:
    """Every release of the project. Pure.

    Raises:
        InputError: every problem of every service at every place, each told once, where it was written.
    """
    problems: list[Problem] = []
    everywhere = places(project, problems)
    problems += claims.same_release(everywhere)
    releases = [release for place in everywhere for release in _at(project, place, problems)]
    problems += claims.same_name(releases)
    if problems:
        raise InputError(_told_once(project, problems))
    environments = tuple(
        EnvironmentPlan(
            name,
            tuple(release for release in releases if release.environment == name),
            tuple(region.name for region in environment.regions),
        )
        for name, environment in project.environments.items()
    )
    sources = {
        name: (SPEC,) if service.file == SPEC else (SPEC, service.file) for name, service in project.services.items()
    }
    return Plan(project.name, environments, project.default_environment, HELM_DEFAULTS, sources)


def _at(project: Project, place: Place, problems: list[Problem]) -> Iterable[Release]:
    """The releases of one place."""
    before = len(problems)
    services = {}
    for name, service in project.services.items():
        resolved = resolve(project, place, service, problems)
        if resolved is not None:
            services[name] = resolved
    if len(problems) > before:
        return ()  # links and order would only tell the same again
    names = {name: release_name(project, place, name, problems) for name in services}
    peers = {name: Peer(names[name], declared(_ports(resolved))) for name, resolved in services.items()}
    first = order.needs(services, problems)
    problems += claims.same_host(services.values())
    releases = []
    for name, resolved in services.items():
        here = replace(context(project, place, name), ports=peers[name].ports, peers=peers)
        needed = tuple(names[need] for need in first[name] if need in names)
        releases.append(_release(project, place, resolved, here, names[name], needed, problems))
    return releases


def _ports(resolved: Resolved) -> PortsFields:
    fields = resolved.fields["ports"]
    assert isinstance(fields, PortsFields)  # noqa: S101  # the registry says so
    return fields


def _release(
    project: Project,
    place: Place,
    resolved: Resolved,
    here: Context,
    name: str,
    needs: tuple[str, ...],
    problems: list[Problem],
) -> Release:
    environment, region = place.key
    service, settings = resolved.service, resolved.settings
    files = [service.name, f"{service.name}.{environment}", f"{service.name}.{environment}.{region}"]
    return Release(
        project=project.name,
        environment=environment,
        region=region,
        service=service.name,
        name=name,
        namespace=place.namespace,
        kube_context=place.kube_context,
        chart=_chart(project, place, resolved, problems),
        generated=_own_values(resolved) if resolved.own_chart else _values(resolved, here, problems),
        developer=tuple(
            project.developer[file] for file in (f"values/{stem}.yaml" for stem in files) if file in project.developer
        ),
        needs=needs,
        timeout=settings.timeout,
        max_history=settings.max_history,
        kubernetes=place.environment.kubernetes or project.kubernetes,
    )


def _values(resolved: Resolved, here: Context, problems: list[Problem]) -> Layer:
    """Every concern's part of the chart values, and where each was written."""
    values: dict[str, Any] = {}
    origins: dict[Path, Where] = {(): resolved.service.where}
    path = ("services", resolved.service.name)
    for concern in CONCERNS:
        fields = resolved.fields[concern.name]
        faults = list(concern.faults(fields, here))
        problems += [problem(fault, resolved.node, path) for fault in faults]
        if faults:
            continue
        part = concern.values(fields, here)
        if part:
            said = part_of(resolved, concern)
            fallback = next((said.keys[key] for key in said.entries), None)
            for key, value in part.items():
                if fallback is not None:
                    origins[key,] = fallback
                values[key] = unlocated(value, (key,), origins)
    return Layer(resolved.service.file, values, origins)


def _own_values(resolved: Resolved) -> Layer:
    """The values that a service gives its own chart, straight."""
    values: Values = resolved.settings.values or {}
    origins: dict[Path, Where] = {(): where(resolved.node, ("values",))}
    _places(values, (), resolved, origins)
    return Layer(resolved.service.file, values, origins)


def _places(value: Any, path: Path, resolved: Resolved, origins: dict[Path, Where]) -> None:
    for key, entry in value.items() if isinstance(value, dict) else ():
        origins[*path, key] = where(resolved.node, ("values", *path, key))
        _places(entry, (*path, key), resolved, origins)


def _chart(project: Project, place: Place, resolved: Resolved, problems: list[Problem]) -> ChartRef:
    own, shared = resolved.settings.chart, project.chart
    at = where(resolved.node, ("chart",))
    if resolved.own_chart and own is not None:
        name = own.name or posixpath.basename((own.path or "").rstrip("/")) or resolved.service.name
        chart = ChartRef(name, own.path, own.repository, own.version, shared=False)
    else:
        asked = chart_version(project, place) or (own.version if own else None)
        if asked is not None and shared.repository is None:
            hint = "publish the chart and set `chart.repository`, or remove this version"
            written = asked.where if isinstance(asked, WrittenText) else at
            problems.append(Problem("only a published chart has versions to choose from", written, "chart", hint=hint))
        name = project.build.name or shared.name or CHART_NAME
        version = (asked or shared.version) if shared.repository else None
        chart = ChartRef(name, shared.path, shared.repository, version)
        at = Where(SPEC)
    if chart.path is not None and chart.repository is not None:
        message = "names a path and a repository"
        problems.append(Problem(message, at, "chart", "one of the two", "remove one of them"))
    if chart.repository is not None and chart.version is None:
        problems.append(Problem("names a repository but no version", at, "chart.version", "a version, `1.4.0`"))
    return _plain(chart)


def _plain(chart: ChartRef) -> ChartRef:
    """The reference with plain strings, which no longer know where they were written."""
    name, path, repository, version = (
        None if text is None else str(text) for text in (chart.name, chart.path, chart.repository, chart.version)
    )
    return ChartRef(name or "", path, repository, version, chart.shared)


def _told_once(project: Project, problems: Iterable[Problem]) -> list[Problem]:
    """The problems in the order of files and lines, each place told once, with the path as it was written there."""
    paths: Mapping[Where, str] = written_paths(project.documents)
    named = [replace(each, path=paths.get(each.where, each.path)) if each.where else each for each in problems]
    return in_order(named, project.documents)
