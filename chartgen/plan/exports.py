"""What a release exports: its image repository, its links, where it is published, what it may do in the cloud."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chartgen.concerns import Context, image, links
from chartgen.concerns.image import ImageFields
from chartgen.concerns.ingress import IngressFields
from chartgen.concerns.links import LinksFields
from chartgen.concerns.outside import Outside
from chartgen.fields import present
from chartgen.model import Exports
from chartgen.plan.graph import links_of
from chartgen.plan.resolve import Resolved


def exports(resolved: Resolved, known: Context) -> Exports:
    """The exports of a service at one place."""
    own_image, ingress = (resolved.fields.get(name) for name in ("image", "ingress"))
    repository = image.repository(own_image, known) if isinstance(own_image, ImageFields) else None
    uris = ingress.public_uri or () if isinstance(ingress, IngressFields) else ()
    linked = links_of(resolved)
    granted = _granted([one for fields in linked.values() for one in fields], known)
    return Exports(
        docker_repo_url=repository,
        links=tuple(map(str, linked)),
        public_uris=tuple(map(str, uris)),
        permissions={name: _permission(known.resources[name], asked) for name, asked in granted.items()},
        policies=tuple(map(str, resolved.settings.additional_iam_policies or ())),
        roles=tuple(map(str, resolved.settings.additional_iam_roles or ())),
    )


def _granted(fields: Iterable[LinksFields], known: Context) -> dict[str, tuple[str, ...]]:
    """What the service, its workers and jobs may do together, by resource: they have one account."""
    found: dict[str, set[str]] = {}
    for own in fields:
        for name, asked in links.granted(own, known).items():
            found.setdefault(name, set()).update(asked)
    return {name: tuple(p for p in known.resources[name].kind.permissions if p in found[name]) for name in found}


def _permission(resource: Outside, asked: tuple[str, ...]) -> dict[str, Any]:
    straight = {name: str(value) for name, value in present(resource.fields.values).items()}
    values = {"values": straight} if straight else {}
    return {"kind": str(resource.fields.kind), "permissions": list(asked), **values}
