"""Every fact of Online Boutique stands in the manifests of the example's `prod`, in each of its regions."""

from __future__ import annotations

import copy
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chartgen import engine, plan, yamlio
from chartgen.chart import load
from chartgen.model import Release
from tests.cases import shared_chart

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "online-boutique"
FACTS: dict[str, dict[str, Any]] = yamlio.loads((ROOT / "tests/facts/online-boutique.yaml").read_bytes())
REGIONS = ("eu-north", "us-east")

POD_SECURITY = {"fsGroup": 1000, "runAsUser": 1000, "runAsGroup": 1000, "runAsNonRoot": True}
CONTAINER_SECURITY = {
    "allowPrivilegeEscalation": False,
    "privileged": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
KUBERNETES_DEFAULTS = {"initialDelaySeconds": 0, "periodSeconds": 10, "timeoutSeconds": 1, "failureThreshold": 3}
GRACE_PERIOD = 30
"""Kubernetes' own, which holds where the facts name none."""

Objects = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Workload:
    """What is known of one workload, and the objects of its release by title."""

    name: str
    facts: Mapping[str, Any]
    objects: Objects

    @property
    def pod(self) -> Any:
        """The pod's spec."""
        return self.objects[f"Deployment/{self.name}"]["spec"]["template"]["spec"]

    @property
    def container(self) -> Any:
        """The one container."""
        [container] = self.pod["containers"]
        return container

    @property
    def services(self) -> list[Any]:
        """The Services."""
        return [item for title, item in self.objects.items() if title.startswith("Service/")]

    def port(self, target: str | int) -> int:
        """The number of a container port that is named, or numbered."""
        [number] = [port["containerPort"] for port in self.container["ports"] if target in port.values()]
        return int(number)


@pytest.fixture(scope="module")
def prod() -> dict[tuple[str, str], Objects]:
    """The objects of every release of `prod`, by region and service."""
    _, whole = plan.read(EXAMPLE)
    releases = [release for release in whole.releases if release.environment == "prod"]
    found: dict[tuple[str, str], dict[str, Any]] = {}
    helm = engine.choose()
    for path in {release.chart.path for release in releases}:
        chart = load.load(EXAMPLE / path) if path else shared_chart()
        for manifest in helm.template(chart, [release for release in releases if release.chart.path == path]):
            found.setdefault(_key(manifest.release), {})[manifest.title] = manifest.object
    assert [*found] == [_key(release) for release in releases] or {*found} == {_key(each) for each in releases}
    return dict(found)


def _key(release: Release) -> tuple[str, str]:
    return str(release.region), release.service


@pytest.fixture(params=[(region, name) for region in REGIONS for name in FACTS], ids="/".join)
def workload(request: pytest.FixtureRequest, prod: dict[tuple[str, str], Objects]) -> Workload:
    region, name = request.param
    return Workload(name, FACTS[name], prod[region, name])


def test_there_is_nothing_else(prod: dict[tuple[str, str], Objects]):
    assert {*prod} == {(region, name) for region in REGIONS for name in FACTS}
    assert len(FACTS) == 12


# ---- the facts, one check each: `facts` is what is left to find -----------------------------------------------------


def image(workload: Workload) -> None:
    assert workload.container["image"] == workload.facts["image"]


def container_ports(workload: Workload) -> None:
    ports = [port["containerPort"] for port in workload.container.get("ports", ())]
    assert ports == workload.facts.get("container_ports", [])


def services(workload: Workload) -> None:
    found = [
        {
            "name": service["metadata"]["name"],
            "type": service["spec"]["type"],
            "ports": [
                {"name": port["name"], "port": port["port"], "target": workload.port(port["targetPort"])}
                for port in service["spec"]["ports"]
            ],
        }
        for service in workload.services
    ]
    assert sorted(found, key=lambda service: service["name"]) == workload.facts["services"]
    labels = workload.objects[f"Deployment/{workload.name}"]["spec"]["template"]["metadata"]["labels"]
    assert all(service["spec"]["selector"].items() <= labels.items() for service in workload.services)


def env(workload: Workload) -> None:
    variables = workload.container.get("env", [])
    assert {variable["name"]: variable["value"] for variable in variables} == workload.facts["env"]
    assert len(variables) == len(workload.facts["env"])


def requests(workload: Workload) -> None:
    assert workload.container["resources"]["requests"] == workload.facts["requests"]


def limits(workload: Workload) -> None:
    assert workload.container["resources"]["limits"] == workload.facts["limits"]


def liveness(workload: Workload) -> None:
    _probe(workload, "livenessProbe", workload.facts.get("liveness"))


def readiness(workload: Workload) -> None:
    _probe(workload, "readinessProbe", workload.facts.get("readiness"))


def _probe(workload: Workload, field: str, facts: Mapping[str, Any] | None) -> None:
    found = copy.deepcopy(workload.container.get(field))
    if facts is None:
        assert found is None
        return
    for kind in ("httpGet", "tcpSocket", "grpc"):
        if kind in found:
            found[kind]["port"] = workload.port(found[kind]["port"])
    assert KUBERNETES_DEFAULTS | found == KUBERNETES_DEFAULTS | dict(facts)


def termination_grace_seconds(workload: Workload) -> None:
    wanted = workload.facts.get("termination_grace_seconds", GRACE_PERIOD)
    assert workload.pod.get("terminationGracePeriodSeconds", GRACE_PERIOD) == wanted


def pod_annotations(workload: Workload) -> None:
    metadata = workload.objects[f"Deployment/{workload.name}"]["spec"]["template"]["metadata"]
    assert metadata.get("annotations", {}) == workload.facts.get("pod_annotations", {})


def empty_dirs(workload: Workload) -> None:
    mounts = {mount["name"]: mount["mountPath"] for mount in workload.container.get("volumeMounts", ())}
    assert mounts == workload.facts.get("empty_dirs", {})
    assert [volume["name"] for volume in workload.pod.get("volumes", ()) if "emptyDir" in volume] == [*mounts]


def service_account(workload: Workload) -> None:
    wanted = workload.facts["service_account"]
    accounts = [title for title in workload.objects if title.startswith("ServiceAccount/")]
    assert accounts == ([f"ServiceAccount/{wanted}"] if wanted else [])
    assert workload.pod.get("serviceAccountName") == wanted


def init_container(workload: Workload) -> None:
    wanted = workload.facts.get("init_container")
    found = workload.pod.get("initContainers", [])
    assert [container["name"] for container in found] == ([wanted["name"]] if wanted else [])
    if wanted:
        [container] = found
        assert container["image"] == wanted["image"]
        assert CONTAINER_SECURITY.items() <= container["securityContext"].items()
        told = re.fullmatch(r"an HTTP (\d+) from the address in (\w+), (\d+) tries (\d+) s apart", wanted["waits_for"])
        assert told is not None
        status, variable, tries, seconds = told[1], told[2], int(told[3]), told[4]
        [address] = [entry["value"] for entry in container["env"] if entry["name"] == variable]
        never = _run(container, {variable: address}, status="503")
        assert never == (1, [f"http://{address}"] * tries, [seconds] * len(never[2]))
        assert len(never[2]) in (tries, tries - 1)
        assert _run(container, {variable: address}, status=status) == (0, [f"http://{address}"], [])


def _run(container: Any, variables: Mapping[str, str], *, status: str) -> tuple[int, list[str], list[str]]:
    """Runs an init container's command where wget gets this status: its exit code, the URLs asked for, the pauses."""
    with tempfile.TemporaryDirectory() as directory:
        for name, answer in (("wget", f'echo "  HTTP/1.1 {status} x" >&2'), ("sleep", ":")):
            stub = Path(directory, name)
            stub.write_text(f'#!/bin/sh\nfor last; do :; done\necho "$last" >> {directory}/{name}.log\n{answer}\n')
            stub.chmod(0o755)
        done = subprocess.run(
            [*container["command"], *container["args"]],
            env={**variables, "PATH": f"{directory}:{os.environ['PATH']}"},
            capture_output=True,
            check=False,
            timeout=60,
        )
        logs = [Path(directory, f"{name}.log") for name in ("wget", "sleep")]
        urls, pauses = (log.read_text().split() if log.exists() else [] for log in logs)
    return done.returncode, urls, pauses


CHECKS: dict[str, Callable[[Workload], None]] = {
    check.__name__: check
    for check in (
        image,
        container_ports,
        services,
        env,
        requests,
        limits,
        liveness,
        readiness,
        termination_grace_seconds,
        pod_annotations,
        empty_dirs,
        service_account,
        init_container,
    )
}


def test_every_fact_stands_there(workload: Workload):
    assert {*workload.facts} <= {*CHECKS}
    for check in CHECKS.values():
        check(workload)


def test_security_contexts(workload: Workload):
    assert POD_SECURITY.items() <= workload.pod["securityContext"].items()
    assert CONTAINER_SECURITY.items() <= workload.container["securityContext"].items()


@pytest.mark.parametrize("fact", CHECKS)
def test_a_fact_that_does_not_stand_there_is_noticed(fact: str, prod: dict[tuple[str, str], Objects]):
    holders = [name for name, facts in FACTS.items() if facts.get(fact)]
    assert holders
    for name in holders:
        changed = {**FACTS[name], fact: _changed(FACTS[name][fact])}
        with pytest.raises((AssertionError, KeyError)):
            CHECKS[fact](Workload(name, changed, prod[REGIONS[0], name]))


def _changed(fact: Any) -> Any:
    """Another value, deep inside."""
    if isinstance(fact, dict):
        last = [*fact][-1]
        return {**fact, last: _changed(fact[last])}
    if isinstance(fact, list):
        return [*fact[:-1], _changed(fact[-1])]
    return fact + 1 if isinstance(fact, int) else f"{fact}x"
