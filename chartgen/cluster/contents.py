"""What the objects of a stored release are: read from the manifest that Helm keeps, in which lists are not opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chartgen import yamlio
from chartgen.cluster.stored import Stored
from chartgen.compare.manifests.reading import entry, opened
from chartgen.errors import ChartgenError, InputError, ToolError

_KEEP = ("helm.sh/resource-policy", "keep")
_CONTAINERS = ("initContainers", "containers")


def objects(stored: Stored) -> tuple[dict[str, Any], ...]:
    """The objects of a revision, hooks left out.

    Raises:
        ToolError: it cannot be read.
    """
    return tuple(_documents(stored, stored.manifest))


def readable(stored: Stored | None) -> tuple[dict[str, Any], ...] | None:
    """The objects of a revision, hooks left out; none of no revision. None: it is YAML that Helm takes and we do not.

    Raises:
        ToolError: the revision itself cannot be read.
    """
    try:
        documents = yamlio.load_all(stored.manifest) if stored else []
    except InputError:
        return None
    return tuple(each for data in documents if isinstance(data, dict) for each in opened(data))


def hooks(stored: Stored) -> tuple[dict[str, Any], ...]:
    """The objects of a revision that are hooks.

    Raises:
        ToolError: it cannot be read.
    """
    texts = (hook.get("manifest") for hook in stored.hooks)
    return tuple(found for text in texts if isinstance(text, str) for found in _documents(stored, text))


def name_of(data: Mapping[str, Any]) -> str:
    """The object's name."""
    return str(entry(data, "metadata").get("name") or "")


def namespace_of(data: Mapping[str, Any], default: str) -> str:
    """The namespace in which a namespaced object stands; `default`: its release's."""
    return str(entry(data, "metadata").get("namespace") or default)


def title(data: Mapping[str, Any]) -> str:
    """The object as kubectl names it: `Deployment/web`."""
    return f"{data.get('kind', '?')}/{name_of(data)}"


def is_kept(data: Mapping[str, Any]) -> bool:
    """Whether Helm leaves the object where it is when its release goes."""
    key, value = _KEEP
    return bool(entry(data, "metadata", "annotations").get(key) == value)


def images(found: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The images of all containers in the objects, each once."""
    return tuple(dict.fromkeys(image for data in found for image in _images(data)))


def _documents(stored: Stored, text: str) -> Iterator[dict[str, Any]]:
    try:
        found = yamlio.load_all(text)
    except ChartgenError:
        message = f"the manifest of {stored.namespace}/{stored.name}, revision {stored.revision}, is no YAML"
        raise ToolError(message, hint=f"it stands in {stored.object}") from None
    objects = (each for data in found if isinstance(data, dict) for each in opened(data))
    return (each for each in objects if each.get("kind"))


def _images(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _images(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in _CONTAINERS and isinstance(value, list):
                yield from (str(each["image"]) for each in value if isinstance(each, dict) and each.get("image"))
            else:
                yield from _images(value)
