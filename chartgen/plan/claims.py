"""What only one can have: a release's name in a namespace, a host and path at an ingress."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chartgen.concerns import ingress
from chartgen.concerns.ingress import IngressFields
from chartgen.errors import Problem
from chartgen.model import Release
from chartgen.plan.places import Place
from chartgen.plan.resolve import Resolved
from chartgen.spec.layers import where


def same_release(places: Iterable[Place]) -> Iterator[Problem]:
    """Two places with one context and namespace: the releases of one would overwrite those of the other."""
    taken: dict[tuple[str | None, str], Place] = {}
    for place in places:
        key = (place.kube_context, place.namespace)
        if key in taken:
            other = taken[key]
            context = f"the context `{place.kube_context}`" if place.kube_context else "no context of its own"
            message = f"{other.title} and {place.title} have {context} and the namespace `{place.namespace}`"
            at = place.region.where if place.region else place.environment.where
            hint = "give one another `kube_context`, or put `{region}` or `{environment}` into `namespace`"
            yield Problem(f"{message}: one would overwrite the other", at, hint=hint)
        taken.setdefault(key, place)


def same_name(releases: Iterable[Release]) -> Iterator[Problem]:
    """Two services whose releases get one name at one place."""
    taken: dict[tuple[str | None, str, str], Release] = {}
    for release in releases:
        key = (release.kube_context, release.namespace, release.name)
        other = taken.setdefault(key, release)
        if other.service != release.service:
            message = f"`{other.title}` and `{release.title}` would both be the release `{release.name}`"
            yield Problem(message, path="naming", hint="put `{service}` into `naming`")


def same_host(services: Iterable[Resolved]) -> Iterator[Problem]:
    """Two services of one place that claim one host and path."""
    taken: dict[tuple[str, str, str], str] = {}
    for resolved in services:
        fields = resolved.fields.get("ingress")
        if not isinstance(fields, IngressFields):
            continue
        name = resolved.service.name
        for host, path in ingress.claims(fields):
            other = taken.setdefault((fields.ingress_class or "", host, path), name)
            if other != name:
                shown = f"{'any host' if host == ingress.ANY_HOST else host}{path}"
                message = f"`{other}` and `{name}` are both published at {shown}"
                at = where(resolved.node, ("public_uri",))
                yield Problem(message, at, f"services.{name}.public_uri", hint="give one of them another path")
