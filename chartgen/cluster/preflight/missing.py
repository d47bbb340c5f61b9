"""What objects rely on and nobody has, nor makes in this deploy. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from chartgen.checks import references
from chartgen.cluster.preflight.needs import MISSING, Need, by_release
from chartgen.cluster.preflight.rules import found
from chartgen.cluster.preflight.scene import STORAGE, Key, Place, Scene
from chartgen.cluster.preflight.task import Task
from chartgen.compare.manifests.reading import is_hook, kind_of, namespace_of, part, parts
from chartgen.model import Finding, Manifest, Path, options_of

_SECRET = "Secret"  # noqa: S105  # the kind
_TOLD = 3
_DEFAULT = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")


def check(task: Task, scene: Scene, needs: Iterable[Need]) -> Iterator[Finding]:
    """Each thing that is missing is told once a release, at the first place that needs it; a class once for all."""
    own, others = _made(task, scene)
    served = {(resource.group, resource.kind) for resource in scene.resources.values()}
    grouped: dict[tuple[str, Key], list[Need]] = {}
    for need in needs:
        if need.key not in others and need.key.place[:2] in served:
            whose = need.manifest.release.title if need.key.place.namespace else ""
            grouped.setdefault((whose, need.key), []).append(need)
    for (_, key), same in grouped.items():
        content = own.get(key) or scene.get(key)
        if content is not None:
            lacking = {each: need for need in same for each in need.keys if each not in _keys(content)}
            yield from (_without(need, each) for each, need in lacking.items())
        elif scene.lacks(key):
            yield _absent(same)
    yield from _unread(scene, (some[0] for some in grouped.values()))
    yield from _storage(task, scene)


def _made(task: Task, scene: Scene) -> tuple[dict[Key, dict[str, Any]], set[Key]]:
    """What the deploy makes: the objects themselves, and the Secrets that operators make of some."""
    keys = ((scene.key(manifest), manifest) for manifest in task.manifests)
    own = {key: manifest.object for key, manifest in keys if key is not None}
    others: set[Key] = set()
    for objects in by_release(task.manifests):
        for namespace in {namespace_of(manifest) for manifest in objects.manifests}:
            others |= {Key(Place("", _SECRET, namespace), name) for name in references.made(objects, _SECRET)}
    return own, others - own.keys()


def _keys(content: Mapping[str, Any]) -> set[str]:
    return {key for field in ("data", "stringData", "binaryData") for key in part(content, field) or ()}


def _absent(same: Sequence[Need]) -> Finding:
    need = same[0]
    (_, kind, namespace), name = need.key
    where = f"not in the namespace {namespace}" if namespace else "not in the cluster"
    needing = len({each.manifest.release.title for each in same})
    more = f" ({needing} releases need it)" if needing > 1 else ""
    message = f"needs {kind}/{name}, which is {where}, nor among the objects{more}"
    return found(need.rule, message, need.manifest, path=need.path, remedy=_remedy(same))


def _without(need: Need, key: str) -> Finding:
    kind, name = need.key.place.kind, need.key.name
    message = f"needs the key `{key}` of {kind}/{name}, which has none of that name"
    remedy = _set_secrets([need]) if kind == _SECRET else ""
    return found("preflight-missing-key", message, need.manifest, path=need.path, remedy=remedy)


def _remedy(same: Sequence[Need]) -> str:
    """How it comes to be there; empty: as the rule says."""
    need = same[0]
    (_, kind, namespace), name = need.key
    if kind == _SECRET and need.rule == MISSING:
        return _set_secrets(same)
    if kind == _SECRET and "imagePullSecrets" in need.path:
        return f"`kubectl create secret docker-registry {name} -n {namespace} …`, unless the nodes may pull anyway"
    if kind == "ConfigMap":
        return f"make it: `kubectl create configmap {name} -n {namespace} --from-file=…`"
    return ""


def _set_secrets(same: Sequence[Need]) -> str:
    release = same[0].manifest.release
    names = dict.fromkeys(name for need in same for name in need.names)
    where = options_of(release.environment, release.region)
    commands = [f"`chartgen secret set {release.service} {name} {where}`" for name in names]
    more = f" and {len(commands) - _TOLD} more" if len(commands) > _TOLD else ""
    return ", ".join(commands[:_TOLD]) + more


def _unread(scene: Scene, needs: Iterable[Need]) -> Iterator[Finding]:
    """Where nobody can say what is there; told once a kind and namespace."""
    blind = {need.key.place: need for need in needs if scene.live.get(need.key.place, {}) is None}
    for place, need in blind.items():
        where = f" in the namespace {place.namespace}" if place.namespace else ""
        message = f"no right to read each {place.kind}{where} that objects rely on: whether it is there is not known"
        yield found("preflight-unread", message, need.manifest.release, about=f"{place.kind}/{need.key.name}")


def _storage(task: Task, scene: Scene) -> Iterator[Finding]:
    """Claims that name no class, where the cluster has none for them."""
    classes = scene.live.get(STORAGE)
    defaults = [each for each in (classes or {}).values() if _is_default(each)]
    if classes is None or defaults:
        return
    for manifest in task.manifests:
        for claim, path in _claims(manifest):
            key = scene.key(manifest)
            if part(claim, "spec", "storageClassName") is None and scene.get(key) is None and not is_hook(manifest):
                message = "names no StorageClass, and the cluster has none for such claims"
                remedy = f"name one: {', '.join(classes)}" if classes else "have a StorageClass made"
                yield found("preflight-storage", message, manifest, path=path, remedy=remedy)


def _is_default(storage: Mapping[str, Any]) -> bool:
    annotations = part(storage, "metadata", "annotations") or {}
    return any(annotations.get(key) == "true" for key in _DEFAULT)


def _claims(manifest: Manifest) -> Iterator[tuple[Mapping[str, Any], Path]]:
    """The claims that an object makes, and where it says so."""
    if kind_of(manifest) == "PersistentVolumeClaim":
        yield manifest.object, ("spec",)
    for index, claim in enumerate(parts(manifest.object, "spec", "volumeClaimTemplates")):
        yield claim, ("spec", "volumeClaimTemplates", index)
