"""What a check came to, for whichever form it is shown in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from chartgen.errors import Problem
from chartgen.model import Finding, Severity

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""Worst first."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was checked, and what there is to say about it.

    Attributes:
        findings: about the rendered manifests.
        problems: of what somebody wrote; each counts as an error.
        releases, manifests: how many were checked.
        skipped: how many objects could not be judged, their kinds being custom resources.
    """

    findings: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    releases: int = 0
    manifests: int = 0
    skipped: int = 0

    def counts(self) -> dict[Severity, int]:
        """How much there is of each severity, worst first; problems are errors."""
        found = Counter(finding.severity for finding in self.findings)
        found["error"] += len(self.problems)
        return {severity: found[severity] for severity in SEVERITIES}


def in_order(findings: tuple[Finding, ...]) -> list[Finding]:
    """The findings in the one order every form keeps: worst first, then by release, object and place in it."""
    return sorted(
        findings, key=lambda f: (SEVERITIES.index(f.severity), f.release, f.object, f.path, f.rule, f.message)
    )


def summary(outcome: Outcome) -> str:
    """The last line: `2 errors and 1 warning in 36 releases, 210 manifests`."""
    found = [_count(number, severity) for severity, number in outcome.counts().items() if number]
    checked = f"{_count(outcome.releases, 'release')}, {_count(outcome.manifests, 'manifest')}"
    text = f"{_joined(found) or 'no problems'} in {checked}"
    return f"{text} ({_count(outcome.skipped, 'custom resource')} not checked)" if outcome.skipped else text


def _count(number: int, noun: str) -> str:
    plural = noun if noun == "info" or number == 1 else f"{noun}s"
    return f"{number:,} {plural}"


def _joined(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
