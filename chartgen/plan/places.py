"""Where releases go: each environment, or each region of it, with its context, its namespace and its variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chartgen.concerns import Context
from chartgen.errors import Problem, Where
from chartgen.fields import LABEL, describe, quoted
from chartgen.spec.environments import NAME
from chartgen.spec.find import SPEC
from chartgen.spec.interpolation import Scope, interpolate
from chartgen.spec.layers import merge
from chartgen.spec.project import Environment, Project, Region, Service, Versions
from chartgen.spec.services import LONGEST, is_name
from chartgen.yamlio import List, Map, Scalar

_LONGEST_NAMESPACE = 63
_CONTEXT = re.compile(r"(?!-)[^\x00-\x1f\x7f]+")
"""A kubeconfig's context may be called anything; but what starts with a dash is an option to helm."""


@dataclass(frozen=True, slots=True)
class Place:
    """One environment, or one region of it."""

    environment: Environment
    region: Region | None
    kube_context: str | None
    namespace: str
    variables: Map

    @property
    def key(self) -> tuple[str, str | None]:
        """Environment and region by name."""
        return self.environment.name, self.region.name if self.region else None

    @property
    def title(self) -> str:
        """The place as people call it: `prod/eu-north`."""
        return "/".join(part for part in self.key if part)


def places(project: Project, problems: list[Problem]) -> tuple[Place, ...]:
    """Every place of the project, environments in the order written, regions in the order of their waves."""
    return tuple(
        _place(project, environment, region, problems)
        for environment in project.environments.values()
        for region in (environment.regions or (None,))
    )


def scope(project: Project, place: Place, service: str | None, problems: list[Problem]) -> Scope:
    """What references mean at this place."""
    environment, region = place.key
    names = {"environment": environment, "region": region, "project": project.name, "service": service}
    return Scope(names, place.variables, problems=problems)


def context(project: Project, place: Place, service: str) -> Context:
    """What concerns may know at this place, but for ports and peers."""
    environment, region = place.key
    return Context(
        project=project.name,
        environment=environment,
        region=region,
        service=service,
        namespace=place.namespace,
        registry=project.registry,
        version=image_version(project, place, service),
        local=project.local.read,
    )


def domains(project: Project, place: Place) -> tuple[str, ...]:
    """The domains of the place, which its variables name as `domain`: one, a list, or none."""
    said = place.variables.get("domain")
    node = None if said is None else interpolate(said, scope(project, place, None, []))
    found = node.items if isinstance(node, List) else (node,)
    return tuple(one.value for one in found if isinstance(one, Scalar) and isinstance(one.value, str))


def image_version(project: Project, place: Place, service: str) -> str | None:
    """The tag or digest that `versions/` gives the service at this place."""
    found = (versions.images[service] for versions in _versions(project, place) if service in versions.images)
    return next(found, None)


def chart_version(project: Project, place: Place) -> str | None:
    """The version of the shared chart that `versions/` gives this place."""
    found = (versions.chart for versions in _versions(project, place) if versions.chart is not None)
    return next(found, None)


def release_name(project: Project, place: Place, service: Service, problems: list[Problem]) -> str:
    """The name of the service's release here, by the project's pattern."""
    where = _pattern_place(project, "naming")
    name = _text(project.naming, where, "naming", scope(project, place, service.name, problems)) or ""
    message = f"the release of `{service.name}` would be called {quoted(name)}"
    if not is_name(service.name) or "{" in name:
        return name  # which is told already
    if len(name) > LONGEST:
        expected = f"at most {LONGEST}, Helm's limit"
        problems.append(Problem(f"{message}, {len(name)} characters", where, "naming", expected))
    elif not re.fullmatch(LABEL, name):
        problems.append(Problem(message, where, "naming", "lower-case letters, digits and dashes, a letter first"))
    return name


def _place(project: Project, environment: Environment, region: Region | None, problems: list[Problem]) -> Place:
    variables = project.vars
    for layer in (*environment.vars, *(region.vars if region else ())):
        variables = merge(variables, layer)
    bare = Place(environment, region, None, "", variables)
    here = scope(project, bare, None, problems)
    owner: Environment | Region = environment
    path = f"environments.{environment.name}"
    if region is not None and region.kube_context is not None:
        owner, path = region, f"{path}.regions.{region.name}"
    written = owner.kube_context
    kube_context = None if written is None else _text(written, owner.where, f"{path}.kube_context", here)
    if kube_context is not None and not _CONTEXT.fullmatch(kube_context):
        message = f"is {quoted(kube_context)}"
        problems.append(Problem(message, owner.where, f"{path}.kube_context", "a name that does not start with a dash"))
    return Place(environment, region, kube_context, _namespace(project, bare, here), variables)


def _namespace(project: Project, bare: Place, here: Scope) -> str:
    where = _pattern_place(project, "namespace")
    namespace = (_text(project.namespace, where, "namespace", here) or "").replace("_", "-")
    names_are_right = all(NAME.fullmatch(name) for name in bare.key if name)
    if "{" in namespace or not names_are_right:
        return namespace  # which is told already
    message = f"the namespace of {bare.title} would be {quoted(namespace)}"
    at = where if where.line else bare.environment.where
    if not re.fullmatch("[a-z0-9]([-a-z0-9]*[a-z0-9])?", namespace):
        expected = "lower-case letters, digits and dashes, a letter or digit at both ends"
        here.problems.append(Problem(message, at, "namespace", expected))
    elif len(namespace) > _LONGEST_NAMESPACE:
        expected = f"at most {_LONGEST_NAMESPACE}, Kubernetes' limit"
        here.problems.append(Problem(f"{message}, {len(namespace)} characters", at, "namespace", expected))
    return namespace


def _pattern_place(project: Project, field: str) -> Where:
    root = project.documents[SPEC].root
    keys: Mapping[str, Where] = root.keys if isinstance(root, Map) else {}
    return keys.get(field, Where(SPEC))


def _versions(project: Project, place: Place) -> Iterator[Versions]:
    """What `versions/` says of this place: its region first, then the environment."""
    environment, region = place.key
    for key in ((environment, region), (environment, None)) if region else ((environment, None),):
        if key in project.versions:
            yield project.versions[key]


def _text(pattern: str, where: Where, path: str, here: Scope) -> str | None:
    """The pattern with its references resolved; None where it is one reference, and that is empty."""
    node = interpolate(Scalar(pattern, pattern, where), here)
    if isinstance(node, Scalar):
        return None if node.value is None else node.text
    here.problems.append(Problem(f"`{pattern}` is {describe(node)}", where, path, "a name"))
    return None
