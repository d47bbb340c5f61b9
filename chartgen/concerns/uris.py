"""Public URIs: a host, which may be any, and a path."""

from __future__ import annotations

import re
from typing import NamedTuple

ANY_HOST = "*"
_HOST = re.compile(r"(\*\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_ADDRESS = re.compile(r"[0-9.]+")
_PATH = re.compile("/[-A-Za-z0-9/._~%@:+,=]*")
_REFUSED = re.compile(r"//|/\.\.?(/|$)|%2f|%5c", re.IGNORECASE)
"""What Kubernetes allows in no path of an Ingress (`validateIngressPath`)."""
_LONGEST_HOST = 253


class PublicUri(NamedTuple):
    """A host (`*`: any) and a path."""

    host: str
    path: str


def split(uri: str) -> PublicUri | None:
    """The host and path of a `public_uri`, None for what is none."""
    host, slash, rest = uri.partition("/")
    path = f"/{rest.strip('/')}" if slash else "/"
    if host and (not _HOST.fullmatch(host) or _ADDRESS.fullmatch(host) or len(host) > _LONGEST_HOST):
        return None
    if not _PATH.fullmatch(path) or _REFUSED.search(path):
        return None
    return PublicUri(host or ANY_HOST, path)


def twin(host: str) -> str | None:
    """The host that redirects to a host: `www.shop.example` for `shop.example`, and so the other way round."""
    return None if "*" in host else host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
