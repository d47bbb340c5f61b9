"""The claims of volumes that belong to a release, and what becomes of them when it goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chartgen.cluster import contents
from chartgen.cluster.api import Api
from chartgen.cluster.api.discovery import CORE
from chartgen.cluster.health.pods import INSTANCE
from chartgen.cluster.stored import Stored
from chartgen.compare.manifests.reading import entry

KIND = "PersistentVolumeClaim"
_CLAIM = CORE[KIND]


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """A claim, and the data behind it.

    Attributes:
        release: whose it is.
        size: what it asks for (`10Gi`); empty: nobody knows.
        goes: whether it goes with its release; else it stays, and its data with it.
        uid: which of all that ever had the name.
    """

    namespace: str
    name: str
    release: str
    size: str
    goes: bool
    uid: str

    @property
    def path(self) -> str:
        """Where the API has it."""
        return _CLAIM.path(self.namespace, self.name)

    @property
    def title(self) -> str:
        """As messages name it: `data-cart-0 (10Gi)`."""
        return f"{self.name} ({self.size})" if self.size else self.name


def live(api: Api, namespaces: Iterable[str]) -> list[dict[str, Any]]:
    """The claims of some namespaces.

    Raises:
        ApiError: the cluster cannot be reached, or refuses.
    """
    found = api.each(lambda namespace: list(api.objects(_CLAIM, namespace)), dict.fromkeys(namespaces))
    return [claim for some in found for claim in some]


def of_release(stored: Stored, found: Iterable[Mapping[str, Any]]) -> tuple[Claim, ...]:
    """Those of the live claims that belong to a release: objects, hooks, what its StatefulSets made, what says so.

    Helm removes those that are its objects, unless they say that they are to be kept; hooks it leaves. Kubernetes
    removes those that a StatefulSet made only where that says so.
    """
    objects = contents.objects(stored)
    mine = {_key(data, stored.namespace): data for data in objects if data.get("kind") == KIND}
    hooks = {_key(data, stored.namespace) for data in contents.hooks(stored) if data.get("kind") == KIND}
    sets = [data for data in objects if data.get("kind") == "StatefulSet"]
    claims = []
    for data in found:
        key = _key(data, stored.namespace)
        owner = next((each for each in sets if _made(each, data, stored.namespace)), None)
        if key in mine:
            claims.append(_claim(data, stored.name, goes=not contents.is_kept(mine[key])))
        elif owner is not None:
            policy = entry(owner, "spec", "persistentVolumeClaimRetentionPolicy").get("whenDeleted")
            claims.append(_claim(data, stored.name, goes=policy == "Delete"))
        elif key in hooks or says(data, stored.namespace, stored.name):
            claims.append(_claim(data, stored.name, goes=False))
    return tuple(sorted(claims))


def left_behind(namespace: str, name: str, found: Iterable[Mapping[str, Any]]) -> Iterator[Claim]:
    """Those of the live claims that say to belong to a release which is there no more."""
    return (_claim(data, name, goes=False) for data in found if says(data, namespace, name))


def says(data: Mapping[str, Any], namespace: str, name: str) -> bool:
    """Whether a claim says that it belongs to the release."""
    here = contents.namespace_of(data, "") == namespace
    return here and entry(data, "metadata", "labels").get(INSTANCE) == name


def _made(owner: Mapping[str, Any], data: Mapping[str, Any], namespace: str) -> bool:
    """Whether a StatefulSet made the claim: `TEMPLATE-NAME-ORDINAL`, with the labels by which it knows its pods."""
    if contents.namespace_of(owner, namespace) != contents.namespace_of(data, namespace):
        return False
    templates = entry(owner, "spec").get("volumeClaimTemplates")
    names = [contents.name_of(each) for each in templates or () if isinstance(each, dict)]
    stems = "|".join(map(re.escape, names))
    labels = entry(data, "metadata", "labels")
    wanted = entry(owner, "spec", "selector", "matchLabels")
    named = re.fullmatch(rf"({stems})-{re.escape(contents.name_of(owner))}-\d+", contents.name_of(data))
    return bool(names and named and wanted) and all(labels.get(key) == value for key, value in wanted.items())


def _key(data: Mapping[str, Any], namespace: str) -> tuple[str, str]:
    return contents.namespace_of(data, namespace), contents.name_of(data)


def _claim(data: Mapping[str, Any], release: str, *, goes: bool) -> Claim:
    return Claim(
        namespace=contents.namespace_of(data, ""),
        name=contents.name_of(data),
        release=release,
        size=str(entry(data, "spec", "resources", "requests").get("storage") or ""),
        goes=goes,
        uid=str(entry(data, "metadata").get("uid") or ""),
    )
