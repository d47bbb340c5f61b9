"""The plan: every service at every place, as Helm is to install it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from chartgen.concerns import CONCERNS, Concern, Context, Peer, ServicePort
from chartgen.concerns.ports import PortsFields, declared
from chartgen.errors import InputError, Problem, Where
from chartgen.fields import present, unlocated, written
from chartgen.model import (
    Allowed,
    CheckSettings,
    EnvironmentPlan,
    HelmDefaults,
    Layer,
    Path,
    Plan,
    Release,
    Values,
)
from chartgen.plan import charts, claims, components, graph, keys, namespaces, order, publishing, storage
from chartgen.plan.claims import Here
from chartgen.plan.exports import exports
from chartgen.plan.outside import outside
from chartgen.plan.places import Place, context, domains, places, release_name
from chartgen.plan.resolve import Resolved, resolve
from chartgen.spec.fields import ServiceSettings
from chartgen.spec.find import SPEC
from chartgen.spec.layers import problem, where
from chartgen.spec.load import in_order
from chartgen.spec.namespaces import SERVICE
from chartgen.spec.project import Project
from chartgen.values import merge

HELM_DEFAULTS = HelmDefaults(timeout=300, max_history=25)
"""The field reference's defaults of `timeout` and `max_history`."""


def plan(project: Project) -> Plan:
    """Every release of the project. Pure.

    Raises:
        InputError: every problem of every service at every place, each told once, where it was written.
    """
    found, problems = attempt(project)
    if problems:
        raise InputError(problems)
    return found


def attempt(project: Project) -> tuple[Plan, list[Problem]]:
    """The plan as far as it goes, and every problem on the way, in the order of files and lines."""
    problems: list[Problem] = []
    everywhere = [_here(project, place, problems) for place in places(project, problems)]
    releases = [release for here in everywhere for release in _releases(project, here, problems)]
    problems += claims.same_release(everywhere)
    problems += claims.same_namespace(everywhere)
    problems += publishing.same_host(everywhere, project)
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
    found = Plan(project.name, environments, project.default_environment, HELM_DEFAULTS, sources)
    return found, in_order(project.paths.named(problem) for problem in problems)


def _here(project: Project, place: Place, problems: list[Problem]) -> Here:
    """The services of one place, each resolved by itself."""
    services = {name: resolve(project, place, service, problems) for name, service in project.services.items()}
    names = {name: release_name(project, place, service, problems) for name, service in project.services.items()}
    return Here(place, services, names, namespaces.room(project, place, problems))


def _releases(project: Project, here: Here, problems: list[Problem]) -> Iterator[Release]:
    """The releases of one place: what each service needs to know of the others is known now."""
    peers = {name: Peer(here.names[name], _ports(project, resolved)) for name, resolved in here.services.items()}
    resources = outside(project, here.place, problems)
    surroundings = graph.around(here.services, peers, resources)
    first = order.needs(here.services, project.paths, problems)
    problems += claims.same_object(here, project.paths)
    problems += claims.same_mount(here, surroundings, project.paths)
    problems += publishing.impossible(here, project)
    problems += storage.out_of_place(here, project.paths)
    problems += keys.missing(here, project.paths)
    rooms = () if here.room is None else (namespaces.release_name(here.place.namespace),)
    if here.room is not None:
        files = _developer(project, here.place, SERVICE)
        yield namespaces.release(project, here.place, here.room, files, problems)
    problems += claims.same_variable(here, project.paths)
    for name, resolved in here.services.items():
        known = replace(
            context(project, here.place, name),
            ports=peers[name].ports or (),
            peers=peers,
            resources=resources,
            around=surroundings[name],
        )
        needed = (*rooms, *(here.names[need] for need in first[name]))
        yield _release(project, here, resolved, known, needed, problems)


def _ports(project: Project, resolved: Resolved) -> tuple[ServicePort, ...] | None:
    fields = resolved.fields.get("ports")
    found = declared(fields) if isinstance(fields, PortsFields) else None
    return found or (None if resolved.service.name in project.doubtful else found)


def _release(
    project: Project, here: Here, resolved: Resolved, known: Context, needs: tuple[str, ...], problems: list[Problem]
) -> Release:
    environment, region = here.place.key
    service, settings = resolved.service, resolved.settings
    faults = {concern.name: _faults(project, resolved, concern, known) for concern in CONCERNS}
    problems += (fault for found in faults.values() for fault in found)
    problems += components.same_name(resolved.components, project.paths)
    if "ports" in resolved.fields:
        for component in resolved.components:
            problems += components.faults(component, known, project.paths)
    right = [concern for concern in CONCERNS if concern.name in resolved.fields and not faults[concern.name]]
    return Release(
        project=project.name,
        environment=environment,
        region=region,
        service=service.name,
        name=here.names[service.name],
        namespace=here.place.namespace,
        kube_context=here.place.kube_context,
        chart=charts.reference(project, here.place, resolved, problems),
        generated=_own_values(resolved) if resolved.own_chart else _values(resolved, right, known),
        developer=_developer(project, here.place, service.name),
        needs=needs,
        timeout=_int(settings.timeout),
        max_history=_int(settings.max_history),
        kubernetes=here.place.environment.kubernetes or project.kubernetes,
        exports=exports(resolved, known),
        create_namespace=here.room is None,
        checks=_checks(project, here.place, settings),
    )


def _checks(project: Project, here: Place, settings: ServiceSettings) -> CheckSettings:
    """What the spec says about checking the release."""
    allow = (settings.checks and settings.checks.allow) or {}
    allowed = tuple(
        Allowed(str(rule), str(reason), written(reason, Where(SPEC))) for rule, reason in present(allow).items()
    )
    node = here.region.largest_node if here.region else here.environment.largest_node
    top = where(project.documents[SPEC].root, ("project",))
    return CheckSettings(
        allowed, project.required_labels, node, domains(project, here), project=top, environment=here.environment.where
    )


def _developer(project: Project, place: Place, service: str) -> tuple[Layer, ...]:
    """The developer's own values for a release, general to particular."""
    environment, region = place.key
    stems = [service, f"{service}.{environment}", f"{service}.{environment}.{region}"]
    files = (f"values/{stem}.yaml" for stem in stems)
    return tuple(project.developer[file] for file in files if file in project.developer)


def _int(number: int | None) -> int | None:
    """The plain number, which no longer knows where it was written."""
    return None if number is None else int(number)


def _faults(project: Project, resolved: Resolved, concern: Concern, known: Context) -> list[Problem]:
    """What is wrong with one concern's fields, but not what is a mere echo of another mistake."""
    fields = resolved.fields.get(concern.name)
    if fields is None:
        return []
    doubtful = resolved.service.name in project.doubtful or "ports" not in resolved.fields
    faults = (fault for fault in concern.faults(fields, known) if not (doubtful and fault.absent))
    return [problem(fault, resolved.node, resolved.path, project.paths) for fault in faults]


def _values(resolved: Resolved, concerns: Iterable[Concern], known: Context) -> Layer:
    """Every concern's part of the chart values, and where each was written."""
    values: dict[str, Any] = {}
    origins: dict[Path, Where] = {(): resolved.service.where}
    for concern in concerns:
        part = concern.values(resolved.fields[concern.name], known)
        if part:
            said = resolved.parts.get(concern.name)
            fallback = next((said.keys[key] for key in said.entries), None) if said else None
            for key, value in part.items():
                if fallback is not None:
                    origins[key,] = fallback
                values[key] = unlocated(value, (key,), origins)
    for component in resolved.components:
        if component.name in values.get(component.parts.value, ()):
            components.add_values(component, known, values, origins)
    straight: Values = resolved.settings.values or {}
    _places(straight, (), resolved, origins)
    return Layer(resolved.service.file, merge(values, straight) if straight else values, origins)


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
