"""Every rule finds what breaks it, says nothing of what does not, and is said well."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from chartgen import engine
from chartgen.checks import registry
from chartgen.model import Finding, Manifest
from tests import cases
from tests.cases import Case

CASES = tuple(case for case in cases.collect() if "findings" in case.expected)
TWO_LINES = next(case for case in CASES if case.name == "checks/two-lines")

of_every_rule = pytest.mark.parametrize("rule", registry.RULES.values(), ids=list(registry.RULES))


@pytest.fixture(scope="module")
def rendered() -> dict[str, list[Manifest]]:
    """The objects of every case that is rendered, all of them in one call."""
    of = {case.name: cases.shared(case.here(case.releases())) for case in CASES if "given" not in case.checked}
    owners = {id(release): name for name, own in of.items() for release in own}
    found: dict[str, list[Manifest]] = {case.name: [] for case in CASES}
    for manifest in engine.choose().template(cases.shared_chart(), [each for own in of.values() for each in own]):
        found[owners[id(manifest.release)]].append(manifest)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_found(case: Case, rendered: dict[str, list[Manifest]]):
    assert not cases.finding_differences(case, cases.findings_of(case, rendered[case.name]))


@of_every_rule
def test_a_rule_finds_what_breaks_it(rule):
    assert any(part["rule"] == rule.id for case in CASES for part in case.expected["findings"])


@pytest.fixture(scope="module")
def two_lines(rendered: dict[str, list[Manifest]]) -> list[Finding]:
    """What is found in a service of two lines: in a project with labels, with a report, upgraded from itself."""
    manifests = rendered[TWO_LINES.name]
    [service] = [text for file, text in TWO_LINES.files.items() if file == "services/web.yaml"]
    assert len(service.decode().splitlines()) == 2
    assert "rules" not in TWO_LINES.checked
    assert TWO_LINES.checked["reports"]
    committed = {"committed": [manifest.object for manifest in manifests]}
    return cases.findings_of(replace(TWO_LINES, checked={**TWO_LINES.checked, **committed}), manifests)


@of_every_rule
def test_a_rule_says_nothing_of_a_service_of_two_lines(rule, two_lines: list[Finding]):
    assert [finding for finding in two_lines if finding.rule == rule.id] == []


@of_every_rule
def test_a_rule_is_said_in_one_way(rule):
    assert re.fullmatch("[a-z]+(-[a-z]+)*", rule.id)
    assert re.fullmatch(r"[A-Z].*[a-z0-9]\.", rule.reason)
    assert ". " not in rule.reason
    assert re.match(r"[a-z`]", rule.remedy)
    assert not rule.remedy.endswith(".")
