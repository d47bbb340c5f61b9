"""Whether Kubernetes, and the projects whose kinds the chart makes objects of, would accept what is rendered.

As `chartgen check` judges it; and by `custom_resources/<group>_<version>.yaml`, schemas that are written here where no
package carries them. An object of which nothing is known is a mistake too: else a test would pass by not looking.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from chartgen import yamlio
from chartgen.checks import kubernetes, kubernetes_data
from chartgen.checks.kubernetes_kinds import Kinds
from chartgen.jsonvalidation import Validator
from chartgen.model import Manifest

WRITTEN_HERE = Path(__file__).resolve().parent / "custom_resources"
EDGES = (kubernetes.versions()[0], kubernetes.versions()[-1])
"""The oldest and the newest Kubernetes that chartgen knows."""


def mistakes(manifests: Sequence[Manifest], versions: Iterable[str] = EDGES) -> list[str]:
    """What is wrong with the objects in any of the versions, each with its release and its title."""
    found = [
        f"Kubernetes {version}: {finding.release} {finding.object}: {finding.path}: {finding.message}"
        for version in versions
        for finding in kubernetes.check(manifests, version).findings
    ]
    return [*found, *(mistake for manifest in manifests for mistake in _foreign(manifest))]


def _foreign(manifest: Manifest) -> Iterator[str]:
    name = (manifest.object["apiVersion"], manifest.object["kind"])
    if not Kinds(EDGES[-1], kubernetes_data.served()).is_foreign(name[0]) or published(*name):
        return
    schema = custom(*name)
    if schema is None:
        yield f"{manifest.release.title} {manifest.title}: nothing is known of {' '.join(name)}"
    else:
        for violation in _validator(*name).violations(manifest.object):
            yield f"{manifest.release.title} {manifest.title}: {violation.path}: {violation}"


def custom(api_version: str, kind: str) -> Mapping[str, Any] | None:
    """The schema of another project's kind, complete in itself, whoever wrote it."""
    own = published(api_version, kind) or _written(api_version).get(kind)
    return None if own is None else {**own, "definitions": _definitions(own)}


def published(api_version: str, kind: str) -> Mapping[str, Any] | None:
    """The schema that travels with chartgen."""
    found: Mapping[str, Any] | None = kubernetes_data.custom_kinds(api_version).get(kind)
    return found


@functools.cache
def _written(api_version: str) -> Mapping[str, Any]:
    file = WRITTEN_HERE / f"{api_version.replace('/', '_')}.yaml"
    return dict(yamlio.loads(file.read_bytes())) if file.is_file() else {}


@functools.cache
def _validator(api_version: str, kind: str) -> Validator:
    return Validator({"$schema": "http://json-schema.org/draft-07/schema#", **(custom(api_version, kind) or {})})


def _definitions(schema: Mapping[str, Any]) -> dict[str, Any]:
    known, needed = _all_definitions(), dict[str, Any]()
    waiting = list(kubernetes_data.references(schema))
    while waiting:
        if (name := waiting.pop()) not in needed:
            needed[name] = known[name]
            waiting += kubernetes_data.references(known[name])
    return needed


@functools.cache
def _all_definitions() -> dict[str, Any]:
    return kubernetes_data.definitions(EDGES[-1])
