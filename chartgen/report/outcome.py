"""What a check came to, for whichever form it is shown in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum

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

    @property
    def told(self) -> tuple[Finding, ...]:
        """The findings that the spec does not accept."""
        return tuple(finding for finding in self.findings if not finding.allowed)

    def counts(self) -> dict[Severity, int]:
        """How much there is of each severity, worst first; problems are errors, and what is accepted does not count."""
        found = Counter(finding.severity for finding in self.told)
        found["error"] += len(self.problems)
        return {severity: found[severity] for severity in SEVERITIES}


class View(Enum):
    """How much is shown: warnings and errors, notes (`info`) too, or what the spec accepts as well."""

    WARNINGS = "warnings"
    NOTES = "notes"
    ALL = "all"

    def of(self, outcome: Outcome) -> tuple[Finding, ...]:
        """The findings of the outcome that are shown."""
        if self is View.ALL:
            return outcome.findings
        return tuple(each for each in outcome.told if self is View.NOTES or each.severity != "info")


def in_order(findings: tuple[Finding, ...]) -> list[Finding]:
    """The findings in the one order of every form: what is accepted last, worst first, then by release and object."""
    return sorted(
        findings,
        key=lambda f: (
            bool(f.allowed),
            SEVERITIES.index(f.severity),
            f.release,
            f.object,
            f.path,
            f.rule,
            f.message,
        ),
    )


def summary(outcome: Outcome) -> str:
    """The last line: `2 errors and 1 warning in 36 releases, 210 manifests`."""
    found = [_count(number, severity) for severity, number in outcome.counts().items() if number]
    checked = f"{_count(outcome.releases, 'release')}, {_count(outcome.manifests, 'manifest')}"
    text = f"{_joined(found) or 'no problems'} in {checked}"
    accepted = len(outcome.findings) - len(outcome.told)
    asides = [f"{accepted:,} allowed"] if accepted else []
    asides += [f"{_count(outcome.skipped, 'custom resource')} not checked"] if outcome.skipped else []
    return f"{text} ({', '.join(asides)})" if asides else text


def _count(number: int, noun: str) -> str:
    plural = noun if noun == "info" or number == 1 else f"{noun}s"
    return f"{number:,} {plural}"


def _joined(parts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
