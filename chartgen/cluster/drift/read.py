"""Asking a cluster what of its releases' objects is not as Helm installed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chartgen.cluster import contents
from chartgen.cluster.api import Answer, Api, ApiError, Resource
from chartgen.cluster.api.client import APPLY
from chartgen.cluster.drift.objects import Drift, drifts
from chartgen.cluster.drift.overlay import applied_data, overlay
from chartgen.cluster.drift.owners import owners
from chartgen.cluster.stored import Stored
from chartgen.compare.manifests.reading import part
from chartgen.errors import ToolError

_FORBIDDEN = 403
_INVALID = 422
_HELM = "helm"


@dataclass(frozen=True, slots=True)
class ReleaseDrift:
    """What of a release's objects is not as Helm installed it.

    Attributes:
        found: field by field, in the order of the manifest.
        objects: how many were looked at.
        notes: what could not be looked at, or not closely.
    """

    found: tuple[Drift, ...] = ()
    objects: int = 0
    notes: tuple[str, ...] = ()


def of_releases(api: Api, stored: Iterable[Stored]) -> dict[tuple[str, str], ReleaseDrift]:
    """What of the objects of releases is not as Helm installed it, by namespace and name.

    Each object is read, and the server is asked what it would be if its manifest were applied once more, as a dry run:
    so it is the server that fills in defaults. Nothing is changed.

    Raises:
        ApiError: the cluster cannot be reached.
    """
    found: dict[tuple[str, str], ReleaseDrift] = {}
    asked: list[tuple[Stored, dict[str, Any]]] = []
    for release in stored:
        try:
            asked += ((release, manifest) for manifest in contents.objects(release))
        except ToolError as error:
            notes = tuple(problem.message for problem in error.problems)
            found[release.namespace, release.name] = ReleaseDrift(notes=notes)
    answers = api.each(lambda each: _one(api, *each), asked)
    for (release, _), (drift, note) in zip(asked, answers, strict=True):
        key = (release.namespace, release.name)
        known = found.get(key, ReleaseDrift())
        notes = known.notes if not note or note in known.notes else (*known.notes, note)
        found[key] = ReleaseDrift((*known.found, *drift), known.objects + 1, notes)
    return found


def _one(api: Api, stored: Stored, manifest: dict[str, Any]) -> tuple[tuple[Drift, ...], str]:
    """What of one object is not as it was installed, and what there is to note."""
    kind, name = str(manifest.get("kind")), str(part(manifest, "metadata", "name"))
    resource = api.resource(str(manifest.get("apiVersion")), kind)
    if resource is None:
        return (Drift(f"{kind}/{name}", "gone"),), f"the server does not know {manifest.get('apiVersion')} {kind}"
    path = resource.path(part(manifest, "metadata", "namespace") or stored.namespace, name)
    try:
        live = api.get(path)
    except ApiError as error:
        if error.status != _FORBIDDEN:
            raise
        return (), f"you may not read {resource.name}"
    if live is None:
        passes = kind == "Job" and part(manifest, "spec", "ttlSecondsAfterFinished") is not None
        return (() if passes else (Drift(f"{kind}/{name}", "gone"),)), ""
    wanted = _as_helm_sends(applied_data(manifest), stored, resource)
    manager = next((owner.name for owner in owners(live) if owner.who == "helm"), _HELM)
    query = {"dryRun": "All", "force": "true", "fieldManager": manager}
    answer = api.ask("PATCH", path, query, wanted, content=APPLY)
    if not answer.refused:
        return drifts(wanted, answer.body, live), ""
    return drifts(wanted, overlay(live, wanted), live), _refusal(answer, resource, f"{kind}/{name}")


def _refusal(answer: Answer, resource: Resource, title: str) -> str:
    """Why an object was compared without the server's help."""
    if answer.status == _INVALID:
        return f"{title} cannot be applied as it is now, so an upgrade by Helm 4 fails: {answer.message}"
    if answer.status == _FORBIDDEN:
        return f"you may not patch {resource.name}, not even as a dry run: compared without the server's help"
    return f"{resource.name} were compared without the server's help: {answer.message}"


def _as_helm_sends(manifest: dict[str, Any], stored: Stored, resource: Resource) -> dict[str, Any]:
    """The object with what Helm adds before it sends it. Source: `setMetadataVisitor` in Helm's `pkg/action`."""
    metadata: Mapping[str, Any] = manifest["metadata"]
    namespace = {"namespace": metadata.get("namespace") or stored.namespace} if resource.namespaced else {}
    labels = {**(metadata.get("labels") or {}), "app.kubernetes.io/managed-by": "Helm"}
    names = {"meta.helm.sh/release-name": stored.name, "meta.helm.sh/release-namespace": stored.namespace}
    annotations = {**(metadata.get("annotations") or {}), **names}
    return {**manifest, "metadata": {**metadata, **namespace, "labels": labels, "annotations": annotations}}
