"""What the spec accepts: findings are marked with the reason, and what accepts nothing is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from chartgen.checks.rule import Family, Told
from chartgen.errors import did_you_mean
from chartgen.model import Allowed, Finding, Release

_UNKNOWN = Told(
    "unknown-rule",
    "error",
    "What allows a rule that is not there allows nothing.",
    "name a rule that `chartgen check --list-rules` lists",
)
_UNUSED = Told(
    "unused-allow",
    "warning",
    "What is allowed and does not happen hides the day on which it does.",
    "remove it",
)
FAMILY = Family("allowing", "What is allowed", told=(_UNKNOWN, _UNUSED))


def apply(findings: Iterable[Finding], releases: Iterable[Release]) -> list[Finding]:
    """The findings, those that the spec of their release accepts with the reason.

    A finding of no release (of the environments, say) is accepted where every release accepts it.
    """
    by_title = {release.title: _reasons(release) for release in releases}
    everywhere: dict[str, str] | None = None
    found = []
    for finding in findings:
        if finding.release:
            reasons: Mapping[str, str] = by_title.get(finding.release, {})
        else:
            everywhere = _common(list(by_title.values())) if everywhere is None else everywhere
            reasons = everywhere
        reason = reasons.get(finding.rule, "")
        found.append(replace(finding, allowed=reason) if reason else finding)
    return found


def _reasons(release: Release) -> dict[str, str]:
    return {allowed.rule: allowed.reason for allowed in release.checks.allowed}


def _common(reasons: Sequence[Mapping[str, str]]) -> dict[str, str]:
    if not reasons:
        return {}
    first, *rest = reasons
    return {rule: reason for rule, reason in first.items() if all(rule in other for other in rest)}


def leftovers(
    findings: Iterable[Finding],
    checked: Sequence[Release],
    whole: Sequence[Release],
    known: Collection[str],
    asked: Collection[str],
) -> Iterator[Finding]:
    """What is allowed though there is no such rule, or though nothing of the kind was found.

    Arguments:
        findings: as `apply` gives them.
        checked: the releases that were looked at; whole: all of the project.
        known: the rules that there are; asked: those that were held to this time.
    """
    used = {(finding.release, finding.rule) for finding in findings if finding.allowed}
    titles = {release.title for release in checked}
    users: dict[Allowed, list[str]] = {}
    for release in whole:
        for allowed in release.checks.allowed:
            users.setdefault(allowed, []).append(release.title)
    for allowed, of in users.items():
        if allowed.rule not in known:
            yield _finding(_UNKNOWN, allowed, f"there is no rule `{allowed.rule}`", did_you_mean(allowed.rule, known))
            continue
        names = {"", *of}
        judged = allowed.rule in asked and titles.issuperset(of)
        if judged and not any((name, allowed.rule) in used for name in names):
            yield _finding(_UNUSED, allowed, f"`{allowed.rule}` is allowed, but nothing of the kind was found")


def _finding(rule: Told, allowed: Allowed, message: str, remedy: str = "") -> Finding:
    path = f"checks.allow.{allowed.rule}"
    return Finding(rule.id, rule.severity, message, "", "", path, allowed.where, remedy or rule.remedy)
