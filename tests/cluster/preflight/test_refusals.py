"""What API servers say of objects, and what is made of it. The words are a real server's."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartgen import yamlio
from chartgen.cluster.api import Answer
from chartgen.cluster.preflight.attempts import Attempt
from chartgen.cluster.preflight.refusals import explained
from chartgen.model import Manifest
from tests.cluster.preflight import scenes

CASES = yamlio.loads((Path(__file__).parent / "refusals.yaml").read_bytes())


def said(answer, *, kind="Deployment", pod=False):
    manifest = Manifest(scenes.release(), "", {"kind": kind, "metadata": {"name": "web"}})
    return list(explained(Attempt(manifest, "PATCH", "/x", {}, {}, pod=pod), answer))


def refusal(message, status=422, reason="Invalid", causes=()):
    found = [dict(zip(("reason", "message", "field"), cause, strict=True)) for cause in causes]
    return Answer(status, {"message": message, "reason": reason, "details": {"causes": found}})


INVALID = refusal(
    'Deployment.apps "web" is invalid: [spec.replicas: Invalid value: -1: must be …, spec.minReadySeconds: …]',
    causes=[
        ("FieldValueInvalid", "Invalid value: -1: must be greater than or equal to 0", "spec.replicas"),
        ("FieldValueInvalid", "Invalid value: -2: must be greater than or equal to 0", "spec.minReadySeconds"),
    ],
)


def test_nothing_is_said_of_what_is_accepted():
    assert not said(Answer(200, {}))


def test_every_cause_is_told_with_its_field():
    first, second = said(INVALID)
    assert (first.rule, first.severity, first.object) == ("preflight-refused", "error", "Deployment/web")
    assert (first.path, second.path) == ("spec.replicas", "spec.minReadySeconds")
    assert first.message == "Invalid value: -1: must be greater than or equal to 0"


@pytest.mark.parametrize("case", CASES, ids=[case["message"] for case in CASES])
def test_what_to_do_follows_from_what_is_said(case):
    details = {"causes": case.get("causes", [])}
    body = {"message": case["says"], "reason": case["reason"], "details": details}
    [finding] = said(Answer(case["status"], body))
    assert finding.rule == "preflight-refused"
    assert finding.path == case["path"]
    assert case["message"] in finding.message
    assert case["remedy"] in finding.remedy


def test_a_webhook_that_does_not_let_itself_be_tried_is_no_fault():
    [finding] = said(refusal('admission webhook "x" does not support dry run', 400, "BadRequest"))
    assert (finding.rule, finding.severity) == ("preflight-not-sent", "info")


def test_warnings_are_told():
    [finding] = said(Answer(200, {}, ('would violate PodSecurity "restricted:latest": runAsNonRoot != true',)))
    assert (finding.rule, finding.severity) == ("preflight-warned", "warning")
    assert "would violate PodSecurity" in finding.message


def test_a_conflict_names_the_owner_and_the_fields():
    causes = [
        ("FieldManagerConflict", 'conflict with "kubectl-set" using apps/v1', ".spec.replicas"),
        ("FieldManagerConflict", 'conflict with "kubectl-set" using apps/v1', ".spec.paused"),
        ("FieldManagerConflict", 'conflict with "operator"', ".spec.revisionHistoryLimit"),
    ]
    one, other = said(refusal("Apply failed with 3 conflicts", 409, "Conflict", causes))
    assert (one.rule, one.severity) == ("preflight-conflict", "warning")
    assert one.message.startswith("kubectl-set has set spec.replicas, spec.paused:")
    assert other.message.startswith("operator has set spec.revisionHistoryLimit:")
    assert "`chartgen deploy -e dev -s web --force-conflicts`" in one.remedy


POD_REFUSED = refusal(
    'pods "web-" is forbidden: violates PodSecurity "restricted:latest": privileged', 403, "Forbidden"
)


def test_what_is_refused_of_the_pods_is_told_of_the_workload():
    [finding] = said(POD_REFUSED, pod=True)
    assert finding.path == "spec.template"
    assert finding.message.startswith('its pods are refused: violates PodSecurity "restricted:latest"')
    assert "`security`" in finding.remedy


@pytest.mark.parametrize(
    "message",
    [
        'pods is forbidden: User "x" cannot create resource "pods" in API group ""',
        'pods "w-" is forbidden: exceeded quota: a',
    ],
)
def test_what_nobody_asks_of_who_deploys_is_not_told(message):
    assert not said(refusal(message, 403, "Forbidden"), pod=True)


def test_the_values_of_a_secret_are_not_told():
    cause = ("FieldValueInvalid", 'Invalid value: "hunter2": must be something else', "data.password")
    [finding] = said(refusal("Secret is invalid", causes=[cause]), kind="Secret")
    assert "hunter2" not in finding.message
    assert finding.message == "must be something else"


def test_no_message_is_without_end():
    [finding] = said(refusal("Invalid value: " + "x" * 10_000 + "\n\ny", 422, ""))
    assert len(finding.message) < 500
    assert finding.message.isprintable()
