"""Online Boutique with a policy for every service: what may be reached is exactly what the facts say is used."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chartgen import engine, yamlio
from chartgen.checks import kubernetes
from chartgen.model import Manifest
from chartgen.plan import whole
from chartgen.spec.load import read_files
from tests.cases import shared_chart
from tests.examples.test_online_boutique import EXAMPLE, FACTS

Edge = tuple[str, str, int]
"""From, to, and the port of the pods at the receiving end."""

OWN_CHART = {"redis-cart"}
"""What has a chart of its own has no policy of ours; others may still name it."""

DNS = {("", 53)}


def used() -> set[Edge]:
    """Who talks to whom, by the addresses in the facts; what is nowhere in the shop is left out."""
    found = set()
    for name, facts in FACTS.items():
        for value in facts.get("env", {}).values():
            address = re.fullmatch(r"([a-z-]+):(\d+)", str(value))
            if address and address[1] in FACTS and address[1] != name:
                found.add((name, address[1], target(address[1], int(address[2]))))
    return found


def target(service: str, number: int) -> int:
    """The container's port behind a port of the Service."""
    ports = [port for each in FACTS[service]["services"] for port in each["ports"] if port["port"] == number]
    return int(ports[0]["target"])


@pytest.fixture(scope="module")
def manifests() -> list[Manifest]:
    files = read_files(EXAMPLE)
    text = files["chartgen.yaml"].decode().replace("defaults:\n", "defaults:\n  network_policy: true\n", 1)
    _, plan = whole.parse({**files, "chartgen.yaml": text.encode()}, EXAMPLE)
    releases = [release for release in plan.releases if release.environment == "dev" and release.chart.shared]
    return list(engine.choose().template(shared_chart(), releases))


@pytest.fixture(scope="module")
def policies(manifests: list[Manifest]) -> dict[str, Any]:
    found = [manifest.object for manifest in manifests if manifest.object["kind"] == "NetworkPolicy"]
    for policy in found:
        name = policy["metadata"]["name"]
        assert policy["spec"]["podSelector"] == {"matchLabels": {"app.kubernetes.io/instance": name}}
        assert policy["spec"]["policyTypes"] == ["Ingress", "Egress"]
    return {policy["metadata"]["name"]: policy["spec"] for policy in found}


def test_every_service_of_the_shared_chart_has_one(policies: dict[str, Any]):
    assert {*policies} == {*FACTS} - OWN_CHART


def test_what_is_used_is_what_is_allowed_at_the_sending_end(policies: dict[str, Any]):
    allowed = {
        (name, peer, port)
        for name, spec in policies.items()
        for rule in spec["egress"]
        for peer, port in ends(rule, "to")
        if peer != name
    }
    assert {edge for edge in allowed if edge[1]} == used()
    assert {edge[1:] for edge in allowed if not edge[1]} == DNS


def test_what_is_used_is_what_is_allowed_at_the_receiving_end(policies: dict[str, Any]):
    allowed = {
        (peer, name, port)
        for name, spec in policies.items()
        for rule in spec["ingress"]
        for peer, port in ends(rule, "from")
        if peer != name
    }
    assert {edge for edge in allowed if edge[0]} == {edge for edge in used() if edge[1] not in OWN_CHART}
    assert {edge for edge in allowed if not edge[0]} == {("", "frontend", 8080)}


def ends(rule: dict[str, Any], side: str) -> list[tuple[str, int]]:
    """The releases and ports of a rule; an empty name stands for all that is no release of the shop."""
    names = [
        peer.get("podSelector", {}).get("matchLabels", {}).get("app.kubernetes.io/instance", "")
        for peer in rule.get(side, [{}])
    ]
    return [(name, port["port"]) for name in names for port in rule.get("ports", [{"port": 0}])]


def test_kubernetes_takes_them(manifests: list[Manifest]):
    assert kubernetes.check(manifests, kubernetes.versions()[-1]).findings == ()


def test_the_facts_have_links_at_all():
    assert {f"{name}→{peer}" for name, peer, _ in used()} == {*yamlio.loads(LINKS)}
    assert ("frontend", "cartservice", 7070) in used()


LINKS = """
- frontend→productcatalogservice
- frontend→currencyservice
- frontend→cartservice
- frontend→recommendationservice
- frontend→shippingservice
- frontend→checkoutservice
- frontend→adservice
- cartservice→redis-cart
- checkoutservice→productcatalogservice
- checkoutservice→shippingservice
- checkoutservice→paymentservice
- checkoutservice→emailservice
- checkoutservice→currencyservice
- checkoutservice→cartservice
- recommendationservice→productcatalogservice
- loadgenerator→frontend
"""
