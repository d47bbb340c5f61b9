"""Who has set the fields of an object, as the API server keeps it in `metadata.managedFields`. Pure.

Source: Kubernetes, "Server-Side Apply", and `structured-merge-diff` for the form of `fieldsV1`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Any, Final, Literal

from chartgen.compare.manifests.reading import part, parts

Who = Literal["helm", "controller", "hand"]

_HELM = ("helm*", "terraform-provider-helm*", "before-first-apply")
_CONTROLLERS = (
    "*-controller",
    "*-controller-manager",
    "*-operator",
    "*operator",
    "*autoscaler*",
    "*injector",
    "*-webhook*",
    "*-recommender",
    "*-updater",
    "cert-manager*",
    "cloud-controller*",
    "controller",
    "controller-manager",
    "flagger",
    "gke-*",
    "istio*",
    "k3s",
    "karpenter*",
    "keda*",
    "kube-*",
    "kubelet",
    "kwok*",
    "kyverno*",
    "linkerd*",
    "manager",
    "pilot-discovery",
    "reloader",
    "rke2",
    "scheduler",
    "velero*",
    "vpa-*",
)
"""Programs that change objects by themselves, as they name themselves: by the program's name, unless they say another.

`manager` is what a controller made with kubebuilder is called unless somebody renames it.
"""

MISSING: Final = object()
"""What stands where nothing does."""

_PROTOCOL = "TCP"

Step = tuple[Literal["f", "k", "v", "i"], Any]
"""A step of a path: a field by its name, an item of a list by its keys, by its value, or by its number."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody who has set fields.

    Attributes:
        name: how he names himself: `kubectl-edit`.
        who: what he is.
        scales: whether they are the number of pods alone, set as autoscalers and `kubectl scale` set it.
        time: when he last did, as RFC 3339 has it.
        fields: which, as `fieldsV1` has them.
    """

    name: str
    who: Who
    scales: bool
    time: str
    fields: Mapping[str, Any]


def who(manager: str) -> Who:
    """What a field manager is; whoever nobody knows counts as somebody's hand."""
    name = manager.lower()
    if any(fnmatch(name, pattern) for pattern in _HELM):
        return "helm"
    return "controller" if any(fnmatch(name, pattern) for pattern in _CONTROLLERS) else "hand"


def owners(live: Mapping[str, Any]) -> Iterator[Owner]:
    """Who has set fields of the object, its status left aside."""
    for entry in parts(live, "metadata", "managedFields"):
        if entry.get("subresource") != "status" and isinstance(entry.get("fieldsV1"), dict):
            fields = {key: below for key, below in entry["fieldsV1"].items() if key != "f:status"}
            name = str(entry.get("manager") or "")
            scales = entry.get("subresource") == "scale"
            yield Owner(name, who(name), scales, str(entry.get("time") or ""), fields)


def made(live: Mapping[str, Any], owner: Owner) -> bool:
    """Whether it was he who made the object, before it was Helm's: the server's defaults count as his then."""
    return bool(owner.time == part(live, "metadata", "creationTimestamp"))


def leaves(fields: Mapping[str, Any]) -> Iterator[tuple[Step, ...]]:
    """The paths that fields of `fieldsV1` name, without those that have others below."""
    for name, below in fields.items():
        if name != "." and below.keys() <= {"."}:
            yield (_step(name),)
        elif name != ".":
            yield from ((_step(name), *rest) for rest in leaves(below))


def additions(fields: Mapping[str, Any], manifest: Any) -> Iterator[tuple[Step, ...]]:
    """The paths that fields of `fieldsV1` name and a manifest does not; an item that it lacks is named whole."""
    for name, below in fields.items():
        if name == ".":
            continue
        step = _step(name)
        inside = find(manifest, step)
        alone = below.keys() <= {"."} or (step[0] != "f" and "." in below)
        if inside is MISSING and alone:
            yield (step,)
        elif not below.keys() <= {"."}:
            yield from ((step, *rest) for rest in additions(below, inside))


def find(node: Any, step: Step) -> Any:
    """What stands one step below; MISSING: nothing does."""
    how, what = step
    if how == "f":
        return node.get(what, MISSING) if isinstance(node, dict) else MISSING
    index = index_of(node, step)
    return MISSING if index is None else node[index]


def index_of(node: Any, step: Step) -> int | None:
    """The number of the item of a list that a step leads to; None: to none."""
    how, what = step
    if not isinstance(node, list):
        return None
    if how == "i":
        return int(what) if what < len(node) else None
    if how == "v":
        return next((index for index, item in enumerate(node) if item == what), None)
    return next((index for index, item in enumerate(node) if _has(item, what)), None)


def _has(item: Any, keys: Mapping[str, Any]) -> bool:
    """Whether an item of a list has these keys; a protocol need not be written."""
    defaults = {"protocol": _PROTOCOL}
    return isinstance(item, dict) and all(item.get(key, defaults.get(key)) == value for key, value in keys.items())


def _step(name: str) -> Step:
    how, _, what = name.partition(":")
    if how == "f":
        return "f", what
    if how == "k":
        return "k", json.loads(what)
    return ("v", json.loads(what)) if how == "v" else ("i", int(what))
