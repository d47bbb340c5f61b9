"""A job that calls the service over HTTP: a container with curl instead of the service's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chartgen.concerns import reference
from chartgen.concerns.concern import Context
from chartgen.fields import Fault, present
from chartgen.model import Values
from chartgen.yamlio import Path

IMAGE = "docker.io/curlimages/curl:8.16.0"
_USER, _GROUP = 100, 101
"""Whose the image is: it names them, where Kubernetes wants numbers to tell that they are not root."""

_SPEAKS = ("http", "websocket")
_NOT_NEEDED = ("env", "envFrom", "secrets", "links", "files", "volumes", "initContainers", "sidecars")
"""What the service's pod has that a call does without: else it would wait for volumes and proxies, and hold secrets."""


def faults(at: Path, path: str, context: Context) -> Iterator[Fault]:
    """A path that is none, and a service that nobody can call."""
    if not path.startswith("/"):
        yield Fault((*at, "path"), f"is `{path}`", "a path that starts with /")
    if _port(context) is None:
        message, hint = "the service has no port that speaks HTTP", "add `port: {http: …}`"
        yield Fault((*at, "path"), message, hint=hint, absent=True)


def values(path: str, headers: Mapping[str, str | None] | None, image: str | None, context: Context) -> Values:
    """The part of the job's values that make it a call."""
    parts = reference.split(image or IMAGE)
    here = context.peers.get(context.service)
    url = f"http://{here.host if here else context.service}:{_port(context)}{path}"
    said = [text for name, value in present(headers).items() for text in ("--header", f"{name}: {value}")]
    return {
        "image": {
            "repository": parts.repository if parts else image,
            "tag": parts.tag or None if parts else None,
            "digest": parts.digest or None if parts else None,
        },
        "command": ["curl", "--fail", "--silent", "--show-error", "--location"],
        "args": [*said, url],
        "securityContext": {"runAsUser": _USER, "runAsGroup": _GROUP},
        "resources": {"requests": {"cpu": "10m", "memory": "16Mi"}, "limits": {"cpu": "100m", "memory": "32Mi"}},
        **dict.fromkeys(_NOT_NEEDED),
    }


def _port(context: Context) -> int | None:
    found = (port.number for speaks in _SPEAKS for port in context.ports if port.type == speaks)
    return next(found, None)
