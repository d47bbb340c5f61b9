"""Secrets of a cluster: which keys they have, whose they are, and writing one key. Listing reads no values at all."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from chartgen.cluster.api import Answer, Api, ApiError
from chartgen.cluster.api.client import METADATA
from chartgen.cluster.api.discovery import CORE
from chartgen.errors import InputError, Problem, ToolError

MANAGED_BY: Final = "app.kubernetes.io/managed-by"
OURS: Final = "chartgen"
"""What that label says of a Secret that we made, and the name under which the API server notes our changes."""

_SECRET = CORE["Secret"]
_NAMESPACES = "/api/v1/namespaces"
_MERGE = "application/merge-patch+json"
_RELEASE = "helm.sh/release.v1"
_ATTEMPTS = 5
_LONGEST_MANAGER = 128
_MISSING, _CONFLICT = 404, 409

Written = Literal["created", "added", "changed", "unchanged"]
"""What became of a key: of a Secret that was not there, of one that had no such key, of another value, of the same."""

_SIGNS: Final = (
    ("annotations", "meta.helm.sh/release-name", "the Helm release `{}`"),
    ("annotations", "cert-manager.io/certificate-name", "cert-manager's Certificate `{}`"),
    ("annotations", "argocd.argoproj.io/tracking-id", "Argo CD (`{}`)"),
    ("labels", "kustomize.toolkit.fluxcd.io/name", "Flux's Kustomization `{}`"),
    ("labels", "reconcile.external-secrets.io/created-by", "the External Secrets operator (`{}`)"),
    ("labels", "secrets-store.csi.k8s.io/managed", "the Secrets Store CSI driver"),
)
"""Labels and annotations by which those who keep Secrets up to date mark them; `{}` is what they say."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is: a key of a Secret."""

    namespace: str
    secret: str
    key: str

    def __str__(self) -> str:
        return f"Secret {self.namespace}/{self.secret}"


@dataclass(frozen=True, slots=True)
class Kept:
    """A Secret as it is told of, without its values.

    Attributes:
        namespace, name: where it is.
        keys: its keys, and when each was last written, as RFC 3339 has it; empty: nobody knows.
        owner: who keeps it up to date, in words; empty: nobody.
        labels: its labels.
    """

    namespace: str
    name: str
    keys: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def kept(api: Api, namespace: str) -> dict[str, Kept]:
    """The Secrets of a namespace by name, without those in which Helm keeps its releases.

    Raises:
        ApiError: the cluster cannot be reached, or refuses.
    """
    query = {"fieldSelector": f"type!={_RELEASE}"}
    return {one.name: one for one in map(of_metadata, api.objects(_SECRET, namespace, query, accept=METADATA))}


def of_metadata(data: Mapping[str, Any]) -> Kept:
    """A Secret by its metadata: who wrote which key stands in `managedFields`."""
    metadata = data.get("metadata") or {}
    keys: dict[str, str] = {}
    for entry in metadata.get("managedFields") or ():
        written = str(entry.get("time") or "")
        for key in _keys(entry):
            keys[key] = max(keys.get(key, ""), written)
    return Kept(
        str(metadata.get("namespace", "")),
        str(metadata.get("name", "")),
        dict(sorted(keys.items())),
        owner(metadata),
        metadata.get("labels") or {},
    )


def owner(metadata: Mapping[str, Any]) -> str:
    """Who keeps an object up to date and would undo what another writes, in words; empty: nobody that is known."""
    for reference in metadata.get("ownerReferences") or ():
        return f"{reference.get('kind')}/{reference.get('name')}"
    for where, key, words in _SIGNS:
        said = (metadata.get(where) or {}).get(key)
        if said:
            return words.format(said)
    manager = (metadata.get("labels") or {}).get(MANAGED_BY)
    return "a Helm release" if manager == "Helm" else ""


def put(api: Api, place: Place, value: bytes, labels: Mapping[str, str], *, check: bool = False) -> Written:
    """Writes one key of a Secret, and nothing else of it; makes the Secret where it is not there.

    Arguments:
        labels: of a Secret that is made.
        check: nothing is written: only whether it could be.

    Raises:
        InputError: somebody else keeps the Secret up to date, or it cannot be changed.
        ApiError: the cluster cannot be reached, or refuses.
        ToolError: others keep changing it meanwhile.
    """
    encoded = base64.b64encode(value).decode()
    for _ in range(_ATTEMPTS):
        found = api.get(_SECRET.path(place.namespace, place.secret))
        had = ((found or {}).get("data") or {}).get(place.key)
        outcome: Written = "created" if found is None else "added" if had is None else "changed"
        if had == encoded:
            return "unchanged"
        if found is not None:
            _refuse(found, place)
        if check:
            return outcome
        if found is None:
            answer, again = _create(api, place, encoded, labels), {_CONFLICT}
        else:
            answer, again = _patch(api, place, encoded, found), {_CONFLICT, _MISSING}
        if not answer.refused:
            return outcome
        if answer.status not in again:
            said = answer.message.replace(encoded, "…")
            raise ApiError(Problem(f"{api.cluster} refuses to write {place}: {said}"), answer.status)
    raise ToolError(f"{place} is changed by others all the time", hint="try again")


def need_namespace(api: Api, name: str, *, make: bool) -> bool:
    """Whether a namespace is there; made where it is not, if that is wanted.

    Raises:
        ApiError: the cluster cannot be reached, or refuses.
    """
    if api.get(f"{_NAMESPACES}/{name}") is not None:
        return True
    if make:
        answer = api.ask("POST", _NAMESPACES, {"fieldManager": OURS}, {"metadata": {"name": name}})
        if answer.refused and answer.status != _CONFLICT:
            raise ApiError(Problem(f"{api.cluster} refuses to make namespace {name}: {answer.message}"), answer.status)
    return make


def _create(api: Api, place: Place, encoded: str, labels: Mapping[str, str]) -> Answer:
    body = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": place.secret, "labels": {MANAGED_BY: OURS, **labels}},
        "type": "Opaque",
        "data": {place.key: encoded},
    }
    return api.ask("POST", _SECRET.path(place.namespace), {"fieldManager": _manager(place)}, body)


def _patch(api: Api, place: Place, encoded: str, found: Mapping[str, Any]) -> Answer:
    """Only as long as the Secret is the one that we looked at: whose it is may have changed since."""
    body = {"metadata": {"resourceVersion": found["metadata"]["resourceVersion"]}, "data": {place.key: encoded}}
    query = {"fieldManager": _manager(place)}
    return api.ask("PATCH", _SECRET.path(place.namespace, place.secret), query, body, content=_MERGE)


def _manager(place: Place) -> str:
    """One for each key, so that `managedFields` says of each when it was written; the server takes 128 characters."""
    return f"{OURS}:{place.key}"[:_LONGEST_MANAGER]


def _refuse(found: Mapping[str, Any], place: Place) -> None:
    metadata = found["metadata"]
    by = owner(metadata)
    if by:
        message = f"{place} belongs to {by}, which would undo the change"
        raise InputError(message, hint="change the value where that takes it from")
    if found.get("immutable"):
        command = f"kubectl delete secret {place.secret} -n {place.namespace}"
        raise InputError(
            f"{place} is immutable", hint=f"name another Secret in the spec, or delete this one: {command}"
        )
    if metadata.get("deletionTimestamp"):
        raise InputError(f"{place} is being deleted", hint="try again when it is gone")


def _keys(entry: Mapping[str, Any]) -> Iterator[str]:
    fields = (entry.get("fieldsV1") or {}).get("f:data") or {}
    return (name.removeprefix("f:") for name in fields if name.startswith("f:"))
