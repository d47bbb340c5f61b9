"""The example `opta-service` as its tests see it: what is planned, what is rendered, and what a change would do."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chartgen import engine, yamlio
from chartgen.actions.planning import Selection
from chartgen.actions.template import template
from chartgen.model import Manifest, Plan, Release
from chartgen.plan import whole
from chartgen.spec.load import read_files
from tests.cases import shared_chart

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "opta-service"
FACTS: dict[str, Any] = yamlio.loads((ROOT / "tests/facts/opta-fields.yaml").read_bytes())
ROWS: dict[str, str] = yamlio.loads((ROOT / "tests/facts/rows.yaml").read_bytes())["opta"]["rows"]
NGINX = "nginx.ingress.kubernetes.io/"

Objects = Mapping[str, Mapping[str, Any]]


@functools.cache
def manifests() -> tuple[Manifest, ...]:
    """All objects, everywhere."""
    return tuple(template(EXAMPLE, Selection()).manifests)


@functools.cache
def objects(environment: str = "prod") -> Objects:
    """The objects of an environment, by kind and name."""
    return {one.title: one.object for one in manifests() if one.release.environment == environment}


def pod(name: str, kind: str = "Deployment", environment: str = "prod") -> Any:
    """The spec of a workload's pods."""
    return objects(environment)[f"{kind}/{name}"]["spec"]["template"]["spec"]


def container(name: str, kind: str = "Deployment", environment: str = "prod") -> Any:
    """Its one container."""
    [one] = pod(name, kind, environment)["containers"]
    return one


def job(name: str) -> Any:
    """The spec of a job's pods."""
    return objects()[f"CronJob/{name}"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]


def variables(name: str, environment: str = "prod") -> dict[str, Any]:
    """What each variable is: its value, or the Secret and the key of it."""
    return dict(map(_variable, container(name, environment=environment)["env"]))


def _variable(variable: Mapping[str, Any]) -> tuple[str, Any]:
    reference = variable.get("valueFrom", {}).get("secretKeyRef")
    return variable["name"], variable["value"] if reference is None else (reference["name"], reference["key"])


def ingress_annotations(name: str, environment: str = "prod") -> dict[str, Any]:
    """Those of an Ingress, nginx's without their prefix."""
    found = objects(environment)[f"Ingress/{name}"]["metadata"].get("annotations", {})
    return {key.removeprefix(NGINX): value for key, value in found.items()}


def published(name: str) -> set[tuple[str | None, str, str]]:
    """What an Ingress publishes: host, path, and the port of the Service."""
    return {
        (rule.get("host"), path["path"], path["backend"]["service"]["port"]["name"])
        for rule in objects()[f"Ingress/{name}"]["spec"]["rules"]
        for path in rule["http"]["paths"]
    }


def service_ports(name: str) -> dict[str, int]:
    """The ports of a Service, each of which leads to the container's port of its name."""
    ports = objects()[f"Service/{name}"]["spec"]["ports"]
    assert [port["targetPort"] for port in ports] == [port["name"] for port in ports]
    return {port["name"]: port["port"] for port in ports}


@functools.cache
def plan() -> Plan:
    """The plan of the example as it stands."""
    return changed("README", "", "")


def release(service: str, environment: str = "prod") -> Release:
    """What is planned for one service."""
    [one] = [each for each in plan().releases if (each.service, each.environment) == (service, environment)]
    return one


def changed(file: str, old: str, new: str) -> Plan:
    """The plan of the example with a text of one of its files in place of another."""
    files = read_files(EXAMPLE)
    if old:
        text = files[file].decode()
        assert text.count(old) == 1, (file, old)
        files = {**files, file: text.replace(old, new).encode()}
    return whole.parse(files, EXAMPLE)[1]


def rendered(changed_plan: Plan, service: str) -> list[Manifest]:
    """The objects of a service in `prod` by another plan."""
    releases = [one for one in changed_plan.releases if (one.service, one.environment) == (service, "prod")]
    return list(engine.choose().template(shared_chart(), releases))


def written() -> Iterator[str]:
    """Every field that the services of the example say, wherever they say it."""
    for path in (EXAMPLE / "services").iterdir():
        said = yamlio.loads(path.read_bytes())
        yield from said
        for layer in said.get("environments", {}).values():
            yield from layer
