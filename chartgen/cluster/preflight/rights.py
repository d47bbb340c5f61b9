"""Whether who deploys has the rights that helm needs, and chartgen to wait."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from chartgen.cluster.api import Api, Resource
from chartgen.cluster.preflight.rules import found
from chartgen.cluster.preflight.scene import Scene
from chartgen.cluster.preflight.task import Task
from chartgen.cluster.stored import resource as storage
from chartgen.compare.manifests.reading import identity, is_hook, kind_of, part
from chartgen.model import Finding

NEEDED, WAITING = "preflight-rights", "preflight-rights-to-wait"

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
_KINDS = ("get", "create", "patch")
_LATER = ("list", "watch", "delete")
_STORAGE = ("get", "list", "create", "update", "delete")
_PODS = Resource("v1", "Pod", "pods", namespaced=True)
_REPLICA_SETS = Resource("apps/v1", "ReplicaSet", "replicasets", namespaced=True)


_OWN_RELEASE = "or make the namespace a release of its own (`managed_namespace`), which somebody deploys who may"


class Right(NamedTuple):
    """What somebody may do: a verb, on objects of a group and resource (`*`: all), in a namespace (empty: anywhere)."""

    namespace: str
    group: str
    resource: str
    verb: str


_MAKE = Right("", "", "namespaces", "create")


def needed(task: Task, scene: Scene) -> dict[Right, str]:
    """The rights that a deploy needs, each with the rule that it breaks where it is lacking. Pure.

    Helm reads, makes and changes each object, keeps its state, and lists what it waits for (Helm 4 watches it). It
    deletes what goes, hooks, and all that it has made where a release fails. The namespace of a new release it makes
    though it is there; Helm 4 changes it then.
    """
    lesser: dict[Right, str] = {}
    rights: dict[Right, str] = {}
    now = {identity(manifest) for manifest in task.manifests}
    for manifest in (*task.manifests, *task.stored):
        key = scene.key(manifest)
        if key is None:
            continue
        namespace = key.place.namespace
        resource = scene.resources[str(manifest.object["apiVersion"]), kind_of(manifest)]
        goes = is_hook(manifest) or identity(manifest) not in now
        rights |= _rights(namespace, resource, _KINDS if identity(manifest) in now else ("get",), NEEDED)
        rights |= _rights(namespace, resource, ("delete",) if goes else (), NEEDED)
        lesser |= _rights(namespace, resource, _LATER, WAITING)
    for release in task.releases:
        lesser |= _rights(release.namespace, _PODS, ("get", "list", "watch"), WAITING)
        lesser |= _rights(release.namespace, _REPLICA_SETS, ("list",), WAITING)
        rights |= _rights(release.namespace, storage(), _STORAGE, NEEDED)
    for step in task.steps:
        if step.action == "create" and step.release.create_namespace:
            rights[_MAKE] = NEEDED
            lesser[Right(step.release.namespace, "", "namespaces", "patch")] = WAITING
    return lesser | rights


def missing(api: Api, rights: Iterable[Right]) -> frozenset[Right]:
    """Those that the cluster does not grant us. Who may do everything is asked once a namespace.

    Raises:
        ApiError: the cluster cannot be reached, or refuses to say.
    """
    rights = tuple(rights)
    everything = dict.fromkeys(Right(right.namespace, "*", "*", "*") for right in rights)
    masters = _granted(api, tuple(everything))
    left = tuple(right for right in rights if Right(right.namespace, "*", "*", "*") not in masters)
    return frozenset(left) - _granted(api, left)


def check(rights: dict[Right, str], lacking: frozenset[Right]) -> Iterator[Finding]:
    """What is lacking, told once a namespace. Pure."""
    for rule in (NEEDED, WAITING):
        spaces: dict[str, list[Right]] = {}
        for right, breaks in rights.items():
            if right in lacking and breaks == rule:
                spaces.setdefault(right.namespace, []).append(right)
        for namespace, some in spaces.items():
            yield _finding(rule, namespace, some)


def _finding(rule: str, namespace: str, some: Sequence[Right]) -> Finding:
    where = f"in the namespace {namespace}" if namespace else "in the whole cluster"
    first = some[0]
    resource = f"{first.resource}.{first.group}" if first.group else first.resource
    can = f"kubectl auth can-i {first.verb} {resource}" + (f" -n {namespace}" if namespace else "")
    role = "Role" if namespace else "ClusterRole"
    remedy = f"have a {role} with these rules granted {where}: {'; '.join(_rules(some))}; `{can}` tells whether it is"
    remedy = f"{remedy}; {_OWN_RELEASE}" if _MAKE in some else remedy
    about = f"Namespace/{namespace}" if namespace else ""
    return found(rule, f"no right {where} to {_in_words(some)}", about=about, remedy=remedy)


def _in_words(some: Iterable[Right]) -> str:
    """`create and patch deployments.apps; list pods`."""
    return "; ".join(
        f"{', '.join(verbs)} {', '.join(_named(*each) for each in resources)}" for verbs, resources in _grouped(some)
    )


def _rules(some: Iterable[Right]) -> Iterator[str]:
    """Rules of a Role, in YAML's flow style."""
    for verbs, resources in _grouped(some):
        groups = dict.fromkeys(group for group, _ in resources)
        for group in groups:
            names = ", ".join(name for own, name in resources if own == group)
            yield f'{{apiGroups: ["{group}"], resources: [{names}], verbs: [{", ".join(verbs)}]}}'


def _grouped(some: Iterable[Right]) -> list[tuple[tuple[str, ...], list[tuple[str, str]]]]:
    """The resources by the verbs that are lacking on them."""
    verbs: dict[tuple[str, str], list[str]] = {}
    for right in some:
        verbs.setdefault((right.group, right.resource), []).append(right.verb)
    grouped: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for resource, own in verbs.items():
        grouped.setdefault(tuple(own), []).append(resource)
    return list(grouped.items())


def _named(group: str, resource: str) -> str:
    return f"{resource}.{group}" if group else resource


def _rights(namespace: str, resource: Resource, verbs: Iterable[str], rule: str) -> dict[Right, str]:
    return {Right(namespace, resource.group, resource.name, verb): rule for verb in verbs}


def _granted(api: Api, rights: Sequence[Right]) -> frozenset[Right]:
    def is_granted(right: Right) -> bool:
        attributes = {key: value for key, value in right._asdict().items() if value}
        review = {"kind": "SelfSubjectAccessReview", "apiVersion": "authorization.k8s.io/v1"}
        answer = api.send("POST", _REVIEWS, {**review, "spec": {"resourceAttributes": attributes}})
        return bool(part(answer, "status", "allowed"))

    return frozenset(right for right, granted in zip(rights, api.each(is_granted, rights), strict=True) if granted)
