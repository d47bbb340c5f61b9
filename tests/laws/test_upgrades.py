"""What Kubernetes lets nobody change stays as it is, whatever a new version of the chart or of a service brings."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from chartgen import engine, values
from chartgen.model import Chart, Layer, Manifest, Release
from tests import cases

IMMUTABLE = {
    "Deployment": ("selector",),
    "StatefulSet": ("selector", "serviceName", "volumeClaimTemplates", "podManagementPolicy"),
    "DaemonSet": ("selector",),
    "Service": ("clusterIP",),
    "PersistentVolumeClaim": ("accessModes", "storageClassName", "volumeMode", "dataSource", "selector"),
    "PodDisruptionBudget": ("selector",),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
}
"""Fields that the API server refuses to change, or (a budget's selector) that must keep to those."""

RENDERED = [case for case in cases.collect() if case.error is None and case.is_rendered]


def another_chart(chart: Chart) -> Chart:
    metadata = {**chart.metadata, "version": "9.8.7", "appVersion": "5.4.3"}
    return replace(chart, version="9.8.7", metadata=metadata, digest="another")


def another_service(release: Release) -> Release:
    """The same service with another version of its image, and labels and notes that a user adds."""
    own = values.merge_all(layer.values for layer in release.layers)
    image = own.get("image")
    more: dict[str, Any] = {
        "image": {"repository": image["repository"], "tag": "9.9.9"} if isinstance(image, dict) else image,
        "labels": {"owner": "another-team"},
        "annotations": {"note": "another"},
        "podLabels": {"tier": "another"},
        "podAnnotations": {"note": "another"},
        "env": {"ANOTHER": "1"},
    }
    kept = {key: value for key, value in more.items() if value is not None}
    return replace(release, generated=Layer("values.yaml", values.merge(own, kept)), developer=())


def in_another_order(release: Release) -> Release:
    own = values.merge_all(layer.values for layer in release.layers)
    return replace(release, generated=Layer("values.yaml", turned(own)), developer=())


def turned(node: Any) -> Any:
    """The maps of a document with their entries the other way round."""
    if isinstance(node, dict):
        return {key: turned(node[key]) for key in reversed(node)}
    return [turned(item) for item in node] if isinstance(node, list) else node


def immutable(manifests: Iterable[Manifest]) -> dict[tuple[str, str], Any]:
    """What may not change of each object, by release and title; a Job gives way to another of another name."""
    found: dict[tuple[str, str], Any] = {}
    for manifest in manifests:
        fields = IMMUTABLE.get(manifest.object["kind"], ())
        spec = manifest.object.get("spec", {})
        whole = {**manifest.object, **(spec if isinstance(spec, dict) else {})}  # HAProxy's TCP has a list
        if manifest.object["kind"] != "Job":
            found[str(id(manifest.release)), manifest.title] = {name: copy.copy(whole.get(name)) for name in fields}
    return found


@pytest.fixture(scope="module")
def releases() -> list[Release]:
    return [release for case in RENDERED for release in cases.shared(case.here(case.releases()))]


def rendered(chart: Chart, releases: list[Release], changed: list[Release]) -> Mapping[tuple[str, str], Any]:
    """What may not change of the changed releases, told by the releases that they come from."""
    origin = {id(new): id(old) for old, new in zip(releases, changed, strict=True)}
    found = immutable(engine.choose().template(chart, changed))
    return {(str(origin[int(release)]), title): fields for (release, title), fields in found.items()}


def test_a_new_chart_changes_nothing_that_cannot_change(releases: list[Release]):
    chart = cases.shared_chart()
    assert rendered(another_chart(chart), releases, releases) == rendered(chart, releases, releases)


def test_a_new_version_and_labels_change_nothing_that_cannot_change(releases: list[Release]):
    chart = cases.shared_chart()
    others = [another_service(release) for release in releases]
    assert rendered(chart, releases, others) == rendered(chart, releases, releases)


def test_the_order_of_values_changes_nothing_at_all(releases: list[Release]):
    chart = cases.shared_chart()
    before = [manifest.object for manifest in engine.choose().template(chart, releases)]
    after = [manifest.object for manifest in engine.choose().template(chart, [*map(in_another_order, releases)])]
    assert after == before
