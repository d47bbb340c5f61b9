"""`chartgen check`: whether what would be installed is right."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence

from chartgen.actions.charts import selected
from chartgen.actions.planning import Selection
from chartgen.actions.template import render, value_problems
from chartgen.checks import kubernetes
from chartgen.errors import InputError, Problem
from chartgen.model import Finding, Manifest, Release
from chartgen.report import Outcome

_AT_ONCE = 1_500
"""How many releases are rendered before their manifests are checked and let go: those of thousands fill a gigabyte."""


def check(
    directory: pathlib.Path, selection: Selection, kubernetes_version: str | None = None, engine_name: str | None = None
) -> Outcome:
    """Checks values against their charts' schemas and manifests against the Kubernetes API.

    Arguments:
        kubernetes_version: the version to check against (`1.33`); else the one that the spec gives for each release,
            else the newest known.

    Raises:
        InputError: the spec is wrong, or a version is not known; what is wrong with values or templates is part of
            the outcome.
        ToolError: there is no engine, or a published chart cannot be fetched.
    """
    releases, used = selected(directory, selection)
    problems = value_problems(releases, used)
    if problems:
        return Outcome(problems=tuple(problems), releases=len(releases))
    findings: list[Finding] = []
    manifests = skipped = 0
    for part in (releases[start : start + _AT_ONCE] for start in range(0, len(releases), _AT_ONCE)):
        try:
            rendered = render(part, used, engine_name)
        except InputError as error:
            problems += error.problems
            continue
        found, unjudged = _by_version(rendered, kubernetes_version)
        findings += found
        manifests += len(rendered)
        skipped += unjudged
    if problems:
        return Outcome(problems=tuple(dict.fromkeys(problems)), releases=len(releases))
    return Outcome(tuple(findings), releases=len(releases), manifests=manifests, skipped=skipped)


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
