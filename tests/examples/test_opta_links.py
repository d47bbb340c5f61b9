"""Links, layers and exports of the Opta reference in the example, and what of that system we do otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.examples.opta_service import (
    EXAMPLE,
    FACTS,
    changed,
    container,
    ingress_annotations,
    job,
    objects,
    plan,
    pod,
    published,
    release,
    rendered,
    variables,
)

NAMES = {
    "postgres": "main",
    "mysql": "legacy",
    "documentdb": "papers",
    "mongodb": "notes",
    "redis": "cache",
    "s3": "uploads",
    "gcs": "exports",
    "dynamodb": "sessions",
    "sqs": "thumbnails",
    "sns": "news",
}
"""What the example calls a resource of each kind."""

RENAMED = {
    "main_db_user": "main_db_user",
    "legacy_db_user": "MYSQL_USER",
    "legacy_db_password": "MYSQL_PASSWORD",
    "cache_cache_host": "REDIS_HOST",
}


def permissions(service: str, environment: str = "prod") -> dict[str, Any]:
    """What a service may do, by resource."""
    text = (EXAMPLE / "deploy" / environment / "permissions.json").read_text()
    return {name: one["permissions"] for name, one in json.loads(text)["services"][service]["resources"].items()}


def keys_are_variables(*kinds: str) -> None:
    """Each key of the kind is a variable out of the resource's Secret."""
    for kind in kinds:
        name = NAMES[kind]
        for key in FACTS["links"][kind]["keys"]:
            variable = RENAMED.get(f"{name}_{key}", f"{name}_{key}")
            assert variables("app")[variable] == (name, key)


def test_links():
    assert {*NAMES} == {*FACTS["links"]}
    assert {*release("app").exports.links} == {*NAMES.values(), "library"}
    assert variables("app")["LIBRARY_ADDR"] == "library:80"


def test_link_postgres_mysql():
    keys_are_variables("postgres", "mysql")


def test_link_documentdb():
    keys_are_variables("documentdb")


def test_link_mongodb():
    keys_are_variables("mongodb")


def test_link_redis():
    keys_are_variables("redis")


def test_link_buckets_tables():
    asked = permissions("app")
    assert (asked["uploads"], asked["exports"], asked["sessions"]) == (["read", "write"], ["write"], ["read"])
    assert permissions("resizer")["uploads"] == ["read"]
    assert variables("app")["uploads_bucket"] == "gallery-uploads-prod"


def test_link_sqs():
    assert permissions("app")["thumbnails"] == ["publish"]
    assert permissions("resizer")["thumbnails"] == ["publish", "subscribe"]


def test_link_sns():
    assert permissions("app")["news"] == ["publish"]


@pytest.mark.parametrize("kind", FACTS["links"])
def test_a_link_that_asks_for_nothing_gets_the_default(kind):
    text = "".join(f"  - {line}\n" for line in [NAMES[kind], "library"])
    start = (EXAMPLE / "services" / "app.yaml").read_text().split("links:\n")[1].split("\npublic_uri")[0]
    bare = changed("services/app.yaml", start, text)
    [one] = [each for each in bare.releases if (each.service, each.environment) == ("app", "prod")]
    granted = {name: each["permissions"] for name, each in one.exports.permissions.items()}
    default = FACTS["links"][kind].get("default")
    assert granted == ({NAMES[kind]: default} if default else {})
    assert {*(default or ())} <= {*FACTS["links"][kind].get("permissions", ())}


def test_link_variables():
    found = variables("app")
    assert not {old for old, new in RENAMED.items() if old != new} & {*found}
    assert found["legacy_db_host"] == ("legacy", "db_host")


def test_interpolation():
    assert variables("app")["PUBLIC_URL"] == "https://app.gallery.example"
    assert variables("app", "staging")["PUBLIC_URL"] == "https://app.staging.gallery.example"
    assert "*.gallery.example" in {host for host, _, _ in published("app")}, "{parent[domain]}"
    assert container("search")["image"] == "registry.example.com/gallery/search:v2.0.0"


def test_layers():
    bounds = {name: release("app", name).generated.values["autoscaling"]["maxReplicas"] for name in ("staging", "prod")}
    assert bounds == {"staging": 2, "prod": 6}
    assert {one.namespace for one in plan().releases} == {"apps-gallery-staging", "apps-gallery-prod"}


def test_timeout_max_history():
    text = (EXAMPLE / "deploy" / "prod" / "helmfile.yaml").read_text()
    assert "atomic: true\n  timeout: 300\n  historyMax: 25\n" in text
    assert (release("app").timeout, release("app").max_history) == (600, 10)
    assert "  timeout: 600\n" in text
    assert "  historyMax: 10\n" in text


def test_iam():
    for environment, account in (("staging", "123456789012"), ("prod", "210987654321")):
        own = objects(environment)["ServiceAccount/app"]["metadata"]["annotations"]
        assert own == {"eks.amazonaws.com/role-arn": f"arn:aws:iam::{account}:role/gallery-app"}
        text = (EXAMPLE / "deploy" / environment / "permissions.json").read_text()
        services = json.loads(text)["services"]
        assert services["app"]["additionalIamPolicies"] == ["arn:aws:iam::aws:policy/AmazonSESFullAccess"]
        assert services["chat"]["additionalIamRoles"] == ["roles/cloudtrace.agent"]


def test_docker_repo_url():
    assert release("app").exports.docker_repo_url == "registry.example.com/gallery/app"
    assert release("library").exports.docker_repo_url is None


# ---- what did not work there -----------------------------------------------------------------------------------------


def test_defect_kinds():
    own = container("library", "StatefulSet")
    assert own["livenessProbe"]["exec"]["command"] == ["/app/check"]
    assert own["readinessProbe"]["grpc"] == {"port": 9000}
    assert {"command", "args", "env", "lifecycle"} <= {*own}


def test_defect_grpc_probes():
    for probe in ("livenessProbe", "readinessProbe"):
        assert container("search")[probe]["grpc"] == {"port": 9090}
        assert container("chat")[probe]["tcpSocket"] == {"port": "tcp"}


def test_defect_cron_account():
    assert job("app-cron-1")["serviceAccountName"] == pod("app")["serviceAccountName"] == "app"
    assert job("nightly-report")["serviceAccountName"] == "nightly"


def test_defect_secret_name():
    second = changed("services/search.yaml", "image: ", "secrets: [API_KEY]\nimage: ")
    [pods] = [one.object for one in rendered(second, "search") if one.object["kind"] == "Deployment"]
    [own] = pods["spec"]["template"]["spec"]["containers"]
    names = {variables("app")["API_KEY"][0], own["env"][0]["valueFrom"]["secretKeyRef"]["name"]}
    assert names == {"app-secrets", "search-secrets"}


def test_defect_wildcard():
    assert "*.gallery.example" in {rule.get("host") for rule in objects()["Ingress/app"]["spec"]["rules"]}


def test_defect_ingress_names():
    both = changed("services/library.yaml", '"library.{parent.domain}"', "[gallery.example/a/b, gallery.example/ab]")
    ingresses = [one.object for one in rendered(both, "library") if one.object["kind"] == "Ingress"]
    paths = [path["path"] for one in ingresses for rule in one["spec"]["rules"] for path in rule["http"]["paths"]]
    assert len({one["metadata"]["name"] for one in ingresses}) == len(ingresses)
    assert sorted(paths) == ["/a/b(/|$)(.*)", "/ab(/|$)(.*)"]


def test_defect_api_version():
    assert objects()["HorizontalPodAutoscaler/app"]["apiVersion"] == "autoscaling/v2"
    assert not [title for title, one in objects().items() if "beta" in one["apiVersion"]]


def test_defect_tls():
    for name in ("app", "chat", "library", "search"):
        for environment, secret in (("prod", "gallery-tls"), ("staging", f"{name}-tls")):
            own = objects(environment)[f"Ingress/{name}"]["spec"]
            hosts = {rule["host"] for rule in own["rules"] if "host" in rule}
            assert [(one["secretName"], {*one["hosts"]}) for one in own["tls"]] == [(secret, hosts)]
        assert ingress_annotations(name, "staging")["cert-manager.io/cluster-issuer"] == "letsencrypt-dns"
        assert "cert-manager.io/cluster-issuer" not in ingress_annotations(name)


def test_defect_env_types():
    values = [one["value"] for title in ("app", "resizer") for one in container(title)["env"] if "value" in one]
    assert {type(value) for value in values} == {str}
    assert {"1000", "true"} <= {*values}


# ---- our own defaults ------------------------------------------------------------------------------------------------


def test_default_two_replicas():
    bounds = objects()["HorizontalPodAutoscaler/chat"]["spec"]
    assert (bounds["minReplicas"], bounds["maxReplicas"]) == (2, 3)


def test_default_tcp_checks():
    bare = changed("services/chat.yaml", "{tcp: 8080}", "{http: 8080}")
    [workload] = [one.object for one in rendered(bare, "chat") if one.object["kind"] == "Deployment"]
    [own] = workload["spec"]["template"]["spec"]["containers"]
    for probe in ("livenessProbe", "readinessProbe"):
        assert own[probe]["tcpSocket"] == {"port": "http"}


def test_default_limits():
    assert container("chat")["resources"]["limits"] == {"cpu": "200m", "memory": "256Mi"}
    without = changed("services/chat.yaml", "image: ", "resource_limits: {cpu: null}\nimage: ")
    [workload] = [one.object for one in rendered(without, "chat") if one.object["kind"] == "Deployment"]
    [own] = workload["spec"]["template"]["spec"]["containers"]
    assert own["resources"]["limits"] == {"memory": "256Mi"}
