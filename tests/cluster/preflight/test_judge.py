"""What is said against deploys, case by case."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartgen import yamlio
from chartgen.checks.preflight import FAMILY
from chartgen.cluster.preflight import versions
from chartgen.cluster.preflight.check import judge
from chartgen.cluster.preflight.needs import needs
from tests.cluster.preflight import scenes

CASES = yamlio.loads((Path(__file__).parent / "cases.yaml").read_bytes())

ASKED_ELSEWHERE = {
    "preflight-kubernetes": "below",
    "preflight-rights": "test_rights.py",
    "preflight-rights-to-wait": "test_rights.py",
    "preflight-refused": "test_refusals.py",
    "preflight-warned": "test_refusals.py",
    "preflight-conflict": "test_refusals.py",
    "preflight-not-sent": "test_attempts.py",
}


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_what_is_said(case):
    task = scenes.task(case)
    said = list(judge(task, scenes.scene(case), needs(task.manifests)))
    assert [finding.rule for finding in said] == [wanted["rule"] for wanted in case["said"]], said
    for finding, wanted in zip(said, case["said"], strict=True):
        assert wanted.get("object", finding.object) == finding.object
        assert wanted.get("path", finding.path) == finding.path
        assert wanted["message"] in finding.message
        assert wanted.get("remedy", "") in finding.remedy
        assert finding.remedy


def test_every_rule_has_a_case():
    told = {wanted["rule"] for case in CASES for wanted in case["said"]}
    assert told | set(ASKED_ELSEWHERE) == {rule.id for rule in FAMILY.told}


@pytest.mark.parametrize("rule", FAMILY.told, ids=lambda rule: rule.id)
def test_rules_are_said_well(rule):
    assert rule.id.startswith("preflight-")
    assert rule.reason.endswith(".")
    assert not rule.remedy.endswith(".")


@pytest.mark.parametrize(("version", "told"), [("v1.29.8", True), ("v1.30.0", False), ("v1.33.5-gke.1", False)])
def test_a_kubernetes_that_is_too_old(version, told):
    said = list(versions.outdated(scenes.scene({"version": version})))
    assert [finding.message for finding in said] == (
        [f"the cluster runs Kubernetes {version}; chartgen wants 1.30 or newer"] if told else []
    )
