"""`chartgen check`: whether what would be installed is right."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from dataclasses import dataclass

from chartgen.actions.charts import charts
from chartgen.actions.planning import Selection, open_plan, select
from chartgen.actions.template import render, value_problems
from chartgen.checks import allowing, kubernetes, registry, run, scans
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
    """

    kubernetes_version: str | None = None
    engine: str | None = None
    reports: Sequence[str] = ()
    scan_level: str = "high"


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
    rules = run.Run(scanned)
    findings = run.over_all(releases)
    manifests = skipped = 0
    for part in (releases[start : start + _AT_ONCE] for start in range(0, len(releases), _AT_ONCE)):
        try:
            rendered = render(part, used, asked.engine)
        except InputError as error:
            problems += error.problems
            continue
        found, unjudged = _by_version(rendered, asked.kubernetes_version)
        refused = {finding.release for finding in found}
        findings += found
        findings += rules.over(each for each in rendered if not refused or each.release.title not in refused)
        manifests += len(rendered)
        skipped += unjudged
    if problems:
        return Outcome(problems=tuple(dict.fromkeys(problems)), releases=len(releases))
    findings = allowing.apply(findings, releases)
    ids = set(registry.RULES) - (registry.SCAN_RULES if scanned is None else set())
    findings += allowing.leftovers(findings, releases, whole.releases, set(registry.RULES), ids)
    return Outcome(tuple(findings), releases=len(releases), manifests=manifests, skipped=skipped)


def _scans(asked: Asked) -> scans.Scans:
    """What the reports say, each read from its file."""
    reports = []
    for report in asked.reports:
        image, _, file = report.rpartition("=")
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
