"""An outcome for people: what many releases share is said once, the rest stands under its release."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from chartgen.errors import Problem
from chartgen.model import Finding
from chartgen.report.ink import Ink, printable
from chartgen.report.outcome import Outcome, View, in_order, summary

_MOST_NAMES = 5
_INDENT = "  "


def render(outcome: Outcome, ink: Ink = Ink.PLAIN, view: View = View.NOTES) -> str:
    """Problems, findings that several releases share, findings by release, and a summary; a blank line between."""
    shared, single = _grouped(in_order(view.of(outcome)))
    blocks = [
        *(_problem(problem, ink) for problem in outcome.problems),
        *(_shared(group, ink) for group in shared),
        *_by_release(single, ink),
        [ink("title", summary(outcome))],
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _grouped(findings: Sequence[Finding]) -> tuple[list[list[Finding]], list[Finding]]:
    """What is said of more than one release, and what of one only (or of none)."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_statement(finding), []).append(finding)
    shared = [group for group in groups.values() if len({finding.release for finding in group}) > 1]
    known = {id(finding) for group in shared for finding in group}
    return shared, [finding for finding in findings if id(finding) not in known]


def _statement(finding: Finding) -> tuple[object, ...]:
    """What a finding says, whichever release and object it says it of."""
    kind = finding.object.partition("/")[0]
    said = finding.severity, finding.rule, kind, finding.path, finding.message
    return *said, finding.remedy, finding.where, finding.allowed


def _problem(problem: Problem, ink: Ink) -> list[str]:
    first, *rest = map(printable, str(problem).split("\n"))
    return [f"{ink('error', 'error')}{_INDENT}{first}", *(_aside("error", line.strip(), ink) for line in rest)]


def _shared(group: Sequence[Finding], ink: Ink) -> list[str]:
    names = list(dict.fromkeys(finding.object for finding in group))
    subject = names[0] if len(names) == 1 else names[0].partition("/")[0]
    releases = list(dict.fromkeys(finding.release for finding in group))
    more = f" and {len(releases) - _MOST_NAMES:,} more" if len(releases) > _MOST_NAMES else ""
    where = f"in {len(releases):,} releases: {', '.join(releases[:_MOST_NAMES])}{more}"
    return [*_finding(group[0], subject, ink), _aside(_word(group[0]), where, ink)]


def _by_release(findings: Sequence[Finding], ink: Ink) -> Iterator[list[str]]:
    """A block a release: its name, and what there is to say of it, worst first."""
    ordered = sorted(findings, key=lambda finding: finding.release)
    for release, group in groupby(ordered, key=lambda finding: finding.release):
        lines = [line for finding in group for line in _finding(finding, finding.object, ink)]
        yield [ink("title", printable(release)), *(f"{_INDENT}{line}" for line in lines)] if release else lines


def _finding(finding: Finding, subject: str, ink: Ink) -> list[str]:
    head = ": ".join(filter(None, [subject, finding.path, finding.message]))
    word = _word(finding)
    notes = [f"because: {finding.allowed}" if finding.allowed else finding.remedy]
    notes += [f"at {finding.where}" if finding.where else ""]
    return [
        f"{ink(word, word)}{_INDENT}{printable(head)} {ink('quiet', f'[{finding.rule}]')}",
        *(_aside(word, note, ink) for note in notes if note),
    ]


def _word(finding: Finding) -> str:
    """How bad a finding is, or that it is accepted."""
    return "allowed" if finding.allowed else finding.severity


def _aside(severity: str, text: str, ink: Ink) -> str:
    return f"{' ' * len(severity)}{_INDENT}{ink('quiet', printable(text))}"
