"""What only one can have: a release's name in a namespace, an object's name, a path in a container."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chartgen.concerns import files, secrets, storage
from chartgen.concerns.env import EnvFields
from chartgen.concerns.external_services import ExternalServicesFields
from chartgen.concerns.files import FilesFields
from chartgen.concerns.secrets import SecretsFields
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
from chartgen.yamlio import Path


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
    """An extra or external Service that has the name of another service's release, or of another such Service."""
    owners = {name: (service, f"the service `{service}` makes too") for service, name in here.names.items()}
    for service, resolved in here.services.items():
        for field, further in _services(resolved):
            name = f"{here.names[service]}-{further}"
            first, said = owners.setdefault(name, (f"{service}.{field}", f"`{service}` makes in `{field}` too"))
            if first != f"{service}.{field}":
                where, path = locate(resolved.node, (field, further), resolved.path, paths)
                yield Problem(f"makes a Service `{name}`, which {said}", where, path, hint="choose another name")


def _services(resolved: Resolved) -> Iterator[tuple[str, str]]:
    """The field and name of each Service that a service makes beside its own."""
    fields = resolved.fields.get("service")
    for name in present(fields.extra_services) if isinstance(fields, ServiceFields) else ():
        yield "extra_services", name
    outside = resolved.fields.get("external_services")
    for name in present(outside.external_services) if isinstance(outside, ExternalServicesFields) else ():
        yield "external_services", name


def same_mount(here: Here, paths: Paths) -> Iterator[Problem]:
    """Two things at one path of a container: Kubernetes mounts one thing at a path."""
    for resolved in here.services.values():
        taken: dict[str, tuple[str, str]] = {}
        for concern, at, mounted, what in _mounts(resolved):
            other, owner = taken.setdefault(mounted, (concern, what))
            if other != concern:
                where, path = locate(resolved.node, at, resolved.path, paths)
                yield Problem(f"{owner} is mounted there", where, path, hint="give one of them another path")


def _mounts(resolved: Resolved) -> Iterator[tuple[str, Path, str, str]]:
    """What is mounted where, by concern; within one, it says itself what stands at one path twice."""
    own = resolved.fields
    storage_fields, files_fields, secrets_fields = own.get("storage"), own.get("files"), own.get("secrets")
    if isinstance(storage_fields, StorageFields):
        yield from (("storage", *mount) for mount in storage.mounts(storage_fields))
    if isinstance(files_fields, FilesFields):
        yield from (("files", *mount) for mount in files.mounts(files_fields))
    if isinstance(secrets_fields, SecretsFields):
        yield from (("secrets", *mount) for mount in secrets.mounts(secrets_fields))


def same_variable(here: Here, paths: Paths) -> Iterator[Problem]:
    """A variable that is given straight, and as a secret."""
    for resolved in here.services.values():
        env, secret = resolved.fields.get("env"), resolved.fields.get("secrets")
        if isinstance(env, EnvFields) and isinstance(secret, SecretsFields):
            own = present(env.env_vars)
            for name in (name for name, one in present(secret.secrets).items() if name in own and one.path is None):
                where, path = locate(resolved.node, ("secrets", name), resolved.path, paths)
                yield Problem("stands in `env_vars` too", where, path, "one of the two", "remove one of them")
