"""The example in the style of HOPS does what each of those conventions asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from chartgen.actions.check import check
from chartgen.actions.planning import Selection, open_plan
from chartgen.actions.template import template

APP = Path(__file__).resolve().parents[2] / "examples" / "hops-app"
APPLINGS = ("api", "mailer", "static", "web")
ENVIRONMENTS = ("test", "prod")

Objects = Mapping[str, Mapping[str, Any]]


@pytest.fixture(scope="module")
def everywhere() -> dict[str, dict[str, dict[str, Any]]]:
    """The objects of each environment, by kind and name."""
    found: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in ENVIRONMENTS}
    for manifest in template(APP, Selection()).manifests:
        found[manifest.release.environment][manifest.title] = manifest.object
    return found


@pytest.fixture
def objects(everywhere: dict[str, dict[str, dict[str, Any]]]) -> Objects:
    """Those of `prod`."""
    return everywhere["prod"]


def pod(objects: Objects, appling: str) -> Any:
    return objects[f"Deployment/tickets-{appling}"]["spec"]["template"]["spec"]


def container(objects: Objects, appling: str) -> Any:
    [one] = pod(objects, appling)["containers"]
    return one


def variables(objects: Objects, appling: str) -> dict[str, Any]:
    """What each variable is: its value, or the Secret and the key of it."""
    found = {}
    for variable in container(objects, appling)["env"]:
        reference = variable.get("valueFrom", {}).get("secretKeyRef")
        found[variable["name"]] = variable["value"] if reference is None else (reference["name"], reference["key"])
    return found


def files(objects: Objects, appling: str) -> dict[str, Any]:
    """What stands at each path: text out of a ConfigMap, or a Secret and the key in it (None: all of them)."""
    volumes = {volume["name"]: volume for volume in pod(objects, appling).get("volumes", ())}
    found: dict[str, Any] = {}
    for mount in container(objects, appling).get("volumeMounts", ()):
        volume, key = volumes[mount["name"]], mount.get("subPath")
        if "secret" in volume:
            found[mount["mountPath"]] = (volume["secret"]["secretName"], key)
        elif "configMap" in volume:
            found[mount["mountPath"]] = objects[f"ConfigMap/{volume['configMap']['name']}"]["data"][key]
    return found


def test_nothing_is_wrong_with_it():
    assert [each for each in check(APP, Selection()).findings if each.severity != "info" and not each.allowed] == []


def test_an_appling_is_called_after_its_app_and_runs_in_the_apps_namespace(everywhere):
    for environment, objects in everywhere.items():
        for kind in ("Deployment", "Service"):
            found = {title for title in objects if title.startswith(f"{kind}/")}
            assert found == {f"{kind}/tickets-{appling}" for appling in APPLINGS}
        own = [one for one in objects.values() if one["kind"] != "Namespace"]
        assert {one["metadata"]["namespace"] for one in own} == {f"apps-tickets-{environment}"}
        assert f"Namespace/apps-tickets-{environment}" in objects


def test_test_is_the_default_environment():
    assert open_plan(APP)[1].default_environment == "test"


def test_siblings_are_reached_by_their_names(objects):
    for appling in ("web", "mailer"):
        assert variables(objects, appling)["API_URL"] == "tickets-api:80"


def test_each_appling_is_rolled_out_by_itself():
    releases = [release for release in open_plan(APP)[1].releases if release.service in APPLINGS]
    assert len({(release.environment, release.name) for release in releases}) == len(APPLINGS) * len(ENVIRONMENTS)
    assert {name for release in releases for name in release.needs if name.endswith(APPLINGS)} == set()


@pytest.mark.parametrize(
    ("appling", "readiness", "liveness"),
    [
        ("api", "/health", None),
        ("mailer", "/healthz", "/healthz"),
        ("static", "/robots.txt", None),
        ("web", "/ready", "/alive"),
    ],
)
def test_readiness_is_asked_for_every_two_seconds_and_liveness_where_somebody_says_so(
    objects, appling, readiness, liveness
):
    found = container(objects, appling)
    assert found["readinessProbe"]["httpGet"]["path"] == readiness
    assert found["readinessProbe"]["periodSeconds"] == 2
    assert found.get("livenessProbe", {}).get("httpGet", {}).get("path") == liveness
    assert "restartPolicy" not in pod(objects, appling), "Kubernetes restarts what stops"


def test_there_are_several_of_each(everywhere):
    for objects in everywhere.values():
        for appling in APPLINGS:
            assert objects[f"HorizontalPodAutoscaler/tickets-{appling}"]["spec"]["minReplicas"] >= 2
    bounds = everywhere["prod"]["HorizontalPodAutoscaler/tickets-web"]["spec"]
    assert (bounds["minReplicas"], bounds["maxReplicas"]) == (3, 9)


def test_they_go_gracefully_and_the_database_stays_for_ten_seconds(objects):
    for appling in APPLINGS:
        pause = container(objects, appling)["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert 0 < pause <= pod(objects, appling)["terminationGracePeriodSeconds"] - 10
    [proxy] = pod(objects, "api")["initContainers"]
    assert proxy["restartPolicy"] == "Always", "Kubernetes stops native sidecars after the container itself"


def test_the_public_sees_what_has_a_domain_by_its_host_and_tls_ends_there(objects):
    ingresses = {name.removeprefix("Ingress/"): one for name, one in objects.items() if name.startswith("Ingress/")}
    rules = {
        (name, rule["host"], path["path"])
        for name, one in ingresses.items()
        for rule in one["spec"]["rules"]
        for path in rule["http"]["paths"]
    }
    assert rules == {
        ("tickets-api", "api.tickets.example", "/"),
        ("tickets-static", "tickets.example", "/static(/|$)(.*)"),
        ("tickets-web", "tickets.example", "/"),
    }
    for name, one in ingresses.items():
        assert one["spec"]["ingressClassName"] == "nginx"
        assert {rule["host"] for rule in one["spec"]["rules"]} <= {*one["spec"]["tls"][0]["hosts"]}
        [port] = objects[f"Service/{name}"]["spec"]["ports"]
        assert (port["name"], port["port"]) == ("http", 80)


def test_www_redirects_and_has_a_certificate(objects):
    redirected = {
        title: one["spec"]["tls"][0]["hosts"]
        for title, one in objects.items()
        if one["metadata"].get("annotations", {}).get("nginx.ingress.kubernetes.io/from-to-www-redirect") == "true"
    }
    assert redirected == {"Ingress/tickets-web": ["tickets.example", "www.tickets.example"]}


def test_an_environments_variables_win_and_secrets_are_encrypted_or_referred_to(everywhere):
    encrypted = {}
    for environment, objects in everywhere.items():
        found = variables(objects, "api")
        assert found["LOG_LEVEL"] == {"test": "debug", "prod": "info"}[environment]
        assert found["PAYMENTS"] == {"test": "sandbox", "prod": "live"}[environment]
        assert found["SESSION_KEY"] == ("tickets-session", "session-key")
        assert found["PAYMENT_TOKEN"] == ("tickets-api-sealed", "PAYMENT_TOKEN")
        encrypted[environment] = objects["SealedSecret/tickets-api-sealed"]["spec"]["encryptedData"]["PAYMENT_TOKEN"]
    assert encrypted["test"].endswith("test")
    assert encrypted["prod"].endswith("prod")


def test_files_come_from_the_project_or_from_a_secret(objects):
    found = files(objects, "api")
    assert found["/etc/tickets/prices.yaml"] == (APP / "config" / "prices.yaml").read_text()
    assert found["/etc/tickets/partners"] == ("tickets-partners", None)


def test_static_files_are_served_by_an_appling_of_their_own_under_their_path(objects):
    root = "/usr/share/nginx/html"
    assert files(objects, "static") == {
        f"{root}/{path.name}": path.read_text() for path in sorted((APP / "public").iterdir())
    }


def test_there_is_a_database_per_environment_and_the_message_bus(everywhere):
    for environment, objects in everywhere.items():
        assert variables(objects, "api")["DATABASE_URL"] == (f"tickets-db-{environment}", "url")
        for appling in ("api", "mailer"):
            found, mounted = variables(objects, appling), files(objects, appling)
            assert found["NATS_URL"] == ("nats", "url")
            assert mounted[found["NATS_CREDENTIALS"]] == ("nats", "credentials")
            assert mounted[found["NATS_CA_FILE"]] == ("nats", "ca_file")


def test_the_proxy_of_the_database_stands_beside_its_user_alone_and_only_in_prod(everywhere):
    assert "initContainers" not in pod(everywhere["test"], "api")
    [proxy] = pod(everywhere["prod"], "api")["initContainers"]
    assert "/cloud-sql-proxy:2." in proxy["image"]
    assert {"--port=5432", "acme:europe-north1:tickets"} <= {*proxy["args"]}
    for appling in ("mailer", "static", "web"):
        assert "initContainers" not in pod(everywhere["prod"], appling)
    account = everywhere["prod"]["ServiceAccount/tickets-api"]["metadata"]["annotations"]
    assert account == {"iam.gke.io/gcp-service-account": "tickets-prod@acme.iam.gserviceaccount.com"}


def test_each_appling_is_isolated_but_for_links_and_exceptions(objects):
    allowed = {appling: ends(objects, appling) for appling in APPLINGS}
    assert allowed["api"] == {"tickets-mailer", "tickets-web", "ingress-nginx", "apps-reports-prod"}
    assert allowed["mailer"] == set()
    assert allowed["static"] == allowed["web"] == {"ingress-nginx"}


def ends(objects: Objects, appling: str) -> set[str]:
    """The releases and namespaces that may reach the appling."""
    policy = objects[f"NetworkPolicy/tickets-{appling}"]["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    found = set()
    for peer in (peer for rule in policy["ingress"] for peer in rule["from"]):
        [labels] = [selector["matchLabels"] for selector in peer.values()]
        found |= {*labels.values()}
    return found - {f"tickets-{appling}"}


def test_a_call_is_made_on_a_schedule_and_has_nothing_of_the_service(objects):
    call = objects["CronJob/tickets-api-release-seats"]["spec"]
    assert call["schedule"] == "*/5 * * * *"
    one = call["jobTemplate"]["spec"]["template"]["spec"]
    [curl] = one["containers"]
    assert curl["args"] == ["--header", "X-Task: release-seats", "http://tickets-api:80/tasks/release-seats"]
    assert {"env", "envFrom", "volumeMounts"} & {*curl} == set()
    assert {"initContainers", "volumes"} & {*one} == set()
