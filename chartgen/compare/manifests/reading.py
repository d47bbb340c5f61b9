"""Reading rendered objects, of whose shape nothing is sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from chartgen.model import Manifest, Path

_HOOK = "helm.sh/hook"
_POLICY = "helm.sh/resource-policy"


def part(node: Any, *path: str) -> Any:
    """What stands at the path, None where it leads nowhere."""
    for key in path:
        if not isinstance(node, dict):
            return None
        node = node.get(key)
    return node


def entry(node: Any, *path: str) -> Mapping[str, Any]:
    """The map at the path; an empty one where there is none."""
    found = part(node, *path)
    return found if isinstance(found, dict) else {}


def parts(node: Any, *path: str) -> Iterator[dict[str, Any]]:
    """The maps in the list that stands at the path; none where it leads nowhere."""
    found = part(node, *path)
    return (item for item in found if isinstance(item, dict)) if isinstance(found, list) else iter(())


def placed(data: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """The object itself, or all that stands in a list of them, each with its path.

    The objects in a `ConfigMapList` need not say their kind.
    """
    kind, items = data.get("kind"), data.get("items")
    if not isinstance(kind, str) or not kind.endswith("List") or not isinstance(items, list):
        yield (), data
        return
    implied = {} if kind == "List" else {"apiVersion": data.get("apiVersion"), "kind": kind.removesuffix("List")}
    for index, item in enumerate(items):
        yield ("items", index), {**implied, **item} if isinstance(item, dict) else item


def opened(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The object itself, or the objects in a list of them."""
    return (item for _, item in placed(data) if isinstance(item, dict))


def objects_of(manifest: Manifest) -> Iterator[Manifest]:
    """The object itself, or those in a list of them."""
    for data in opened(manifest.object):
        yield manifest if data is manifest.object else replace(manifest, object=data)


def name_of(manifest: Manifest) -> str:
    """The object's name."""
    try:
        return str(manifest.object["metadata"]["name"])
    except (KeyError, TypeError):
        return ""


def namespace_of(manifest: Manifest) -> str:
    """The namespace in which a namespaced object stands."""
    try:
        found = manifest.object["metadata"]["namespace"]
    except (KeyError, TypeError):
        found = None
    return found if isinstance(found, str) and found else manifest.release.namespace


def group_of(manifest: Manifest) -> str:
    """The object's API group, empty for the core's."""
    return str(manifest.object.get("apiVersion")).rpartition("/")[0]


def kind_of(manifest: Manifest) -> str:
    """The object's kind."""
    return str(manifest.object.get("kind"))


def is_hook(manifest: Manifest) -> bool:
    """Whether Helm makes the object anew each time."""
    return part(manifest.object, "metadata", "annotations", _HOOK) is not None


def is_kept(manifest: Manifest) -> bool:
    """Whether Helm leaves the object alone when it is to go."""
    return bool(part(manifest.object, "metadata", "annotations", _POLICY) == "keep")


def identity(manifest: Manifest) -> tuple[str, str, str, str]:
    """By what a cluster knows the object: group, kind, namespace and name; its version is none of it."""
    return group_of(manifest), kind_of(manifest), namespace_of(manifest), name_of(manifest)
