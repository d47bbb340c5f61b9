"""What only one can have: a release's name in a namespace, an object's name, a host and path at an ingress."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chartgen.concerns import ingress
from chartgen.concerns.files import FilesFields
from chartgen.concerns.ingress import IngressFields
from chartgen.concerns.service import ServiceFields
from chartgen.concerns.storage import StorageFields
from chartgen.errors import Problem
from chartgen.fields import present
from chartgen.plan.namespaces import HOME, Room, release_name
from chartgen.plan.places import Place
from chartgen.plan.resolve import Resolved
from chartgen.spec.layers import locate
from chartgen.spec.namespaces import FIELD
from chartgen.spec.paths import Paths

_CANARY = "nginx.ingress.kubernetes.io/canary"
_DEFAULT_CLASS = "nginx"
"""The class that the shared chart takes where a service names none."""


@dataclass(frozen=True, slots=True)
class Here:
    """The services of one place, each with the name of its release, and what is said of the namespace."""

    place: Place
    services: Mapping[str, Resolved]
    names: Mapping[str, str]
    room: Room | None


def same_release(everywhere: Sequence[Here]) -> Iterator[Problem]:
    """Releases with one context, namespace and name: one would overwrite the other without a word.

    Two places that share them for all services are one mistake, told once.
    """
    taken: dict[tuple[str | None, str, str], tuple[Here, str]] = {}
    told: set[tuple[int, int]] = set()
    for here in everywhere:
        for service, name in here.names.items():
            other, first = taken.setdefault((here.place.kube_context, here.place.namespace, name), (here, service))
            if other is here:
                if first != service:
                    message = f"`{first}` and `{service}` would both be the release `{name}` in {here.place.title}"
                    yield Problem(message, path="naming", hint="put `{service}` into `naming`")
            elif (id(other), id(here)) not in told:
                told.add((id(other), id(here)))
                yield _overwritten(other.place, here.place, name)


def _overwritten(other: Place, place: Place, name: str) -> Problem:
    context = f"the context `{place.kube_context}`" if place.kube_context else "no context of their own"
    message = (
        f"{other.title} and {place.title} have {context} and the namespace `{place.namespace}`: "
        f"the release `{name}` of one would overwrite that of the other"
    )
    where = place.region.where if place.region else place.environment.where
    path = f"environments.{place.environment.name}" + (f".regions.{place.region.name}" if place.region else "")
    part = "region" if place.region else "environment"
    hint = f"give one another `kube_context`, or put `{{{part}}}` into `namespace`"
    return Problem(message, where, path, hint=hint)


def same_namespace(everywhere: Sequence[Here]) -> Iterator[Problem]:
    """A namespace that two places make their own, and a service's release with the name of the namespace's."""
    services = {
        (here.place.kube_context, here.place.namespace, name) for here in everywhere for name in here.names.values()
    }
    taken: dict[tuple[str | None, str], Here] = {}
    for here in everywhere:
        if here.room is None:
            continue
        context, namespace = here.place.kube_context, here.place.namespace
        other, name = taken.setdefault((context, namespace), here), release_name(namespace)
        if other is not here and not {*other.names.values()} & {*here.names.values()}:  # which is told already
            message = f"{other.place.title} and {here.place.title} would both make the namespace `{namespace}`"
            hint = f"say `{FIELD}: false` for one of them, or give one another `kube_context`"
            yield Problem(message, here.room.where, hint=hint)
        if (context, HOME, name) in services or name in here.names.values():
            message = f"the release of the namespace in {here.place.title} is `{name}`, and so is that of a service"
            yield Problem(message, here.room.where, hint="choose another name for the service")


def same_object(here: Here, paths: Paths) -> Iterator[Problem]:
    """An extra Service that has the name of another service's release."""
    owners = {name: service for service, name in here.names.items()}
    for service, resolved in here.services.items():
        fields = resolved.fields.get("service")
        for extra in present(fields.extra_services) if isinstance(fields, ServiceFields) else ():
            name = f"{here.names[service]}-{extra}"
            if name in owners:
                where, path = locate(resolved.node, ("extra_services", extra), resolved.path, paths)
                message = f"makes a Service `{name}`, which the service `{owners[name]}` makes too"
                yield Problem(message, where, path, hint="choose another name")


def same_mount(here: Here, paths: Paths) -> Iterator[Problem]:
    """A file at the path of a volume: Kubernetes mounts one thing at a path."""
    for resolved in here.services.values():
        files, storage = resolved.fields.get("files"), resolved.fields.get("storage")
        if isinstance(files, FilesFields) and isinstance(storage, StorageFields):
            volumes = {volume.path: name for name, volume in present(storage.volumes).items()}
            for file in (file for file in present(files.files) if file in volumes):
                where, path = locate(resolved.node, ("files", file), resolved.path, paths)
                message = f"the volume `{volumes[file]}` is mounted there"
                yield Problem(message, where, path, hint="give one of them another path")


def same_host(everywhere: Iterable[Here], paths: Paths) -> Iterator[Problem]:
    """Two services that claim one host and path of one ingress class, in one place or in two of one cluster.

    A canary shares both with what it stands in for, and says so by nginx's annotation.
    """
    taken: dict[tuple[object, ...], tuple[Here, str]] = {}
    for here in everywhere:
        cluster = here.place.kube_context or here.place.key
        for service, resolved in here.services.items():
            fields = resolved.fields.get("ingress")
            if (
                not isinstance(fields, IngressFields)
                or present(fields.ingress_extra_annotations).get(_CANARY) == "true"
            ):
                continue
            for host, path in ingress.claims(fields):
                claim = (cluster, fields.ingress_class or _DEFAULT_CLASS, host, path)
                other, first = taken.setdefault(claim, (here, service))
                if other is not here or first != service:
                    yield _claimed_twice(other, first, here, resolved, f"{_shown(host)}{path}", paths)


def _claimed_twice(other: Here, first: str, here: Here, resolved: Resolved, uri: str, paths: Paths) -> Problem:
    where, path = locate(resolved.node, ("public_uri",), resolved.path, paths)
    name = resolved.service.name
    if other is here:
        message, hint = f"`{first}` and `{name}` are both published at {uri}", "give one of them another path"
    else:
        ends = f"`{first}` in {other.place.title} and `{name}` in {here.place.title}"
        message = f"{ends} are both published at {uri} of one cluster, {here.place.kube_context}"
        hint = "put the environment into the host: `{vars.domain}`, or `{environment}.shop.example`"
    return Problem(message, where, path, hint=hint)


def _shown(host: str) -> str:
    return "any host, " if host == ingress.ANY_HOST else host
