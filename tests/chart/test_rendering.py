"""What the chart makes of values, in Helm's own hands."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest

from chartgen import engine, yamlio
from chartgen.checks import kubernetes
from chartgen.errors import InputError
from chartgen.values import merge
from tests.chart.contract import EVERYTHING, OPTIONAL, VALIDATOR, nested
from tests.chart.rendering import BASE, MINIMAL, ROOT, base_chart, contains, helm_template, release, render

CASES = yamlio.loads((ROOT / "tests/chart/cases.yaml").read_bytes())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["it"])
def test_case(case: dict[str, Any]):
    assert VALIDATOR.violations(merge(MINIMAL, case["values"])) == []
    if "error" in case:
        with pytest.raises(InputError) as raised:
            render(base_chart(), MINIMAL, case["values"], name=case.get("name", "web"))
        assert case["error"] in str(raised.value)
        return
    objects = render(base_chart(), MINIMAL, case["values"], name=case.get("name", "web"))
    assert not set(case.get("absent", ())) & objects.keys()
    for name, expected in case.get("expect", {}).items():
        assert contains(objects[name], expected), objects[name]
    for field in case.get("without", ()):
        name, path = field.split(" ")
        assert not has(objects[name], [part.replace("\\", "") for part in re.split(r"(?<!\\)\.", path)]), field


def has(node: Any, path: list[str]) -> bool:
    """Whether there is anything at the path."""
    for part in path:
        if isinstance(node, list):
            node = node[int(part)]
        elif part in node:
            node = node[part]
        else:
            return False
    return True


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
@pytest.mark.parametrize("values", [MINIMAL, EVERYTHING], ids=["minimal", "everything"])
def test_every_helm_renders_alike(helm: str, values: dict[str, Any], request: pytest.FixtureRequest, tmp_path):
    assert helm_template(request.getfixturevalue(helm), BASE, tmp_path, values) == render(base_chart(), values)


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
def test_every_helm_finds_the_chart_in_order(helm: str, request: pytest.FixtureRequest):
    done = subprocess.run(
        [request.getfixturevalue(helm), "lint", "--strict", BASE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("version", kubernetes.versions())
def test_kubernetes_takes_what_is_rendered(version: str):
    releases = [release(values, name=f"r{number}") for number, values in enumerate([MINIMAL, EVERYTHING])]
    assert kubernetes.check(engine.choose().template(base_chart(), releases), version).findings == ()


NEEDED: dict[tuple[str, ...], str] = {
    ("image",): "which image runs?",
    ("image", "repository"): "which image runs?",
    ("image", "tag"): "give a tag",
    ("ports",): "there is no port",
    ("ports", "http"): "there is no port",
    ("ports", "grpc"): "there is no port",
    ("ports", "live"): "there is no port",
    ("extraServices", "external", "type"): "type ClusterIP has none",
    ("extraServices", "external", "externalTrafficPolicy"): "goes with externalTrafficPolicy: Local",
    ("extraServices", "external", "sessionAffinity"): "goes with sessionAffinity: ClientIP",
    ("extraServices", "database", "type"): "type ClusterIP has none",
    ("extraServices", "database", "externalName"): "needs the name it stands for",
    ("externalServices", "legacy-db", "addresses"): "a host or addresses",
    ("externalServices", "legacy-db", "ports"): "addresses need ports",
    ("externalServices", "legacy-db", "ports", "db"): "addresses need ports",
    ("externalServices", "mail", "host"): "a host or addresses",
    ("ingress", "issuer"): "it needs ingress.issuer",
    ("extraIngresses", "internal", "controller"): "tells no controller",
    ("serviceAccount",): "no service account of their own",
    ("rbac", "bindings", "reader", "role"): "give role or clusterRole",
    ("rbac", "bindings", "view", "clusterRole"): "give role or clusterRole",
    **{
        (context, profile, field): "it goes with type Localhost"
        for context in ("podSecurityContext", "securityContext")
        for profile in ("seccompProfile", "appArmorProfile")
        for field in ("type", "localhostProfile")
    },
    ("autoscaling", "enabled"): "KEDA scales here",
    ("tolerations", "spot", "key"): "operator Equal needs one",
    ("tolerations", "spot", "effect"): "only effect NoExecute has them",
    ("topologySpread", "constraints", "racks", "whenUnsatisfiable"): "only whenUnsatisfiable DoNotSchedule has them",
    ("nodeAffinity", "arch", "values"): "operator In needs some",
    ("secretStore",): "which store?",
    ("secretStore", "name"): "which store?",
    ("secretProvider",): "which provider?",
    **{path: "how much" for _, path in OPTIONAL if path[-1] in ("size", "claimName")},
    **{
        path: "where does the container see it?"
        for _, path in OPTIONAL
        if path[-1] in ("mountPath", "devicePath") and path[0] == "volumes" and path[1] != "tmp"
    },
}
"""What other values refer to: without it they are wrong."""


@pytest.mark.parametrize(("path", "message"), NEEDED.items(), ids=str)
def test_null_takes_away_what_others_need(path: tuple[str, ...], message: str):
    with pytest.raises(InputError, match=re.escape(message)):
        render(base_chart(), EVERYTHING, nested(path, None))
