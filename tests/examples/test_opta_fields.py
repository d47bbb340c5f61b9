"""Every field of the Opta reference stands in the example, and does what the reference says of it."""

from __future__ import annotations

import pytest

from chartgen.actions.check import check, judge
from chartgen.actions.planning import Selection
from chartgen.checks import run
from chartgen.errors import InputError
from tests.examples import test_opta_links
from tests.examples.opta_service import (
    EXAMPLE,
    FACTS,
    NGINX,
    ROWS,
    changed,
    container,
    ingress_annotations,
    job,
    objects,
    pod,
    published,
    rendered,
    service_ports,
    variables,
    written,
)


def test_nothing_is_wrong_with_it():
    assert [each for each in check(EXAMPLE, Selection()).findings if each.severity != "info" and not each.allowed] == []


def test_every_field_stands_in_it():
    assert {*FACTS["fields"]} - {*written()} == set()


@pytest.mark.parametrize("row", ROWS)
def test_every_row_has_a_test(row):
    name = f"test_{row.replace('-', '_')}"
    assert name in globals() or hasattr(test_opta_links, name)


def test_every_field_stands_in_a_row():
    said = " ".join(ROWS.values())
    assert [field for field in FACTS["fields"] if f"`{field}`" not in said] == []


# ---- what runs -------------------------------------------------------------------------------------------------------


def test_image():
    assert container("app")["image"] == "registry.example.com/gallery/app:v1.4.2"
    assert container("app", environment="staging")["image"] == "registry.example.com/gallery/app:v1.5.0-rc.1"
    assert "/chat@sha256:" in container("chat")["image"]
    assert container("library", "StatefulSet")["image"] == "registry.example.com/gallery/library:v0.9.0"


def test_port():
    for service, name, number in (("app", "http", 8080), ("chat", "tcp", 8080), ("search", "grpc", 9090)):
        assert container(service)["ports"] == [{"name": name, "containerPort": number, "protocol": "TCP"}]
        assert service_ports(service) == {name: 80}


def test_ports():
    own = {port["name"]: port["containerPort"] for port in container("library", "StatefulSet")["ports"]}
    assert own == {"http": 8080, "rpc": 9000, "feed": 8081, "admin": 7000}
    assert service_ports("library") == {"http": 80, "rpc": 9000, "feed": 8081, "admin": 7000}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("protocol: grpc, ", ""),
        ("name: feed", "name: rpc"),
        ("port: 8081, service_port: 8081", "port: 8080, service_port: 8081"),
        ("service_port: 8081", "service_port: 9000"),
        ("type: tcp, port: 7000", "type: tcp, protocol: grpc, port: 7000"),
        ("ports:\n", "port: {http: 80}\nports:\n"),
    ],
)
def test_ports_unique(old, new):
    with pytest.raises(InputError):
        changed("services/library.yaml", old, new)


def test_no_ports():
    assert "Service/resizer" not in objects()
    assert "ports" not in container("resizer")


def test_probe_port():
    assert container("library", "StatefulSet")["readinessProbe"]["grpc"] == {"port": 9000}


def test_min_max_containers():
    bounds = objects()["HorizontalPodAutoscaler/app"]["spec"]
    assert (bounds["minReplicas"], bounds["maxReplicas"]) == (2, 6)
    assert "replicas" not in objects()["Deployment/app"]["spec"]
    for environment, workload in (("staging", "Deployment/app"), ("prod", "StatefulSet/library")):
        kind, name = workload.split("/")
        assert f"HorizontalPodAutoscaler/{name}" not in objects(environment)
        assert objects(environment)[workload]["spec"]["replicas"] == (2 if kind == "Deployment" else 3)
    with pytest.raises(InputError, match="min_containers: is 3, more than"):
        changed("services/library.yaml", "max_containers: 3", "max_containers: 2")


def test_max_containers_0():
    made = {one.partition("/")[0] for one in objects() if one.split("/")[1].startswith("nightly")}
    assert made == {"CronJob", "ServiceAccount"}


def test_autoscaling_targets():
    def targets(name: str) -> dict[str, int]:
        metrics = objects()[f"HorizontalPodAutoscaler/{name}"]["spec"]["metrics"]
        return {one["resource"]["name"]: one["resource"]["target"]["averageUtilization"] for one in metrics}

    assert targets("app") == {"cpu": 70}
    assert targets("chat") == {"cpu": 80, "memory": 80}


def test_resource_request():
    asked = container("app")["resources"]["requests"]
    assert asked == {"cpu": "200m", "memory": "256Mi", "ephemeral-storage": "100Mi"}
    assert container("chat")["resources"]["requests"] == {"cpu": "100m", "memory": "128Mi"}


def test_resource_limits():
    limits = container("app")["resources"]["limits"]
    assert limits == {"cpu": "400m", "memory": "1Gi", "ephemeral-storage": "200Mi"}


# ---- how it is checked -----------------------------------------------------------------------------------------------


def test_healthcheck():
    assert container("app", environment="staging")["readinessProbe"]["httpGet"]["path"] == "/health"
    assert container("resizer")["livenessProbe"]["exec"]["command"] == ["/app/check"]


def test_liveness_probe():
    assert container("app")["livenessProbe"]["httpGet"] == {"path": "/alive", "port": "http"}
    assert container("library", "StatefulSet")["livenessProbe"]["exec"]["command"] == ["/app/check"]


def test_readiness_probe():
    assert container("app")["readinessProbe"]["httpGet"] == {"path": "/ready", "port": "http"}
    assert container("resizer")["readinessProbe"]["exec"]["command"] == ["/app/check", "--ready"]


@pytest.mark.parametrize("probe", ["healthcheck", "liveness_probe", "readiness_probe"])
def test_probe_path_or_command(probe):
    both = f"{probe}_path: /x\n{probe}_command: [x]\n"
    with pytest.raises(InputError, match="a path or a command, not both"):
        changed("services/search.yaml", "image: ", f"{both}image: ")


def test_initial_delays():
    delays = [container("app")[f"{kind}Probe"]["initialDelaySeconds"] for kind in ("liveness", "readiness")]
    assert delays == [20, 5]
    assert container("chat")["livenessProbe"]["initialDelaySeconds"] == 30
    assert container("chat")["readinessProbe"]["initialDelaySeconds"] == 30


# ---- what it is told -------------------------------------------------------------------------------------------------


def test_env_vars():
    assert {"CACHE_SIZE": "1000", "TRACING": "true"}.items() <= variables("app").items()
    listed = container("library", "StatefulSet")["env"]
    assert listed == [{"name": "LOG_LEVEL", "value": "info"}, {"name": "WORKERS", "value": "4"}]


def test_secrets():
    for name in ("API_KEY", "SESSION_KEY"):
        assert variables("app")[name] == ("app-secrets", name)
    assert "Secret/app-secrets" not in objects(), "it must be there before the deploy"


# ---- how it is published ---------------------------------------------------------------------------------------------


def test_public_uri():
    assert published("app") == {
        ("app.gallery.example", "/my/path/prefix(/|$)(.*)", "http"),
        ("*.gallery.example", "/()(.*)", "http"),
        (None, "/app(/|$)(.*)", "http"),
    }
    assert published("library") == {("library.gallery.example", "/", "http")}


def test_public_uri_outside_domain():
    elsewhere = changed("services/library.yaml", "library.{parent.domain}", "library.example")
    found, _ = judge(rendered(elsewhere, "library"), run.Run(None, compares=False))
    assert "public-uri-outside-domain" in {one.rule for one in found}


def test_public_uri_kinds():
    assert [next(iter(published(name)))[2] for name in ("app", "chat", "search")] == ["http", "tcp", "grpc"]
    assert "admin" not in {port for _, _, port in published("library")}
    with pytest.raises(InputError, match="no port that speaks HTTP"):
        changed("services/app.yaml", "port: {http: 8080}", "ports: [{name: raw, type: tcp, port: 8080}]")


def test_keep_path_prefix():
    assert ingress_annotations("app")["rewrite-target"] == "/$2"
    assert "rewrite-target" not in ingress_annotations("chat")
    assert published("chat") == {("chat.gallery.example", "/socket", "tcp")}


def test_consistent_hash():
    assert ingress_annotations("app")["upstream-hash-by"] == "$request_uri"


def test_sticky_session():
    said = {key: value for key, value in ingress_annotations("chat").items() if "cookie" in key or key == "affinity"}
    assert said == {
        "affinity": "cookie",
        "session-cookie-name": "opta_cookie",
        "session-cookie-max-age": "3600",
        "session-cookie-expires": "3600",
    }
    theirs = changed("services/chat.yaml", "sticky_session_max_age: 3600\n", "")
    [ingress] = [one.object for one in rendered(theirs, "chat") if one.object["kind"] == "Ingress"]
    assert ingress["metadata"]["annotations"][f"{NGINX}session-cookie-max-age"] == "86400"


def test_grpc_websocket():
    assert ingress_annotations("search")["backend-protocol"] == "GRPC"
    assert {"proxy-read-timeout": "3600", "proxy-send-timeout": "3600"}.items() <= ingress_annotations("chat").items()
    assert {"proxy-read-timeout", "backend-protocol"} & {*ingress_annotations("app")} == set()


def test_ingress_extra_annotations():
    assert ingress_annotations("app")["proxy-body-size"] == "8m"
    won = changed("services/app.yaml", "proxy-body-size: 8m", "upstream-hash-by: $host")
    [ingress] = [one.object for one in rendered(won, "app") if one.object["kind"] == "Ingress"]
    assert ingress["metadata"]["annotations"][f"{NGINX}upstream-hash-by"] == "$host"


# ---- storage, jobs, the rest -----------------------------------------------------------------------------------------


def test_persistent_storage():
    spec = objects()["StatefulSet/library"]["spec"]
    [claim] = spec["volumeClaimTemplates"]
    assert claim["spec"]["resources"]["requests"] == {"storage": "10Gi"}
    assert container("library", "StatefulSet")["volumeMounts"] == [
        {"name": claim["metadata"]["name"], "mountPath": "/data"}
    ]
    assert spec.get("persistentVolumeClaimRetentionPolicy", {}).get("whenScaled", "Retain") == "Retain"
    assert "Deployment/library" not in objects()


def test_persistent_storage_switch():
    without = changed("services/library.yaml", "  - {path: /data, size: 10}                  # GB\n", "")
    old = rendered(changed("", "", ""), "library")
    found, _ = judge(rendered(without, "library"), run.Run(None, compares=True), old=old)
    assert "workload-kind-changed" in {one.rule for one in found}


def test_cron_jobs():
    assert objects()["CronJob/app-cron-1"]["spec"]["schedule"] == "0 4 * * *"
    [own], [main] = job("app-cron-1")["containers"], pod("app")["containers"]
    assert (own["command"], own["args"]) == (["/app/clean-up"], ["--older-than=30d"])
    assert [own[key] for key in ("image", "env", "resources")] == [main[key] for key in ("image", "env", "resources")]
    assert job("app-cron-1")["tolerations"] == pod("app")["tolerations"]


def test_commands_args():
    own = container("library", "StatefulSet")
    assert (own["command"], own["args"]) == (["/app/library"], ["--data=/data"])


def test_tolerations():
    assert pod("app")["tolerations"] == [
        {"key": "dedicated", "operator": "Equal", "value": "web", "effect": "NoExecute"},
        {"key": "gallery", "operator": "Equal", "value": "opta", "effect": "NoSchedule"},
    ]


def test_pod_labels_annotations():
    metadata = objects()["Deployment/app"]["spec"]["template"]["metadata"]
    assert metadata["labels"]["tier"] == "front"
    assert metadata["annotations"]["example.com/scrape"] == "true"
