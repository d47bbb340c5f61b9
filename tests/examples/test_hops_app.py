"""The example in the style of HOPS has the names, namespaces, checks and calls that those conventions ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chartgen.actions.check import check
from chartgen.actions.planning import Selection, open_plan
from chartgen.actions.template import template

APP = Path(__file__).resolve().parents[2] / "examples" / "hops-app"
APPLINGS = ("api", "mailer", "static", "web")


@pytest.fixture(scope="module")
def objects() -> dict[str, dict[str, Any]]:
    """Those of `prod`, by kind and name."""
    rendered = template(APP, Selection(environments=["prod"]))
    return {manifest.title: manifest.object for manifest in rendered.manifests}


def container(objects: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
    [one] = objects[f"Deployment/{name}"]["spec"]["template"]["spec"]["containers"]
    return dict(one)


def test_nothing_is_wrong_with_it():
    assert check(APP, Selection()).findings == ()


def test_an_appling_is_called_after_its_app_and_runs_in_the_apps_namespace(objects):
    assert {title for title in objects if title.startswith("Deployment/")} == {
        f"Deployment/tickets-{appling}" for appling in APPLINGS
    }
    own = [one for one in objects.values() if one["kind"] != "Namespace"]
    assert {one["metadata"]["namespace"] for one in own} == {"apps-tickets-prod"}
    assert "Namespace/apps-tickets-prod" in objects


def test_test_is_the_default_environment():
    assert open_plan(APP)[1].default_environment == "test"


def test_readiness_is_asked_for_by_http_every_two_seconds_and_liveness_not_at_all(objects):
    for appling, path in (("api", "/health"), ("web", "/health"), ("static", "/robots.txt")):
        found = container(objects, f"tickets-{appling}")
        assert found["readinessProbe"]["httpGet"]["path"] == path
        assert found["readinessProbe"]["periodSeconds"] == 2
        assert "livenessProbe" not in found
    assert "readinessProbe" not in container(objects, "tickets-mailer")


def test_there_are_several_of_each_and_they_go_gracefully(objects):
    for appling in APPLINGS:
        assert objects[f"HorizontalPodAutoscaler/tickets-{appling}"]["spec"]["minReplicas"] >= 2
    for appling in ("api", "static", "web"):
        pod = objects[f"Deployment/tickets-{appling}"]["spec"]["template"]["spec"]
        pause = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert 0 < pause < pod["terminationGracePeriodSeconds"]


def test_the_public_sees_what_has_a_domain(objects):
    rules = {
        (rule["host"], path["path"].partition("(")[0].rstrip("/") or "/", title.removeprefix("Ingress/"))
        for title, one in objects.items()
        if title.startswith("Ingress/")
        for rule in one["spec"]["rules"]
        for path in rule["http"]["paths"]
    }
    assert {(host, name) for host, _, name in rules} == {
        ("tickets.example", "tickets-api"),
        ("tickets.example", "tickets-static"),
        ("tickets.example", "tickets-web"),
    }


def test_a_secret_is_referred_to_and_a_call_is_made_on_a_schedule(objects):
    variables = {one["name"]: one for one in container(objects, "tickets-api")["env"]}
    assert variables["SESSION_KEY"]["valueFrom"]["secretKeyRef"] == {"name": "tickets-session", "key": "session-key"}
    call = objects["CronJob/tickets-api-release-seats"]["spec"]
    [curl] = call["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    assert call["schedule"] == "*/5 * * * *"
    assert curl["args"] == ["--header", "X-Task: release-seats", "http://tickets-api:80/tasks/release-seats"]
    assert "env" not in curl
