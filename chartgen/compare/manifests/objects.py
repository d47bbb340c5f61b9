"""What changes in the objects of a release: what comes, what goes, what is another, and what that does to pods."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from chartgen.compare.manifests import immutable
from chartgen.compare.manifests.fields import Difference, differences
from chartgen.compare.manifests.reading import (
    group_of,
    identity,
    is_hook,
    is_kept,
    kind_of,
    name_of,
    namespace_of,
    objects_of,
    part,
)
from chartgen.compare.manifests.workloads import ROLLED, SERVING, TEMPLATES
from chartgen.errors import dotted
from chartgen.model import Manifest, Path

Kind = Literal["added", "removed", "changed", "recreate"]
"""What becomes of an object or of a part of it; `recreate`: it cannot change in place."""

HIDDEN = "(hidden)"
"""What stands for the content of a Secret."""

_CHART_LABELS = frozenset({"helm.sh/chart", "chart"})
_SECRET_PARTS = frozenset({"data", "stringData"})
_HASHED = re.compile(r"(.+)-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """One difference between the objects of two versions of a release.

    Attributes:
        object: `Deployment/web`, as it is afterwards; what goes, as it was.
        path: where in it, dotted, entries of lists by name; empty: all of it.
        before, after: what stands there; None: nothing, or the object itself. A Secret's content is hidden.
        restarts: whether running pods are replaced for it, or a Job runs again.
        message: what there is to know beyond that: that it is renamed, that its data goes along.
        remedy: how it comes about, where it needs a hand.
        hook: whether it is of a hook, which Helm makes anew each time.
        names_chart: whether it only names the chart and its version, as every upgrade does.
    """

    change: Kind
    object: str
    path: str = ""
    before: Any = None
    after: Any = None
    restarts: bool = False
    message: str = ""
    remedy: str = ""
    hook: bool = False
    names_chart: bool = False


def changes(before: Sequence[Manifest], after: Sequence[Manifest]) -> tuple[ObjectChange, ...]:
    """What is different, object by object in the order of `before`, then what is new.

    An object is known by group, kind, namespace and name. Where its name ends in the hash of its content (a Job, an
    immutable ConfigMap), another hash makes no other object. One that goes while another of its kind and content comes
    is renamed: told once, as `removed`, with its new name as `after`. A workload that becomes one of another kind is to
    be recreated.

    Args:
        before, after: the objects of one release; lists are opened.
    """
    old = {identity(manifest): manifest for each in before for manifest in objects_of(each)}
    new = {identity(manifest): manifest for each in after for manifest in objects_of(each)}
    gone = [manifest for key, manifest in old.items() if key not in new]
    come = [manifest for key, manifest in new.items() if key not in old]
    pairs = {id(one): other for one, other in _successors(gone, come)}
    found: list[ObjectChange] = []
    for key, manifest in old.items():
        other = new.get(key) or pairs.get(id(manifest))
        found += _removed(manifest) if other is None else _between(manifest, other)
    followers = {id(manifest) for manifest in pairs.values()}
    found += (_added(manifest) for manifest in come if id(manifest) not in followers)
    return tuple(found)


def _successors(gone: list[Manifest], come: list[Manifest]) -> Iterator[tuple[Manifest, Manifest]]:
    """What goes, with what comes in its place."""
    left = list(come)
    for follows in (_hashed_again, _renamed, _of_another_kind):
        for manifest in list(gone):
            other = next((each for each in left if follows(manifest, each)), None)
            if other is not None:
                gone.remove(manifest)
                left.remove(other)
                yield manifest, other


def _hashed_again(old: Manifest, new: Manifest) -> bool:
    stems = [_HASHED.fullmatch(name_of(each)) for each in (old, new)]
    return _alike(old, new) and stems[0] is not None and stems[1] is not None and stems[0][1] == stems[1][1]


def _renamed(old: Manifest, new: Manifest) -> bool:
    if not _alike(old, new, anywhere=True):
        return False
    names = (name_of(old), name_of(new))
    return _same_but(_content(old), _content(new), names)


def _of_another_kind(old: Manifest, new: Manifest) -> bool:
    here = namespace_of(old) == namespace_of(new) and name_of(old) == name_of(new)
    return here and kind_of(old) in SERVING and kind_of(new) in SERVING


def _alike(old: Manifest, new: Manifest, *, anywhere: bool = False) -> bool:
    same_kind = kind_of(old) == kind_of(new) and group_of(old) == group_of(new) and is_hook(old) == is_hook(new)
    return same_kind and (anywhere or namespace_of(old) == namespace_of(new))


def _content(manifest: Manifest) -> dict[str, Any]:
    """The object without what it is known by, and without the labels that name the chart."""
    metadata = part(manifest.object, "metadata") or {}
    labels = metadata.get("labels")
    kept = {key: value for key, value in metadata.items() if key not in ("name", "namespace")}
    if isinstance(labels, dict):
        kept["labels"] = {key: value for key, value in labels.items() if key not in _CHART_LABELS}
    return {**manifest.object, "metadata": kept}


def _same_but(one: Any, other: Any, names: tuple[str, str]) -> bool:
    """Whether documents are the same, or have these names where they differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same_but(value, other[key], names) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        both = zip(one, other, strict=False)
        return len(one) == len(other) and all(_same_but(*pair, names) for pair in both)
    return bool(one == other) or (one, other) == names


def _added(manifest: Manifest) -> ObjectChange:
    return ObjectChange("added", manifest.title, hook=is_hook(manifest))


def _removed(manifest: Manifest) -> Iterator[ObjectChange]:
    message = ""
    if is_kept(manifest):
        message = "stays in the cluster, as it says itself, but belongs to no release"
    elif kind_of(manifest) == "PersistentVolumeClaim":
        message = "Helm deletes it, and its data with it"
    yield ObjectChange("removed", manifest.title, message=message, hook=is_hook(manifest))


def _between(old: Manifest, new: Manifest) -> Iterator[ObjectChange]:
    """What is different between an object and what it becomes."""
    if kind_of(old) != kind_of(new):
        yield _of_kind(old, new)
        return
    if identity(old) == identity(new):
        yield from _inside(old, new)
        return
    hashed = namespace_of(old) == namespace_of(new) and _hashed_again(old, new)
    if hashed:
        yield _hashed(old, new)
        yield from (each for each in _inside(old, new, in_place=False) if each.path != "metadata.name")
        return
    yield _moved(old, new)


def _of_kind(old: Manifest, new: Manifest) -> ObjectChange:
    was, now = kind_of(old), kind_of(new)
    message = f"was a {was}, which is deleted with its pods before this one has any"
    remedy = "deploy when nobody minds, or give the new one another name first"
    return ObjectChange("recreate", new.title, "kind", was, now, restarts=True, message=message, remedy=remedy)


def _hashed(old: Manifest, new: Manifest) -> ObjectChange:
    runs = kind_of(new) == "Job" and not is_hook(new)
    message = "another Job takes its place, and runs" if runs else "another one takes its place"
    names = name_of(old), name_of(new)
    return ObjectChange(
        "changed", new.title, "metadata.name", *names, restarts=runs, message=message, hook=is_hook(new)
    )


def _moved(old: Manifest, new: Manifest) -> ObjectChange:
    field = "name" if name_of(old) != name_of(new) else "namespace"
    places = (name_of(old), name_of(new)) if field == "name" else (namespace_of(old), namespace_of(new))
    message = f"is {new.title} now" if field == "name" else f"is in the namespace {places[1]} now"
    if kind_of(old) == "PersistentVolumeClaim" and not is_kept(old):
        message += ": the data does not move along"
    remedy = "" if is_hook(old) else "what names it from elsewhere has to follow"
    path = f"metadata.{field}"
    return ObjectChange("removed", old.title, path, *places, message=message, remedy=remedy, hook=is_hook(old))


def _inside(old: Manifest, new: Manifest, *, in_place: bool = True) -> Iterator[ObjectChange]:
    fixed = () if is_hook(new) or not in_place else tuple(immutable.changed(old, new))
    told: set[Path] = set()
    for each in differences(old.object, new.object):
        above = next((path for path in fixed if each.path[: len(path)] == path), None)
        change = _change(each, new)
        if above is not None:
            told.add(above)
            gone = change.restarts or kind_of(new) in ("Deployment", "DaemonSet")
            change = replace(change, change="recreate", restarts=gone, remedy=immutable.remedy(new))
        yield change
    yield from _above(old, new, (path for path in fixed if path not in told))


def _above(old: Manifest, new: Manifest, fixed: Iterable[Path]) -> Iterator[ObjectChange]:
    """Immutable fields that are different because something above them is, told by themselves."""
    for path in fixed:
        before, after = (part(each.object, *map(str, path)) for each in (old, new))
        yield ObjectChange("recreate", new.title, dotted(path), before, after, remedy=immutable.remedy(new))


def _change(each: Difference, manifest: Manifest) -> ObjectChange:
    before, after = each.before, each.after
    if kind_of(manifest) == "Secret" and each.path[0] in _SECRET_PARTS:
        before, after = (None if value is None else HIDDEN for value in (before, after))
    return ObjectChange(
        "changed",
        manifest.title,
        each.text,
        before,
        after,
        restarts=_restarts(each.path, manifest),
        hook=is_hook(manifest),
        names_chart=len(each.path) == 3 and each.path[0] == "metadata" and each.path[2] in _CHART_LABELS,
    )


def _restarts(path: Path, manifest: Manifest) -> bool:
    """Whether a workload's controller replaces its pods for a change at the path."""
    kind = kind_of(manifest)
    by_hand = part(manifest.object, "spec", "updateStrategy", "type") == "OnDelete"
    template = TEMPLATES.get(kind, ())
    return kind in ROLLED and not is_hook(manifest) and not by_hand and path[: len(template)] == template
