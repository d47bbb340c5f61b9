"""`chartgen check`: whether what would be installed is right."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from dataclasses import dataclass

from chartgen.actions.before import Before, before
from chartgen.actions.charts import charts
from chartgen.actions.planning import Selection, open_plan, select
from chartgen.actions.template import render, value_problems
from chartgen.checks import allowing, kubernetes, preflight, registry, run, scans
from chartgen.errors import InputError, Problem, Where
from chartgen.model import Finding, Manifest, Release
from chartgen.report import Outcome

_AT_ONCE = 1_500
"""How many releases are rendered before their manifests are checked and let go: those of thousands fill a gigabyte."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check is asked for beyond the releases.

    Attributes:
        kubernetes_version: the version to check against (`1.33`); else the one that the spec gives for each release,
            else the newest known.
        engine: the name of the engine; None: the one that is there.
        reports: scanners' reports in SARIF, each a file, or `IMAGE=FILE` where the file does not name the image.
        scan_level: from which level on a vulnerability counts: critical, high, medium or low.
        against: the git revision that is upgraded from.
    """

    kubernetes_version: str | None = None
    engine: str | None = None
    reports: Sequence[str] = ()
    scan_level: str = "high"
    against: str = "HEAD"


def check(directory: pathlib.Path, selection: Selection, asked: Asked = Asked()) -> Outcome:  # frozen
    """Checks values against their charts' schemas, manifests against the Kubernetes API, and both against the rules.

    Raises:
        InputError: the spec is wrong, a report is none, or a version is not known; what is wrong with values or
            templates is part of the outcome.
        ToolError: there is no engine, or a published chart cannot be fetched.
    """
    project, whole = open_plan(directory)
    releases = select(whole, selection).releases
    used = charts(project, releases)
    scanned = _scans(asked) if asked.reports else None
    problems = value_problems(releases, used)
    if problems:
        return Outcome(problems=tuple(problems), releases=len(releases))
    then = before(directory, releases, used, asked.against)
    rules = run.Run(scanned, compares=then is not None)
    findings: list[Finding] = []
    manifests = skipped = 0
    for part in (releases[start : start + _AT_ONCE] for start in range(0, len(releases), _AT_ONCE)):
        try:
            rendered = render(part, used, asked.engine)
        except InputError as error:
            problems += error.problems
            continue
        found, unjudged = judge(rendered, rules, asked.kubernetes_version, _old(then, part, asked.engine))
        findings += found
        manifests += len(rendered)
        skipped += unjudged
    if problems:
        return Outcome(problems=tuple(dict.fromkeys(problems)), releases=len(releases))
    settled = settle(findings, releases, whole.releases, rules)
    return Outcome(tuple(settled), releases=len(releases), manifests=manifests, skipped=skipped)


def _old(then: Before | None, releases: Sequence[Release], engine: str | None) -> tuple[Manifest, ...]:
    """The objects that git has of those releases that may have changed; what cannot be rendered is left out."""
    if then is None or not then.releases:
        return ()
    titles = {release.title for release in releases}
    old = [release for release in then.releases if release.title in titles]
    try:
        return render(old, then.charts, engine)
    except InputError:
        return ()


def judge(
    manifests: Sequence[Manifest], rules: run.Run, version: str | None = None, old: Sequence[Manifest] = ()
) -> tuple[list[Finding], int]:
    """What is found in the objects of some releases, and how many objects could not be judged.

    A release with an object that an API server refuses is not held to the rules: they would stumble over it again.

    Arguments:
        version: of Kubernetes, for all of them; None: each release's own.
        old: the objects that git has of these releases, as far as they may have changed.
    """
    found, unjudged = _by_version(manifests, version)
    refused = {finding.release for finding in found}
    accepted = (each for each in manifests if not refused or each.release.title not in refused)
    return [*found, *rules.over(accepted, old)], unjudged


def settle(
    findings: Sequence[Finding], releases: Sequence[Release], whole: Sequence[Release], rules: run.Run
) -> list[Finding]:
    """The findings in objects, those about the releases as a whole, and what came of all that the spec accepts.

    Arguments:
        releases: those that were looked at; whole: all of the project.
    """
    settled = allowing.apply([*findings, *run.over_all(releases)], releases)
    known = {*registry.RULES, *preflight.RULES}
    return [*settled, *allowing.leftovers(settled, releases, whole, known, rules.asked)]


def _scans(asked: Asked) -> scans.Scans:
    """What the reports say, each read from its file."""
    reports = []
    for report in asked.reports:
        image, _, file = report.rpartition("=") if not pathlib.Path(report).is_file() else ("", "", report)
        try:
            reports.append((file, pathlib.Path(file).read_bytes(), image or None))
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", Where(file)) from None
    return scans.read(reports, asked.scan_level)


def _by_version(manifests: Sequence[Manifest], asked: str | None) -> tuple[tuple[Finding, ...], int]:
    """Findings and the number of objects not judged, each manifest checked against its release's version."""
    by_version: dict[str | None, list[Manifest]] = {}
    for manifest in manifests:
        by_version.setdefault(manifest.release.kubernetes, []).append(manifest)
    checked = [kubernetes.check(some, _version(some[0].release, asked)) for some in by_version.values()]
    findings = tuple(finding for one in checked for finding in one.findings)
    return findings, sum(one.skipped for one in checked)


def _version(release: Release, asked: str | None) -> str:
    known = kubernetes.versions()
    version = asked or release.kubernetes or known[-1]
    if version not in known:
        path = "" if asked else f"environments.{release.environment}.kubernetes"
        message = f"the Kubernetes version {version} is not known"
        raise InputError(Problem(message, path=path, expected=f"{known[0]} to {known[-1]}"))
    return version
