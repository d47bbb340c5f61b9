"""`promote --verify`: what is carried on is what a cluster runs, and runs well."""

from __future__ import annotations

import uuid

import pytest

from tests.e2e.live.command import Command

SPEC = """\
project: shop
environments: {staging: {kube_context: e2e}, prod: {kube_context: e2e}}
namespace: "NAMESPACE-{environment}"
defaults: {image: "example.com/shop/{service}", min_containers: 1, max_containers: 1, timeout: 30}
services:
  web: {port: {http: 8080}, healthcheck_path: /}
  cart: {port: {grpc: 9000}}
"""


@pytest.fixture
def namespace(cluster):
    name = f"promote-{uuid.uuid4().hex[:8]}"
    yield f"{name}-staging"
    cluster.kubectl("delete", "namespace", f"{name}-staging", "--wait=false", "--ignore-not-found")


@pytest.fixture
def chartgen(cluster, tmp_path, namespace):
    (tmp_path / "chartgen.yaml").write_text(SPEC.replace("NAMESPACE", namespace.removesuffix("-staging")))
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions/staging.yaml").write_text("images: {web: '1', cart: '1'}\n")
    (tmp_path / "versions/prod.yaml").write_text("images: {web: '0', cart: '0'}\n")
    return Command(cluster, tmp_path)


def test_only_what_runs_and_is_healthy_is_promoted(chartgen, cluster, namespace):
    promote = ("promote", "--from", "staging", "--to", "prod", "--verify")
    prod = chartgen.directory / "versions/prod.yaml"
    before = prod.read_text()

    nothing = chartgen(*promote, code=1)
    assert nothing.out == "staging/web: is not installed\nstaging/cart: is not installed\n"
    assert prod.read_text() == before

    chartgen("render", "-q")
    chartgen("deploy", "-e", "staging", "--yes")
    chartgen("set-version", "web", "2", "-e", "staging")
    ill = ("annotate", "pod", "-n", namespace, "-l", "app.kubernetes.io/instance=cart")
    cluster.kubectl(*ill, "e2e.test/outcome=not-ready")
    cluster.kubectl("wait", "pod", "-n", namespace, "-l", ill[-1], "--for=condition=Ready=false", "--timeout=20s")
    web, cart = chartgen(*promote, code=1).out.splitlines()
    assert web == "staging/web: 1 is deployed, not 2"
    assert cart.startswith("staging/cart: is ")
    assert "Deployment/cart" in cart
    assert prod.read_text() == before

    cluster.kubectl(*ill, "e2e.test/outcome-")
    chartgen("set-version", "web", "1", "-e", "staging")
    cluster.kubectl("rollout", "status", "deployment/cart", "-n", namespace, "--timeout=20s")
    done = chartgen(*promote)
    assert done.out == "versions/prod.yaml: web 1 (was 0)\nversions/prod.yaml: cart 1 (was 0)\n"
    assert done.err == "what staging says is what runs there, and it is healthy\n"
