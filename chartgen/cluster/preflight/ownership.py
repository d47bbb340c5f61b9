"""What is there already and is not the release's. Pure.

Helm refuses to take over an object of another release, or of none; but a release of the same name it upgrades, whoever
installed it.

Source: `pkg/action/validate.go` of Helm. It looks at the objects that its last revision does not have; not at hooks,
which it makes anew.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from chartgen.cluster.preflight.rules import found
from chartgen.cluster.preflight.scene import Key, Scene
from chartgen.cluster.preflight.task import Task
from chartgen.compare.manifests.reading import identity, is_hook, part
from chartgen.model import Finding, Manifest

_MANAGED_BY = "app.kubernetes.io/managed-by"
_NAME = "meta.helm.sh/release-name"
_NAMESPACE = "meta.helm.sh/release-namespace"


def check(task: Task, scene: Scene) -> Iterator[Finding]:
    """Each such release, and each such object."""
    yield from _releases(task)
    known = {identity(manifest) for manifest in task.stored}
    for manifest in task.manifests:
        key = scene.key(manifest)
        live = scene.get(key)
        if key is None or live is None or is_hook(manifest) or identity(manifest) in known:
            continue
        wrong = _owner(live, manifest)
        if wrong:
            message = f"is there already, and {wrong}: Helm does not take it over"
            yield found("preflight-owner", message, manifest, remedy=_remedy(scene, key, manifest))


def _releases(task: Task) -> Iterator[Finding]:
    """Those whose mark is another's; one without a mark may be taken over."""
    for step in task.steps:
        release, stored = step.release, step.stored
        mark = stored.mark if stored else None
        if mark and not mark.is_of(release.project, release.environment, release.region, task.regions):
            message = f"the release {release.namespace}/{release.name} is {mark}, and would be overwritten"
            yield found("preflight-foreign", message, release)


def _owner(live: Mapping[str, Any], manifest: Manifest) -> str:
    """Whose it is, empty: the release's."""
    annotations = part(live, "metadata", "annotations") or {}
    managed = (part(live, "metadata", "labels") or {}).get(_MANAGED_BY) == "Helm"
    name, namespace = annotations.get(_NAME), annotations.get(_NAMESPACE)
    release = manifest.release
    if managed and (name, namespace) == (release.name, release.namespace):
        return ""
    if name and (name, namespace) != (release.name, release.namespace):
        return f"belongs to the release {namespace or '?'}/{name}"
    return "belongs to no release"


def _remedy(scene: Scene, key: Key, manifest: Manifest) -> str:
    resource = scene.resources[str(manifest.object["apiVersion"]), key.place.kind]
    kind = f"{resource.name}.{resource.group}" if resource.group else resource.name
    where = f" -n {shlex.quote(key.place.namespace)}" if key.place.namespace else ""
    what = f"{kind} {shlex.quote(key.name)}{where} --overwrite"
    release = manifest.release
    return (
        f"remove it, give the new one another name, or hand it over: `kubectl label {what} {_MANAGED_BY}=Helm` and "
        f"`kubectl annotate {what} {_NAME}={release.name} {_NAMESPACE}={release.namespace}`"
    )
