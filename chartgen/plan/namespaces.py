"""The namespace of a place as a release of its own, where that is asked for.

Helm keeps a release's state in the release's own namespace, which must be there before: so this one stands in
`default`, which every cluster has, and all others of the place need it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from chartgen.concerns import NAMESPACE, Context
from chartgen.concerns.labels import CONCERN as LABELS
from chartgen.concerns.labels import LabelsFields
from chartgen.concerns.namespace import NamespaceFields
from chartgen.errors import Problem, Where
from chartgen.fields import unlocated
from chartgen.model import Layer, Path, Release, Values
from chartgen.plan import charts
from chartgen.plan.places import Place, context, scope
from chartgen.plan.resolve import resolve
from chartgen.spec.find import SPEC
from chartgen.spec.interpolation import interpolate, is_open
from chartgen.spec.layers import EMPTY, merge, problem
from chartgen.spec.namespaces import FIELD, SERVICE, one_form
from chartgen.spec.project import Project, Service
from chartgen.spec.services import LONGEST
from chartgen.spec.validation import read
from chartgen.yamlio import Map

HOME = "default"
"""The namespace in which the releases of namespaces stand."""

_KUBERNETES_OWN = ("default", "kube-node-lease", "kube-public", "kube-system")
_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Room:
    """What is said of the namespace of a place: the merged layers, and what they say as fields."""

    node: Map
    where: Where
    fields: NamespaceFields


def room(project: Project, place: Place, problems: list[Problem]) -> Room | None:
    """What is said of the namespace of the place; None where it is not to be a release."""
    layers = [project.managed_namespace, *place.environment.managed_namespace]
    layers += place.region.managed_namespace if place.region else ()
    merged = EMPTY
    for layer in layers:
        if layer.entries:
            merged = merge(merged, layer)
    if not merged.entries:
        return None
    resolved = interpolate(merged, scope(project, place, None, problems))
    assert isinstance(resolved, Map)  # noqa: S101  # a map stays one
    if is_open(resolved):
        return None  # which is told already
    node, where = one_form(resolved, (FIELD,), problems).get(FIELD), resolved.keys[FIELD]
    if not isinstance(node, Map):
        return None
    if place.namespace in _KUBERNETES_OWN:
        message = f"the namespace of {place.title} is `{place.namespace}`, which is Kubernetes' own"
        problems.append(
            Problem(message, where, FIELD, hint=f"say `{FIELD}: false` here, or choose another `namespace`")
        )
    fields = read(NamespaceFields, node, (FIELD,), problems, project.paths)
    return None if fields is None else Room(node, where, fields)


def release_name(namespace: str) -> str:
    """The name of a namespace's release, one for each: what is too long ends in a hash."""
    name = f"{SERVICE}-{namespace}"
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - _DIGITS - 1].rstrip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:_DIGITS]}"


def release(project: Project, place: Place, found: Room, files: Sequence[Layer], problems: list[Problem]) -> Release:
    """The release of the namespace.

    Arguments:
        files: the developer's own values for it, general to particular.
    """
    environment, region = place.key
    shared = resolve(project, place, Service(SERVICE, SPEC, EMPTY, {}, {}, found.where), problems)
    known = context(project, place, SERVICE)
    problems += (problem(fault, found.node, (FIELD,), project.paths) for fault in NAMESPACE.faults(found.fields, known))
    return Release(
        project=project.name,
        environment=environment,
        region=region,
        service=SERVICE,
        name=release_name(place.namespace),
        namespace=HOME,
        kube_context=place.kube_context,
        chart=charts.reference(project, place, replace(shared, own_chart=False), problems),
        generated=_values(found, shared.fields.get(LABELS.name, LabelsFields()), known),
        developer=tuple(files),
        kubernetes=place.environment.kubernetes or project.kubernetes,
        create_namespace=False,
    )


def _values(found: Room, labels: Any, known: Context) -> Layer:
    """No workload; what every object of the place carries; the namespace."""
    everywhere = LABELS.values(labels, known)
    said: Values = {"kind": "None", "serviceAccount": {"create": False}}
    said |= {key: everywhere[key] for key in ("labels", "annotations") if key in everywhere}
    origins: dict[Path, Where] = {(): found.where}
    said |= NAMESPACE.values(found.fields, known)
    plain = {key: unlocated(value, (key,), origins) for key, value in said.items()}
    origins["namespace",] = found.where
    return Layer(SPEC, plain, origins)
