"""The engines give what plain `helm template` gives."""

from __future__ import annotations

import subprocess

import pytest

from chartgen.chart import load
from tests.engine import plain

RELEASES = [
    plain.release("first"),
    plain.release("second", {"greeting": "hi", "nested": {"deeper": {"list": [3], "flag": None}}}, {"number": None}),
    plain.release("third", {"child": {"color": "blue"}, "extra": {"enabled": True}, "global": {"team": "other"}}),
    plain.release("fourth", {"child": {"enabled": False}, "name": None}),
]


@pytest.mark.parametrize("name", ["echo", "context", "order"])
def test_a_batch_equals_helm_template_of_each(name, any_engine, helm3, helm4, tmp_path):
    manifests = any_engine.template(plain.chart(name), RELEASES)
    for release in RELEASES:
        ours = plain.objects(manifests, release)
        for helm in (helm4, helm3):
            theirs = plain.template(helm, plain.CHARTS / name, release, tmp_path)
            assert _comparable(ours) == _comparable(theirs)


def test_a_chart_with_dependencies_equals_helm_template_of_each(any_engine, helm3, helm4, tmp_path):
    manifests = any_engine.template(plain.chart("parent"), RELEASES[:1] + RELEASES[2:3])
    for release in RELEASES[:1] + RELEASES[2:3]:
        for helm in (helm4, helm3):
            theirs = plain.template(helm, plain.CHARTS / "parent", release, tmp_path)
            assert plain.objects(manifests, release) == theirs
    titles = {manifest.title for manifest in manifests if manifest.release is RELEASES[2]}
    assert titles == {"ConfigMap/third", "Service/third-child", "Service/third-extra"}


def test_what_a_key_given_twice_means_is_helms_to_say(any_engine):
    """The embedded parser of Helm takes the last; ours would refuse it, in a chart that its user cannot mend."""
    config, *_ = any_engine.template(plain.chart("parent"), [plain.release("web", {"twice": True})])
    assert config.object["data"]["same"] == "two"


def test_the_chart_that_helm_creates(any_engine, helm4, tmp_path):
    subprocess.run([helm4, "create", "shop"], cwd=tmp_path, check=True, capture_output=True)
    values = {
        "autoscaling": {"enabled": True},
        "ingress": {"enabled": True, "hosts": [{"host": "a.example", "paths": [{"path": "/", "pathType": "Prefix"}]}]},
        "podAnnotations": {"number": "1.10", "flag": "on"},
        "resources": {"limits": {"cpu": "100m", "memory": 134217728}},
    }
    releases = [plain.release("web", values), plain.release("shop"), plain.release("shop-2", {"nameOverride": "x"})]
    manifests = any_engine.template(load.load(tmp_path / "shop"), releases)
    for release in releases:
        theirs = plain.template(helm4, tmp_path / "shop", release, tmp_path)
        assert plain.objects(manifests, release) == theirs
    assert [manifest.title for manifest in manifests][:3] == [
        "ServiceAccount/web-shop",
        "Service/web-shop",
        "Deployment/web-shop",
    ]


def test_the_cluster_s_version_reaches_the_templates(any_engine, helm4, tmp_path):
    releases = [plain.release("new", kubernetes="1.33"), plain.release("old", kubernetes="1.30.4")]
    manifests = any_engine.template(plain.chart("context"), releases)
    for release in releases:
        theirs = plain.template(helm4, plain.CHARTS / "context", release, tmp_path)
        assert plain.objects(manifests, release) == theirs


def test_the_text_is_what_helm_prints(any_engine, helm4):
    manifests = any_engine.template(plain.chart("order"), [plain.release("web")])
    printed = subprocess.run(
        [helm4, "template", "web", plain.CHARTS / "order"], capture_output=True, text=True, check=True
    ).stdout
    ours = "".join(f"---\n# Source: {manifest.template}\n{manifest.text}" for manifest in manifests)
    assert plain.split(ours) == plain.split(printed)
    assert all(manifest.text.endswith("\n") and not manifest.text.startswith("---") for manifest in manifests)


def test_no_releases_no_objects(any_engine):
    assert any_engine.template(plain.chart("echo"), []) == []


def test_releases_in_the_order_given_objects_in_helms_order(any_engine):
    releases = [plain.release(name) for name in ("b", "c", "a")]
    manifests = any_engine.template(plain.chart("order"), releases)
    assert [manifest.title for manifest in manifests if manifest.release is releases[1]] == [
        "Secret/c",
        "Service/c-2",
        "Service/c-1",
        "Deployment/c",
        "Apple/c",
        "FromText/c",
        "List/?",
        "Zebra/c",
        "ConfigMap/c-hook",
        "Pod/c-test",
        "Job/c-migrate",
    ]
    by_release = list(dict.fromkeys(manifest.release.name for manifest in manifests))
    assert by_release == ["b", "c", "a"]


def test_a_values_file_may_be_any_size(helm4, any_engine, tmp_path):
    """Some Helm 4 drop values of exactly 4096 bytes that end without a newline."""
    for size in (4095, 4096, 4097, 8192):
        release = plain.release("web", {"name": "x" * (size - len('{"name": ""}'))})
        for name in ("echo", "parent"):
            manifests = any_engine.template(plain.chart(name), [release])
            assert any("x" * 1000 in manifest.text for manifest in manifests)


def _comparable(objects: list[plain.Object]) -> list[plain.Object]:
    """Without what each Helm sets by itself: the Kubernetes that it was built for."""
    return [(source, data) for source, data in objects if data.get("kind") != "Kubernetes"]
