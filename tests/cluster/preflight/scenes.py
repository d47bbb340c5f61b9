"""Clusters and deploys as data: what is there, what was sent before, what is to be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chartgen import yamlio
from chartgen.cluster.api import Resource
from chartgen.cluster.preflight.scene import Place, Scene
from chartgen.cluster.preflight.task import Task
from chartgen.cluster.steps import Step
from chartgen.model import Chart, ChartRef, Layer, Manifest, Release
from chartgen.outputs.values import OWNER
from tests.cluster import releases
from tests.cluster.api.server import Reply, Request

NAMESPACE = "shop"
CHART = ChartRef("microservice")

_KINDS = {
    "v1": "ConfigMap Secret Service ServiceAccount Pod PersistentVolumeClaim ResourceQuota LimitRange",
    "apps/v1": "Deployment StatefulSet DaemonSet",
    "batch/v1": "Job CronJob",
    "networking.k8s.io/v1": "Ingress",
    "gateway.networking.k8s.io/v1": "Gateway HTTPRoute",
    "external-secrets.io/v1": "ExternalSecret SecretStore",
    "cert-manager.io/v1": "Certificate Issuer",
}
_CLUSTER_WIDE = {
    "v1": "Namespace",
    "apiextensions.k8s.io/v1": "CustomResourceDefinition",
    "networking.k8s.io/v1": "IngressClass",
    "scheduling.k8s.io/v1": "PriorityClass",
    "storage.k8s.io/v1": "StorageClass",
}


def _plural(kind: str) -> str:
    return f"{kind.lower()}{'es' if kind.endswith('s') else 's'}"


RESOURCES = {
    (api_version, kind): Resource(api_version, kind, _plural(kind), namespaced)
    for kinds, namespaced in ((_KINDS, True), (_CLUSTER_WIDE, False))
    for api_version, names in kinds.items()
    for kind in names.split()
}


def discovery(root: str) -> dict[str, Any]:
    """What a server says at `/api` or `/apis` of the kinds that it has."""
    versions = dict.fromkeys(api_version for api_version, _ in RESOURCES)
    return {"items": [_group(each) for each in versions if ("/" in each) == (root == "/apis")]}


def answering(there: Mapping[str, Sequence[Mapping[str, Any]] | int]) -> Callable[[Request], Reply]:
    """What a server says that has these objects, by the path of their list, or refuses a list with that status."""

    def reply(request: Request) -> Reply:
        path = request.path.partition("?")[0]
        if path in ("/api", "/apis"):
            return Reply(discovery(path))
        found = there.get(path, ())
        if isinstance(found, int):
            return Reply({"kind": "Status", "message": "no"}, found)
        return Reply({"items": list(found)})

    return reply


def _group(api_version: str) -> dict[str, Any]:
    name, _, version = api_version.rpartition("/")
    kinds = [
        {"resource": one.name, "responseKind": {"kind": one.kind}, "scope": "Namespaced" if one.namespaced else ""}
        for one in RESOURCES.values()
        if one.api_version == api_version
    ]
    return {"metadata": {"name": name}, "versions": [{"version": version, "resources": kinds}]}


def release(name: str = "web", **said: Any) -> Release:
    """A release of dev; without a say it makes its namespace."""
    given = {"namespace": NAMESPACE, "kube_context": "e2e", "chart": CHART, "region": None, **said}
    return Release(
        project="shop", environment="dev", service=name, name=name, generated=Layer("values.yaml", {}), **given
    )


def chart(metadata: Mapping[str, Any], files: Mapping[str, str]) -> Chart:
    """A chart with this in its Chart.yaml, and these files."""
    content = {path: text.encode() for path, text in files.items()}
    return Chart("microservice", "1.4.0", {"name": "microservice", **metadata}, content, {}, None, "")


def task(case: Mapping[str, Any]) -> Task:
    """What is to be sent: `objects` by `web`, `others` by another release.

    `sent` is what web's last revision has, `mark` whose that is: dev's of shop unless it says otherwise.
    """
    web, other = release(**case.get("release", {})), release("other")
    sent = "---\n".join(yamlio.dumps(each) for each in case.get("sent", ()))
    mark = case.get("mark", {"project": "shop", "environment": "dev", "service": "web", "region": web.region})
    config = {OWNER: mark} if mark else {}
    stored = None
    if "sent" in case:
        stored = releases.stored(
            manifest=sent, revision=case.get("revision", 1), namespace=web.namespace, config=config
        )
    steps = [Step(web, "upgrade" if stored else "create", (), stored)]
    steps += [Step(other, "create")] if "others" in case else []
    manifests = [
        Manifest(owner, "", each) for owner, key in ((web, "objects"), (other, "others")) for each in case.get(key, ())
    ]
    said = case.get("chart", {})
    charts = {CHART: chart(said.get("metadata", {}), said.get("files", {}))}
    return Task.of(steps, manifests, charts, case.get("regions", ()))


def scene(case: Mapping[str, Any]) -> Scene:
    """What is there: `live` objects, the namespace and a class of storage among them unless it says otherwise."""
    spaces = case.get("namespaces", [{"metadata": {"name": NAMESPACE}, "status": {"phase": "Active"}}])
    storage = case.get("storage", [_storage("standard", default=True)])
    live: dict[Place, dict[str, dict[str, Any]] | None] = {
        Place("", "Namespace"): _named(spaces),
        Place("storage.k8s.io", "StorageClass"): _named(storage),
    }
    for each in case.get("live", ()):
        resource = RESOURCES[each["apiVersion"], each["kind"]]
        place = Place(resource.group, resource.kind, NAMESPACE if resource.namespaced else "")
        live.setdefault(place, {})[each["metadata"]["name"]] = each  # type: ignore[index]
    unreadable = {Place(*each): None for each in case.get("unreadable", ())}
    return Scene(case.get("version", "v1.36.3"), RESOURCES, {**live, **unreadable})


def _storage(name: str, *, default: bool = False, grows: bool = True) -> dict[str, Any]:
    annotations = {"storageclass.kubernetes.io/is-default-class": "true"} if default else {}
    return {"metadata": {"name": name, "annotations": annotations}, "allowVolumeExpansion": grows}


def _named(objects: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in objects}
