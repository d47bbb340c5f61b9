"""Every object of every case and example is what a real API server takes, as strictly as it can be asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from tests import objects
from tests.e2e.cluster.api import Api, ApiError
from tests.e2e.cluster.control_plane import Cluster

AT_ONCE = 8
NAMESPACE, ACCOUNTS = "dry-run", "dry-run-accounts"
"""Where objects are sent to, whatever other tests have installed; and where the service accounts are that pods name."""

STRICT = {"dryRun": "All", "fieldValidation": "Strict"}
Send = Callable[[Api, str, dict], Any]


@dataclass(frozen=True)
class Rendered:
    """An object, and the first case or example that it is of."""

    owner: str
    title: str
    object: dict


@dataclass(frozen=True)
class Server:
    """The API server, the path that it wants objects of a kind at, and whether that names a namespace."""

    api: Api
    resources: dict[tuple[str, str], tuple[str, bool]]

    def rejection(self, send: Send, one: Rendered) -> str | None:
        """What it says against the object; None where it says nothing."""
        kind = one.object["apiVersion"], one.object["kind"]
        if kind not in self.resources:
            return f"{one.owner}: {one.title}: {' '.join(kind)} is not served"
        path, namespaced = self.resources[kind]
        namespace = ACCOUNTS if one.object["kind"] == "Pod" else NAMESPACE
        place = {"namespace": namespace} if namespaced else {}
        try:
            send(self.api, path.format(**place), {**one.object, "metadata": {**one.object["metadata"], **place}})
        except ApiError as error:
            return f"{one.owner}: {one.title}: {error}"
        return None


@pytest.fixture(scope="module")
def everything() -> list[Rendered]:
    """All that is unlike, but for the namespace."""
    found: dict[str, Rendered] = {}
    for owner, manifests in objects.of_everything().items():
        for manifest in manifests:
            metadata = {key: value for key, value in manifest.object["metadata"].items() if key != "namespace"}
            one = {**manifest.object, "metadata": metadata}
            found.setdefault(json.dumps(one, sort_keys=True), Rendered(owner, manifest.title, one))
    return list(found.values())


@pytest.fixture(scope="module")
def server(cluster: Cluster, definitions: None, everything: list[Rendered]) -> Iterator[Server]:
    with cluster.namespace(NAMESPACE), cluster.namespace(ACCOUNTS):
        for name in {one.object["spec"]["serviceAccountName"] for one in everything if one.object["kind"] == "Pod"}:
            account = {"metadata": {"name": name}}
            cluster.api.send("POST", f"/api/v1/namespaces/{ACCOUNTS}/serviceaccounts", account)
        yield Server(cluster.api, dict(served(cluster.api, {one.object["apiVersion"] for one in everything})))


def served(api: Api, versions: set[str]) -> Iterator[tuple[tuple[str, str], tuple[str, bool]]]:
    for version in versions:
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        for resource in api.get(root)["resources"]:
            if "/" not in resource["name"]:
                place = "/namespaces/{namespace}" if resource["namespaced"] else ""
                yield (version, resource["kind"]), (f"{root}{place}/{resource['name']}", resource["namespaced"])


def create(api: Api, path: str, one: dict) -> Any:
    """As Helm 3 does."""
    return api.send("POST", path, one, **STRICT)


def apply(api: Api, path: str, one: dict) -> Any:
    """As Helm 4 does: it minds lists that hold a key twice, too."""
    query = {"fieldManager": "helm", "force": "true", **STRICT}
    return api.send("PATCH", f"{path}/{one['metadata']['name']}", one, "application/apply-patch+yaml", **query)


@pytest.mark.parametrize("send", [create, apply])
def test_the_server_takes_every_object(send, server, everything):
    with ThreadPoolExecutor(AT_ONCE) as pool:
        rejections = [said for said in pool.map(lambda one: server.rejection(send, one), everything) if said]
    assert not rejections, "\n".join(["", *rejections])


WRONG: dict[str, tuple[str, str, list, dict]] = {
    "a field that is none": ("apps/v1", "Deployment", ["spec", "template", "spec", "containers", 0], {"imagePul": "x"}),
    "a value that is none": ("apps/v1", "Deployment", ["spec", "template", "spec"], {"restartPolicy": "Never"}),
    "a field that a custom resource does not have": ("keda.sh/v1alpha1", "ScaledObject", ["spec"], {"replicas": 2}),
    "a value that a custom resource does not take": ("cert-manager.io/v1", "Certificate", ["spec"], {"dnsNames": "x"}),
}


@pytest.mark.parametrize("send", [create, apply])
@pytest.mark.parametrize("mistake", WRONG)
def test_the_server_would_refuse(mistake, send, server, everything):
    version, kind, path, more = WRONG[mistake]
    good = next(one for one in everything if (one.object["apiVersion"], one.object["kind"]) == (version, kind))
    bad = part = json.loads(json.dumps(good.object))
    for step in path:
        part = part[step]
    part |= more
    assert next(iter(more)) in server.rejection(send, Rendered(good.owner, good.title, bad))
