"""Which kinds a server has, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

ACCEPT = ",".join(
    f"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList" for version in ("v2", "v2beta1")
)
"""All kinds of all groups in one answer. Source: Kubernetes, "Aggregated discovery"; v2 is there since 1.30."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of object as a server has it.

    Attributes:
        api_version, kind: as objects say them.
        name: the plural, as paths and rights say it (`deployments`).
        namespaced: whether objects stand in namespaces.
    """

    api_version: str
    kind: str
    name: str
    namespaced: bool

    @property
    def group(self) -> str:
        """The API group; empty for the core's."""
        return self.api_version.rpartition("/")[0]

    def path(self, namespace: str | None = None, name: str = "") -> str:
        """The path of the kind's objects, or of one."""
        parts = ["apis" if self.group else "api", *self.api_version.split("/")]
        parts += ["namespaces", namespace] if namespace and self.namespaced else []
        parts += [self.name, *([name] if name else [])]
        return "".join(f"/{quote(part, safe='')}" for part in parts)


def resources(document: Any) -> Iterator[Resource]:
    """The kinds that a discovery document names."""
    for group in (document or {}).get("items") or ():
        prefix = (group.get("metadata") or {}).get("name")
        for version in group.get("versions") or ():
            api_version = f"{prefix}/{version['version']}" if prefix else version["version"]
            for each in version.get("resources") or ():
                kind = (each.get("responseKind") or {}).get("kind")
                if kind:
                    yield Resource(api_version, kind, each["resource"], each.get("scope") == "Namespaced")


CORE = {
    kind: Resource("v1", kind, name, namespaced=True)
    for kind, name in (
        ("Secret", "secrets"),
        ("ConfigMap", "configmaps"),
        ("Pod", "pods"),
        ("PersistentVolumeClaim", "persistentvolumeclaims"),
        ("ResourceQuota", "resourcequotas"),
        ("LimitRange", "limitranges"),
        ("Event", "events"),
    )
}
"""Kinds of the core that every server has; no discovery is needed for them."""
