"""What must hold among the objects of a namespace, whatever values they were rendered from.

Schemas look at one object at a time. Here: names are unique and not too long, what is referred to is there, selectors
find their pods, and no two workloads select the same ones.
"""

from __future__ import annotations

from collections.abc import Iterable

from chartgen.model import Manifest
from tests.soundness import names, references, selectors
from tests.soundness.scene import Scene


def faults(manifests: Iterable[Manifest]) -> list[str]:
    """Everything that is wrong, each with the object that is at fault.

    Arguments:
        manifests: all objects of some releases; those of one cluster and namespace are seen together.
    """
    places: dict[tuple[str | None, str], list[Manifest]] = {}
    for manifest in manifests:
        places.setdefault((manifest.release.kube_context, manifest.release.namespace), []).append(manifest)
    scenes = [Scene(some) for some in places.values()]
    rules = (names.faults, references.faults, selectors.faults)
    return [f"{scene.namespace}: {fault}" for scene in scenes for rule in rules for fault in rule(scene)]
