"""Helm's objects, as Helm writes them: for tests that need no cluster."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

from chartgen.cluster.stored import Stored, of_object

MARKED = {"project": "shop", "environment": "dev", "service": "web"}


def packed(content: Any) -> str:
    """The content as Helm packs it."""
    return base64.b64encode(gzip.compress(json.dumps(content).encode(), mtime=0)).decode()


def secret(payload: str, *, name: str = "web", revision: object = 1, status: str = "deployed", **labels: str) -> dict:
    """The Secret of a revision; its payload is packed already."""
    return {
        "kind": "Secret",
        "metadata": {
            "name": f"sh.helm.release.v1.{name}.v{revision}",
            "namespace": "shop-dev",
            "labels": {"owner": "helm", "name": name, "status": status, "version": str(revision), **labels},
        },
        "data": {"release": base64.b64encode(payload.encode()).decode()},
    }


def stored(
    name: str = "web",
    revision: int = 1,
    status: str = "deployed",
    *,
    said: str = "",
    at: str = "",
    namespace: str = "shop-dev",
    **content: Any,
) -> Stored:
    """A revision; `said` is its description, `at` when it was last deployed."""
    info = {"description": said, "last_deployed": at, "status": status}
    own = {"name": name, "version": revision, "info": info, "config": {"x-chartgen": {**MARKED, "service": name}}}
    data = secret(packed({**own, **content}), name=name, revision=revision, status=status)
    data["metadata"]["namespace"] = namespace
    return read(data)


def read(data: dict) -> Stored:
    """What the object holds."""
    found = of_object(data)
    assert found is not None
    return found
