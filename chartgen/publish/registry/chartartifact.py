"""A packaged chart as an artifact of a registry, as `helm push` makes it and `helm pull` reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chartgen.model import Package
from chartgen.publish.registry.artifact import Artifact, Blob

CONFIG = "application/vnd.cncf.helm.config.v1+json"
LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
OLD_LAYER = "application/tar+gzip"
PROVENANCE = "application/vnd.cncf.helm.chart.provenance.v1.prov"

# The fields of Chart.yaml that Helm knows; it drops all others. Source: Helm, chart.Metadata.
_FIELDS = (
    "name",
    "home",
    "sources",
    "version",
    "description",
    "keywords",
    "maintainers",
    "icon",
    "apiVersion",
    "condition",
    "tags",
    "appVersion",
    "deprecated",
    "annotations",
    "kubeVersion",
    "dependencies",
    "type",
)
_AS_THEY_ARE = frozenset({"deprecated", "enabled", "import-values"})
_FIXED = frozenset({"org.opencontainers.image.version", "org.opencontainers.image.title"})


def artifact(package: Package) -> Artifact:
    """The package with its provenance as an artifact: the same for the same package, whenever and wherever.

    Unlike `helm push` it has no `org.opencontainers.image.created`, which is another one each time.
    """
    metadata = {key: _texts(package.metadata[key], key) for key in _FIELDS if package.metadata.get(key)}
    layers = [Blob(LAYER, package.content)]
    if package.provenance is not None:
        layers.append(Blob(PROVENANCE, package.provenance))
    config = json.dumps(metadata, ensure_ascii=False, separators=(",", ":")).encode()
    return Artifact(Blob(CONFIG, config), tuple(layers), _annotations(metadata))


def _texts(value: Any, key: str = "") -> Any:
    """The value with every scalar as the text that Helm takes it for: its fields are strings."""
    if key in _AS_THEY_ARE or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(name): _texts(each, str(name)) for name, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_texts(each) for each in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _annotations(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Source: Helm, pkg/registry, generateOCIAnnotations."""
    sources, maintainers = metadata.get("sources") or [""], metadata.get("maintainers") or []
    own = {
        "description": metadata.get("description", ""),
        "title": metadata.get("name", ""),
        "version": metadata.get("version", ""),
        "url": metadata.get("home", ""),
        "source": sources[0],
        "authors": ", ".join(_author(each) for each in maintainers if isinstance(each, Mapping)),
    }
    texts = {f"org.opencontainers.image.{key}": value for key, value in own.items() if value.strip()}
    written = metadata.get("annotations") or {}
    return {**texts, **{key: value for key, value in written.items() if key not in _FIXED}}


def _author(maintainer: Mapping[str, Any]) -> str:
    email = maintainer.get("email")
    return f"{maintainer.get('name') or ''}" + (f" ({email})" if email else "")
