"""What the tests of the Kubernetes check share: the objects of `kubernetes-objects.yaml`, as manifests of a release."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from chartgen import yamlio
from chartgen.model import ChartRef, Layer, Manifest, Release

RELEASE = Release(
    project="boutique",
    environment="prod",
    region="eu-north",
    service="frontend",
    name="frontend",
    namespace="apps-boutique-prod",
    kube_context=None,
    chart=ChartRef("microservice"),
    generated=Layer("deploy/prod/eu-north/values/frontend.yaml", {}),
)


def manifest(document: dict[str, Any]) -> Manifest:
    return Manifest(RELEASE, "microservice/templates/object.yaml", document)


def objects() -> dict[str, dict[str, Any]]:
    """New copies of the objects: `apps/v1 Deployment` to the object."""
    return deepcopy(_objects())


def example(kind: str) -> dict[str, Any]:
    return deepcopy(_objects()[kind])


@cache
def _objects() -> dict[str, dict[str, Any]]:
    text = (Path(__file__).parent / "kubernetes-objects.yaml").read_text()
    return {f"{item['apiVersion']} {item['kind']}": item for item in yamlio.load_all(text)}
