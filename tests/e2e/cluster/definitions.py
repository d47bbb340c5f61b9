"""Definitions of the custom resources that the chart makes: those that their projects publish, from the Go modules.

Where no module carries them, they are made of the schemas of `tests/custom_resources`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from chartgen import yamlio
from scripts import custom_resources
from tests import kinds
from tests.e2e.cluster.api import Api, ApiError

_AT_ONCE = 8
_PATIENCE = 60.0
_PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


def install(api: Api) -> None:
    """All of them, and what they define is served.

    Raises:
        ToolError: there is no Go, or it cannot fetch a module.
        ApiError: the server does not accept one.
    """
    known = [*published(), *written_here()]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(lambda one: api.apply(f"{_PATH}/{one['metadata']['name']}", one), known))
    end = time.monotonic() + _PATIENCE
    while missing := {kind for kind in _defined(known) if not _is_served(api, *kind)}:
        if time.monotonic() > end:
            raise RuntimeError(f"not served: {sorted(missing)}")
        time.sleep(0.1)


def published() -> Iterator[dict[str, Any]]:
    """Their projects' own."""
    for source in custom_resources.SOURCES:
        for definition in custom_resources.definitions(source):
            spec = {key: value for key, value in definition["spec"].items() if key != "conversion"}  # nobody converts
            name = {"name": definition["metadata"]["name"]}
            # A group of Kubernetes' own community wants to be told who approved it.
            approved = {
                key: value
                for key, value in definition["metadata"].get("annotations", {}).items()
                if key.startswith("api-approved")
            }
            yield {**_HEAD, "metadata": {**name, "annotations": approved}, "spec": spec}


def written_here() -> Iterator[dict[str, Any]]:
    """Made of the schemas that stand in this repository."""
    for file in sorted(kinds.WRITTEN_HERE.glob("*.yaml")):
        group, _, version = file.stem.rpartition("_")
        for kind, schema in yamlio.loads(file.read_bytes()).items():
            plural = f"{kind.lower()}{'es' if kind.endswith('s') else 's'}"
            served = {"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": _top(schema)}}
            spec = {
                "group": group,
                "scope": "Cluster" if kind.startswith("Cluster") else "Namespaced",
                "names": {"kind": kind, "plural": plural},
                "versions": [served],
            }
            yield {**_HEAD, "metadata": {"name": f"{plural}.{group}"}, "spec": spec}


_HEAD = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}


def _defined(known: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for one in known:
        for version in one["spec"]["versions"]:
            if version["served"]:
                yield f"{one['spec']['group']}/{version['name']}", one["spec"]["names"]["kind"]


def _is_served(api: Api, api_version: str, kind: str) -> bool:
    try:
        return kind in {resource["kind"] for resource in api.get(f"/apis/{api_version}")["resources"]}
    except ApiError as error:
        if error.status == 404:
            return False
        raise


def _top(schema: Mapping[str, Any]) -> Any:
    if "properties" not in schema:
        return {**schema, "x-kubernetes-preserve-unknown-fields": True}
    return _structural({**schema, "properties": {**schema["properties"], "metadata": {"type": "object"}}})


def _structural(schema: Any) -> Any:
    """As definitions put it: a server refuses what is not named anyway."""
    if not isinstance(schema, Mapping):
        return schema
    return {
        key: {name: _structural(part) for name, part in value.items()} if key == "properties" else _structural(value)
        for key, value in schema.items()
        if (key, value) != ("additionalProperties", False)
    }
