"""Where a live object differs from what Helm installed, for a reason that is no controller's. Pure."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chartgen.cluster.drift.owners import MISSING, Owner, Step, additions, find, index_of, leaves, made, owners
from chartgen.compare.manifests.fields import Difference, differences, numbered
from chartgen.compare.manifests.objects import HIDDEN
from chartgen.compare.manifests.reading import part
from chartgen.model import Path

Kind = Literal["changed", "removed", "added", "gone"]
"""What became of a field: it has another value, is not there, or was not to be there; `gone`: the whole object."""

_OWN = frozenset({"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"})
_OWN_DELETION = frozenset({"deletionTimestamp", "deletionGracePeriodSeconds"})
_NOTES = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        "kubectl.kubernetes.io/restartedAt",
        "kubernetes.io/change-cause",
    }
)
"""Annotations in which kubectl keeps what it did; `kubectl rollout restart` changes nothing else."""
_RANCHERS = re.compile(r"(.+\.)?cattle\.io/.*")
"""Annotations in which Rancher's controllers note what they know of an object. They call themselves `rancher`, which is
not known to be a controller's name alone."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One field of a live object that is not as Helm installed it.

    Attributes:
        object: `Deployment/web`.
        kind: what became of it.
        path: dotted, entries of lists by name; empty: the whole object.
        wanted, live: what is to stand there and what does; None: nothing. A Secret's content is hidden.
        by: who set it, as he names himself (`kubectl-edit`); empty: nobody says.
        time: when, as RFC 3339 has it; empty likewise.
    """

    object: str
    kind: Kind
    path: str = ""
    wanted: Any = None
    live: Any = None
    by: str = ""
    time: str = ""


def drifts(manifest: Mapping[str, Any], applied: Mapping[str, Any], live: Mapping[str, Any]) -> tuple[Drift, ...]:
    """Where a live object differs from what Helm installed.

    What controllers have set is taken as it is. What the manifest does not say counts if somebody's hand has set it.
    The number of pods is an autoscaler's where the manifest leaves it open.

    Arguments:
        manifest: the object as Helm has it.
        applied: what the live object would be if the manifest were applied once more.
        live: as the API server has it, with `metadata.managedFields`.
    """
    wanted = copy.deepcopy(dict(applied))
    known = tuple(owners(live))
    for owner in known:
        if owner.who == "controller":
            for path in leaves(owner.fields):
                _take(wanted, live, path)
        if owner.who == "hand" and not owner.scales and not made(live, owner):
            for path in list(additions(owner.fields, manifest)):
                if not _is_ranchers(path):
                    _remove(wanted, path)
    title = f"{live.get('kind')}/{part(live, 'metadata', 'name')}"
    secret = live.get("kind") == "Secret"
    found = differences(_plain(wanted), _plain(live))
    return tuple(_drift(each, title, live, known, hidden=secret) for each in found if not each.order)


def _is_ranchers(path: Sequence[Step]) -> bool:
    return ("f", "annotations") in path[-2:-1] and _RANCHERS.fullmatch(str(path[-1][1])) is not None


def _plain(node: Mapping[str, Any]) -> dict[str, Any]:
    """The object without what the server and kubectl keep in it for themselves."""
    metadata = {key: value for key, value in node["metadata"].items() if key not in _OWN | _OWN_DELETION}
    plain = {**{key: value for key, value in node.items() if key != "status"}, "metadata": metadata}
    for path in (("metadata",), ("spec", "template", "metadata")):
        plain = _without_notes(plain, path)
    return plain


def _without_notes(node: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    if not path:
        annotations = node.get("annotations")
        kept = {key: value for key, value in (annotations or {}).items() if key not in _NOTES}
        rest = {key: value for key, value in node.items() if key != "annotations"}
        return {**rest, "annotations": kept} if kept else rest
    below = node.get(path[0])
    if not isinstance(below, dict):
        return node
    kept = _without_notes(below, path[1:])
    return {**node, path[0]: kept} if kept else {key: value for key, value in node.items() if key != path[0]}


def _take(wanted: Any, live: Any, path: Sequence[Step]) -> None:
    """Puts what is live at the path into what is wanted, where both lead there."""
    for step in path[:-1]:
        wanted, live = find(wanted, step), find(live, step)
        if wanted is MISSING or live is MISSING:
            return
    how, what = path[-1]
    value = find(live, path[-1])
    if how == "f" and isinstance(wanted, dict) and value is not MISSING:
        wanted[what] = copy.deepcopy(value)


def _remove(wanted: Any, path: Sequence[Step]) -> None:
    """Takes what stands at the path away, and what is empty then."""
    if len(path) > 1:
        below = find(wanted, path[0])
        if below is MISSING:
            return
        _remove(below, path[1:])
        if below not in ({}, []):
            return
    if path[0][0] == "f":
        if isinstance(wanted, dict):
            wanted.pop(path[0][1], None)
        return
    index = index_of(wanted, path[0])
    if index is not None:
        del wanted[index]


def _drift(each: Difference, title: str, live: Any, known: Sequence[Owner], *, hidden: bool) -> Drift:
    kind: Kind = "added" if each.before is None else "removed" if each.after is None else "changed"
    wanted, now = each.before, each.after
    if hidden and each.path[0] in ("data", "stringData"):
        wanted, now = (None if value is None else HIDDEN for value in (wanted, now))
    owner = None if each.after is None else _owner(each.path, live, known)
    return Drift(title, kind, each.text, wanted, now, owner.name if owner else "", owner.time if owner else "")


def _owner(path: Path, live: Any, known: Sequence[Owner]) -> Owner | None:
    """Who has set what stands at the path, the latest of those that are no controllers; None: nobody says."""
    place = numbered(live, path)
    hands = (owner for owner in known if owner.who == "hand")
    found = [owner for owner in hands if any(_meet(place, _place(live, each)) for each in leaves(owner.fields))]
    return max(found, key=lambda owner: owner.time, default=None)


def _place(live: Any, path: Sequence[Step]) -> Path:
    """A path of steps as keys and numbers of items."""
    place: list[str | int] = []
    for step in path:
        index = step[1] if step[0] == "f" else index_of(live, step)
        if index is None:
            return ()
        place.append(index)
        live = find(live, step)
    return tuple(place)


def _meet(one: Path, other: Path) -> bool:
    """Whether one leads to the other, or below it."""
    length = min(len(one), len(other))
    return length > 0 and one[:length] == other[:length]
