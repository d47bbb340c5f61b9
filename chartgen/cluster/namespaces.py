"""Which namespaces are Helm's making, and what is in one that nobody would miss it for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chartgen.cluster import contents
from chartgen.cluster.api import Api, ApiError
from chartgen.cluster.api.client import METADATA
from chartgen.cluster.api.connection import Answer
from chartgen.cluster.api.discovery import Resource
from chartgen.compare.manifests.reading import entry

NAMESPACE = Resource("v1", "Namespace", "namespaces", namespaced=False)

_ENOUGH = "200"
_UNLISTED = frozenset({404, 405, 406})
_BY_ITSELF = frozenset({"Event", "Endpoints", "EndpointSlice", "PodMetrics"})
"""Kinds whose objects come and go with others."""
_EVERYWHERE = frozenset(
    {
        ("ConfigMap", "kube-root-ca.crt"),
        ("ConfigMap", "istio-ca-root-cert"),
        ("ConfigMap", "openshift-service-ca.crt"),
        ("ServiceAccount", "builder"),
        ("ServiceAccount", "default"),
        ("ServiceAccount", "deployer"),
    }
)
"""What controllers put into every namespace."""
_RELEASE = "meta.helm.sh/release-name"
_ACCOUNT = "kubernetes.io/service-account.name"


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a namespace that no controller put there. As text why the namespace stays, empty: there is no reason.

    Attributes:
        objects: those that nothing owns, as `Kind/name`.
        unseen: kinds that may not be listed, so that nobody can tell.
    """

    objects: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.objects:
            return f"what it holds cannot be seen ({', '.join(self.unseen)})" if self.unseen else ""
        counted = Counter(each.partition("/")[0] for each in self.objects)
        return "it holds " + ", ".join(
            next(each for each in self.objects if each.startswith(f"{kind}/")) if number == 1 else f"{number} {kind}s"
            for kind, number in counted.items()
        )


def not_helms(namespace: Mapping[str, Any], *, managed: bool) -> str:
    """Why a namespace is not Helm's making or ours alone; empty: it is, and nobody else has written on it.

    Helm's `--create-namespace` gives it the label `name`, but Helm 4 writes that on one that was there before, too. So
    what counts is who has written on it, and when, as the API server notes it in `managedFields`.

    Arguments:
        namespace: the live object.
        managed: whether it is an object of a release, which may change it; else Helm made it on the way.
    """
    metadata = entry(namespace, "metadata")
    owner = entry(metadata, "annotations").get(_RELEASE)
    if owner and not managed:
        return f"it belongs to release {owner}"
    found = metadata.get("managedFields")
    writers = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    others = sorted({str(each.get("manager")) for each in writers if not _is_ours(each)})
    if others:
        return f"{', '.join(others)} made it, or has written on it"
    born = metadata.get("creationTimestamp")
    if not writers or not (managed or any(each.get("time") == born for each in writers)):
        return "it was there before"
    return ""


def _is_ours(writer: Mapping[str, Any]) -> bool:
    """Whether it is helm, or `chartgen secret set`, which makes a namespace too."""
    return str(writer.get("manager", "")).lower().startswith(("helm", "chartgen"))


def content(api: Api, namespace: str) -> Content:
    """What is in a namespace that would be missed.

    Raises:
        ApiError: the cluster cannot be reached.
    """
    kinds = {(each.group, each.kind): each for each in api.resources().values() if each.namespaced}
    asked = [each for each in kinds.values() if each.kind not in _BY_ITSELF]

    def listed(kind: Resource) -> Answer | ApiError:
        try:
            return api.ask("GET", kind.path(namespace), {"limit": _ENOUGH}, accept=METADATA)
        except ApiError as error:  # as from a server of its own that serves the kind, and is down
            return error

    answers = api.each(listed, asked)
    objects: list[str] = []
    unseen: list[str] = []
    for kind, answer in zip(asked, answers, strict=True):
        if isinstance(answer, ApiError):
            if not any(isinstance(each, Answer) for each in answers):
                raise answer
            unseen.append(kind.name)
        elif not answer.refused:
            objects += _missed(kind, answer.body)
        elif answer.status not in _UNLISTED:
            unseen.append(kind.name)
    return Content(tuple(sorted(objects)), tuple(sorted(unseen)))


def _missed(kind: Resource, body: Any) -> Iterator[str]:
    items: Iterable[Any] = body.get("items") or () if isinstance(body, dict) else ()
    for item in items:
        metadata = entry(item, "metadata")
        goes = metadata.get("ownerReferences") or metadata.get("deletionTimestamp")
        account = entry(metadata, "annotations").get(_ACCOUNT)
        if goes or account or (kind.kind, contents.name_of(item)) in _EVERYWHERE:
            continue
        yield f"{kind.kind}/{contents.name_of(item)}"
