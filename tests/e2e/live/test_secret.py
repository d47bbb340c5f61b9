"""Secrets of services, set and listed in a real cluster."""

from __future__ import annotations

import base64
import json
import uuid

import pytest

from tests.e2e.live.command import Command

SPEC = """\
project: shop
environments: {dev: {kube_context: e2e}}
namespace: NAMESPACE
services:
  web:
    image: example.com/shop/web:1
    port: {http: 8080}
    healthcheck_path: /
    secrets: [API_KEY, DB_PASSWORD]
    env_from: {extra: {secret: web-extra}}
"""


@pytest.fixture
def namespace(cluster):
    """One of its own for each test, which is not there yet."""
    name = f"secrets-{uuid.uuid4().hex[:8]}"
    yield name
    cluster.kubectl("delete", "namespace", name, "--wait=false", "--ignore-not-found")


@pytest.fixture
def chartgen(cluster, tmp_path, namespace):
    (tmp_path / "chartgen.yaml").write_text(SPEC.replace("NAMESPACE", namespace))
    return Command(cluster, tmp_path)


@pytest.fixture
def secret(cluster, namespace):
    """The values of a Secret."""

    def values(name):
        data = cluster.json("secret", name, "-n", namespace).get("data", {})
        return {key: base64.b64decode(value) for key, value in data.items()}

    return values


def states(chartgen):
    found = json.loads(chartgen("secret", "list", "-e", "dev", "-o", "json", code=None).out)
    return {(one["secret"], one["key"]): one["state"] for one in found}


def test_values_come_and_go_without_ever_being_shown(chartgen, cluster, namespace, secret, tmp_path):
    assert set(states(chartgen).values()) == {"missing"}

    first = chartgen("secret", "set", "web", "API_KEY", "-e", "dev", stdin=b"tops3cret\n")
    assert first.out == f"dev: set API_KEY of Secret {namespace}/web-secrets, which is new\n"
    assert first.err == ""
    labels = cluster.json("secret", "web-secrets", "-n", namespace)["metadata"]["labels"]
    assert labels == {
        "app.kubernetes.io/managed-by": "chartgen",
        "chartgen/project": "shop",
        "chartgen/environment": "dev",
    }

    file = tmp_path / "password"
    file.write_bytes(b"line\n")
    second = chartgen("secret", "set", "web", "DB_PASSWORD", "-e", "dev", "--from-file", str(file))
    assert second.err == f"the value ends with a line break, as {file} does\n"
    assert secret("web-secrets") == {"API_KEY": b"tops3cret", "DB_PASSWORD": b"line\n"}

    changed = chartgen("secret", "set", "web", "API_KEY", "-e", "dev", stdin=b"ev3nmore")
    assert changed.out == f"dev: changed API_KEY of Secret {namespace}/web-secrets\n"
    assert f"kubectl --context e2e -n {namespace} rollout restart deployment/web\n" in changed.err
    again = chartgen("secret", "set", "web", "API_KEY", "-e", "dev", stdin=b"ev3nmore")
    assert again.out.endswith("has that value already\n")
    chartgen("secret", "set", "web", "web-extra/TOKEN", "-e", "dev", stdin=b"x")
    assert secret("web-extra") == {"TOKEN": b"x"}

    listed = chartgen("secret", "list", "-e", "dev")
    assert listed.err == "3 needed, none missing\n"
    for said in (first, second, changed, again, listed):
        assert not any(value in said.out + said.err for value in ("tops3cret", "ev3nmore", "dG9wczNjcmV0"))


def test_a_key_that_no_service_needs_any_more_is_told(chartgen, cluster, namespace):
    labels = "app.kubernetes.io/managed-by=chartgen,chartgen/project=shop,chartgen/environment=dev"
    cluster.kubectl("create", "namespace", namespace)
    cluster.kubectl("create", "secret", "generic", "old-secrets", "--from-literal=OLD=1", "-n", namespace)
    cluster.kubectl("label", "secret", "old-secrets", *labels.split(","), "-n", namespace)
    assert states(chartgen)["old-secrets", "OLD"] == "unused"


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        (
            {
                "metadata": {
                    "labels": {"app.kubernetes.io/managed-by": "Helm"},
                    "annotations": {"meta.helm.sh/release-name": "database"},
                }
            },
            "belongs to the Helm release `database`",
        ),
        ({"immutable": True}, "is immutable"),
    ],
)
def test_what_belongs_to_others_is_left_alone(chartgen, cluster, namespace, secret, theirs, told):
    cluster.kubectl("create", "namespace", namespace)
    metadata = {**theirs.get("metadata", {}), "name": "web-secrets", "namespace": namespace}
    whole = {"apiVersion": "v1", "kind": "Secret", "stringData": {"API_KEY": "theirs"}, **theirs, "metadata": metadata}
    cluster.kubectl("create", "-f", "-", stdin=json.dumps(whole))
    refused = chartgen("secret", "set", "web", "API_KEY", "-e", "dev", stdin=b"tops3cret", code=2)
    assert told in refused.err
    assert "tops3cret" not in refused.err
    assert secret("web-secrets") == {"API_KEY": b"theirs"}
