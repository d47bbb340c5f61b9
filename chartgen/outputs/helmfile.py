"""The helmfiles: the root's, and one an environment or region, for helmfile 0.16x and 1.x alike.

They hold no `{{`, which 0.x takes for a template wherever it stands, and only keys that both versions know; the
`environments` stand in a document of their own, before the rest, as 1.x demands.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from chartgen import yamlio
from chartgen.errors import InputError, Problem
from chartgen.model import ChartRef, EnvironmentPlan, HelmDefaults, Plan, Release
from chartgen.outputs import places

_SELECTED = "selected.enabled"


def root(plan: Plan) -> str:
    """The text of the project's `helmfile.yaml`: every environment by name, and the files of those with releases."""
    environments: dict[str, Any] = {environment.name: {} for environment in plan.environments}
    files = [
        {"path": places.helmfile(environment.name, region)}
        for environment in plan.environments
        for region in by_region(environment)
    ]
    return _text({"environments": environments}, {"helmfiles": files})


def of_region(plan: Plan, environment: str, releases: Sequence[Release]) -> str:
    """The text of the helmfile of an environment, or of a region of it.

    Arguments:
        releases: those of the environment, or of the region; not empty; all go to one cluster.

    Raises:
        InputError: a name or a path holds `{{`, which helmfile would take for a template.
    """
    here = places.directory(environment, releases[0].region)
    environments = {
        environment: _selected(chosen=True),
        "default": _selected(chosen=environment == plan.default_environment),
    }
    body: dict[str, Any] = {"helmDefaults": _defaults(plan.helm_defaults, releases)}
    repositories = dict(sorted(_repositories(releases)))
    if repositories:
        body["repositories"] = [{"name": name, "url": url} for name, url in repositories.items()]
    namespaces = {release.name: release.namespace for release in releases}
    body["releases"] = [_release(release, here, namespaces, body["helmDefaults"]) for release in releases]
    return _text({"environments": environments}, body)


def by_region(environment: EnvironmentPlan) -> dict[str | None, list[Release]]:
    """The environment's releases by region, in the order of the waves; regions without releases are left out."""
    found: dict[str | None, list[Release]] = {region: [] for region in environment.regions or (None,)}
    for release in environment.releases:
        found[release.region].append(release)
    return {region: releases for region, releases in found.items() if releases}


def _text(environments: dict[str, Any], body: dict[str, Any]) -> str:
    problems = [
        Problem(f"`{text}` holds `{{{{`, which helmfile takes for a template", hint="choose another name")
        for text in _strings((environments, body))
        if "{{" in text
    ]
    if problems:
        raise InputError(problems)
    return f"{yamlio.dumps(environments, places.GENERATED)}---\n{yamlio.dumps(body)}"


def _strings(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield key
            yield from _strings(value)
    elif isinstance(data, list | tuple):
        for item in data:
            yield from _strings(item)


def _selected(*, chosen: bool) -> dict[str, Any]:
    return {"values": [{"selected": {"enabled": chosen}}]}


def _defaults(defaults: HelmDefaults, releases: Sequence[Release]) -> dict[str, Any]:
    contexts = {release.kube_context for release in releases}
    if len(contexts) > 1:
        raise ValueError(f"BUG: one region on several clusters: {contexts}")
    context = contexts.pop()
    return {
        "wait": defaults.wait,
        "atomic": defaults.atomic,
        "timeout": defaults.timeout,
        "historyMax": defaults.max_history,
        "skipDeps": True,
        "createNamespace": defaults.create_namespace and any(release.create_namespace for release in releases),
        **({"kubeContext": context} if context else {}),
    }


def _release(release: Release, here: str, namespaces: Mapping[str, str], defaults: Mapping[str, Any]) -> dict[str, Any]:
    labels = {"environment": release.environment, "region": release.region, "service": release.service}
    files = [places.values(release), *(layer.file for layer in release.developer)]
    written: dict[str, Any] = {
        "name": release.name,
        "namespace": release.namespace,
        "chart": _chart(release.chart, here),
        "version": release.chart.version if release.chart.repository else None,
        "labels": {name: value for name, value in labels.items() if value},
        "condition": _SELECTED,
        "createNamespace": False if defaults["createNamespace"] and not release.create_namespace else None,
        "timeout": release.timeout,
        "historyMax": release.max_history,
        "needs": [f"{namespaces[name]}/{name}" for name in release.needs],
        "values": [posixpath.relpath(file, here) for file in files],
    }
    return {key: value for key, value in written.items() if value not in (None, [])}


def _chart(chart: ChartRef, here: str) -> str:
    """The chart; a local one with `./` in front.

    Where helmfile 1.x would write a path itself as it finds it, it takes the chart for a remote one, and installs the
    releases that share it one after another (`withChartOperationLock`).
    """
    if not chart.repository:
        return f"./{posixpath.relpath(chart.path or f'{places.CHARTS}/{chart.name}', here)}"
    if chart.repository.startswith("oci://"):
        return f"{chart.repository.rstrip('/')}/{chart.name}"
    return f"{_repository_name(chart.repository)}/{chart.name}"


def _repositories(releases: Sequence[Release]) -> Iterator[tuple[str, str]]:
    for release in releases:
        url = release.chart.repository
        if url and not url.startswith("oci://"):
            yield _repository_name(url), url


def _repository_name(url: str) -> str:
    """A name for the repository in the user's own helm settings, which know it by name: another URL has another."""
    readable = re.sub(r"[^a-z0-9]+", "-", url.split("://", 1)[-1].lower()).strip("-")
    return f"{readable}-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
