"""Reads the Kubernetes API schemas in `kubernetes/`, which `kubernetes_schemas.py` makes and describes.

And those of other projects' kinds in `custom_resources/`, which `python -m scripts.custom_resources` makes.
"""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from typing import Any

from chartgen.errors import InputError


def versions() -> list[str]:
    """The Kubernetes versions there are schemas of, oldest first."""
    names = [file.name.removesuffix(".json") for file in _directory().iterdir() if file.name[0].isdecimal()]
    return sorted(names, key=lambda name: [int(part) for part in name.split(".")])


def definitions(version: str) -> dict[str, Any]:
    """All definitions of a version: those of the oldest, and what each later one changed (null: dropped).

    Raises:
        InputError: there is nothing about that version.
    """
    known = versions()
    if version not in known:
        raise InputError(f"there are no schemas of Kubernetes {version}", hint=f"there are those of {', '.join(known)}")
    found: dict[str, Any] = {}
    for name in known[: known.index(version) + 1]:
        found |= json.loads((_directory() / f"{name}.json").read_bytes())
    return found


def served() -> dict[str, dict[str, str]]:
    """API version to kind to the versions that serve it: `-`, `1.31-`, `-1.33` or `1.31-1.33`."""
    content: dict[str, dict[str, str]] = json.loads((_directory() / "kinds.json").read_bytes())
    return content


def custom_kinds(api_version: str) -> dict[str, Any]:
    """The schemas of an API version that is another project's, by kind; none where nothing is known of it."""
    file = importlib.resources.files("chartgen.checks") / "custom_resources" / f"{api_version.replace('/', '_')}.json"
    content: dict[str, Any] = json.loads(file.read_bytes()) if file.is_file() else {}
    return content


def definition_name(api_version: str, kind: str) -> str:
    """The name of a kind's definition: `networking.v1.Ingress` for `networking.k8s.io/v1` and `Ingress`."""
    group, _, version = api_version.rpartition("/")
    return f"{group.partition('.')[0] or 'core'}.{version}.{kind}"


def references(definition: Any) -> Iterator[str]:
    """The names of the definitions that one refers to (a property may be called `$ref`)."""
    if isinstance(definition, dict):
        if isinstance(definition.get("$ref"), str):
            yield definition["$ref"].rpartition("/")[2]
        for part in definition.values():
            yield from references(part)


def _directory() -> Traversable:
    return importlib.resources.files("chartgen.checks") / "kubernetes"
