"""What an upgrade cannot do in place, and the migration to do instead. Pure.

An API server fills in defaults, so that an object as it lives is never what was sent. A field that cannot change is
one whose new value is not what lives there, or that is another than was sent last time; unless what lives there is the
new value already, because somebody has done the migration.
"""

from __future__ import annotations

import base64
import json
import shlex
from collections.abc import Iterator
from typing import Any

from chartgen.checks.quantity import number
from chartgen.cluster.preflight.rules import found
from chartgen.cluster.preflight.scene import STORAGE, Key, Scene
from chartgen.cluster.preflight.task import Task
from chartgen.compare.manifests import immutable
from chartgen.compare.manifests.reading import identity, is_hook, kind_of, name_of, namespace_of, part, parts
from chartgen.compare.manifests.workloads import SERVING
from chartgen.model import Finding, Manifest, Path

RULE = "preflight-immutable"

_TEMPLATES = ("spec", "volumeClaimTemplates")
_SIZE = ("spec", "resources", "requests", "storage")


def check(task: Task, scene: Scene) -> Iterator[Finding]:
    """Each field, workload and claim of which that is so."""
    sent = {identity(manifest): manifest for manifest in task.stored}
    for manifest in task.manifests:
        live = scene.get(scene.key(manifest))
        if live is None or is_hook(manifest):
            continue
        for path in _refused(sent.get(identity(manifest)), live, manifest):
            message = f"changes {'.'.join(map(str, path))}, which cannot change in place: the upgrade would fail"
            remedy = immutable.remedy(manifest) + _claims(live, manifest, path)
            yield found(RULE, message, manifest, path=path, remedy=remedy)
        if kind_of(manifest) == "PersistentVolumeClaim":
            yield from _claim(live, manifest, scene)
    yield from _kinds(task, scene)


def _refused(sent: Manifest | None, live: dict[str, Any], new: Manifest) -> Iterator[Path]:
    """The fields that would have to change."""
    lives = Manifest(new.release, "", live)
    sent, new = (_encoded(sent) if sent else None), _encoded(new)
    again = set(immutable.changed(sent, new)) if sent else set()
    for path in dict.fromkeys((*immutable.changed(lives, new), *again)):
        there, wanted = (part(each.object, *map(str, path)) for each in (lives, new))
        before = part(sent.object, *map(str, path)) if sent else None
        is_new = covers(there, wanted)
        is_old = sent is None or covers(there, before)
        if not is_new or (path in again and is_old):
            yield path


def _encoded(manifest: Manifest) -> Manifest:
    """A Secret as an API server keeps it: without `stringData`."""
    plain = part(manifest.object, "stringData")
    if kind_of(manifest) != "Secret" or not isinstance(plain, dict):
        return manifest
    coded = {key: base64.b64encode(str(value).encode()).decode() for key, value in plain.items()}
    data = {**manifest.object, "data": {**(part(manifest.object, "data") or {}), **coded}}
    return Manifest(manifest.release, "", {key: value for key, value in data.items() if key != "stringData"})


def _claims(live: dict[str, Any], new: Manifest, path: Path) -> str:
    """What there is to do about the claims of a StatefulSet that are to grow; those that are there stay as they are."""
    if path != _TEMPLATES:
        return ""
    sizes = {name_of(each): part(each.object, *_SIZE) for each in _templates(new)}
    before = {name_of(each): part(each.object, *_SIZE) for each in _templates(Manifest(new.release, "", live))}
    for name, size in sizes.items():
        amounts = _amount(before.get(name)), _amount(size)
        if None not in amounts and amounts[0] < amounts[1]:
            claim = f"{name}-{name_of(new)}-0"
            patch = json.dumps({"spec": {"resources": {"requests": {"storage": size}}}})
            grow = f"kubectl patch pvc {claim} -n {namespace_of(new)} -p {shlex.quote(patch)}"
            return f"; claims that are there keep their size: grow each of them, `{grow}` and so on"
    return ""


def _templates(manifest: Manifest) -> Iterator[Manifest]:
    return (Manifest(manifest.release, "", each) for each in parts(manifest.object, *_TEMPLATES))


def covers(live: Any, sent: Any) -> bool:
    """Whether an object as it lives may be what came of what was sent: the same, or more where that said nothing."""
    if sent is None:
        return True
    if isinstance(sent, dict):
        return isinstance(live, dict) and all(covers(live.get(key), value) for key, value in sent.items())
    if isinstance(sent, list):
        pairs = zip(live, sent, strict=False) if isinstance(live, list) else ()
        return isinstance(live, list) and len(live) == len(sent) and all(covers(*pair) for pair in pairs)
    if live is None:
        return not sent
    return bool(live == sent) or _amount(live) == _amount(sent) is not None


def _amount(value: Any) -> Any:
    return number(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None


def _claim(live: dict[str, Any], new: Manifest, scene: Scene) -> Iterator[Finding]:
    """A claim that shrinks, or grows where it must not."""
    there, wanted = part(live, *_SIZE), part(new.object, *_SIZE)
    before, after = (_amount(each) for each in (there, wanted))
    if before is None or after is None or before == after:
        return
    if after < before:
        message = f"shrinks from {there} to {wanted}, which no claim does"
        yield found("preflight-claim-size", message, new, path=_SIZE)
        return
    name = part(live, "spec", "storageClassName")
    storage = scene.get(Key(STORAGE, str(name)))
    if storage is not None and storage.get("allowVolumeExpansion") is not True:
        message = f"grows from {there} to {wanted}, which the StorageClass {name} does not allow"
        yield found("preflight-claim-size", message, new, path=_SIZE)


def _kinds(task: Task, scene: Scene) -> Iterator[Finding]:
    """Workloads that become others of the same name: Helm makes the one and deletes the other."""
    now = {identity(manifest) for manifest in task.manifests}
    gone = {
        (id(old.release), namespace_of(old), name_of(old)): old
        for old in task.stored
        if kind_of(old) in SERVING and identity(old) not in now and scene.get(scene.key(old)) is not None
    }
    for manifest in task.manifests:
        old = gone.get((id(manifest.release), namespace_of(manifest), name_of(manifest)))
        if old is not None and kind_of(manifest) in SERVING:
            message = f"was a {kind_of(old)}, whose pods go when this one comes; claims do not move along"
            yield found("preflight-kind-changed", message, manifest, path=("kind",))
