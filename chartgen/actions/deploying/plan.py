"""What a deploy will do: each chosen release beside what is deployed, and what there is to say against it."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from chartgen.actions.check import judge, settle
from chartgen.actions.deploying.prepare import Asked, Ready, published
from chartgen.actions.live import Target, steps
from chartgen.actions.template import render
from chartgen.checks import run
from chartgen.cluster import contents, preflight, stored
from chartgen.cluster.absent import absent
from chartgen.cluster.api import Api
from chartgen.cluster.steps import Step, leftovers, restored
from chartgen.cluster.stored import Stored
from chartgen.compare.manifests.objects import changes
from chartgen.compare.manifests.reading import is_hook
from chartgen.errors import InputError, Problem
from chartgen.model import Finding, Manifest

Apis = Mapping[str | None, Api]
"""The APIs of the clusters, by the context of the kubeconfig."""

_SENT = ("create", "upgrade")
_ON_SERVER = "ssa"


@dataclass(frozen=True, slots=True)
class Planned:
    """What a deploy will do in one environment or region.

    Attributes:
        target: where.
        steps: what becomes of each chosen release.
        leftovers: the project's releases that the spec has no more; a deploy leaves them alone.
        objects: how many objects come, go or change, by the title of each release that is passed on.
    """

    target: Target
    steps: tuple[Step, ...]
    leftovers: tuple[Stored, ...] = ()
    objects: Mapping[str, int] = field(default_factory=dict)

    @property
    def sent(self) -> tuple[Step, ...]:
        """The steps that helmfile is given."""
        return tuple(step for step in self.steps if step.action in _SENT)

    @property
    def stuck(self) -> tuple[Step, ...]:
        """The releases at which Helm was interrupted: it refuses to go on with them."""
        return tuple(step for step in self.steps if step.action == "stuck")


@dataclass(frozen=True, slots=True)
class DeployPlan:
    """What a deploy will do.

    Attributes:
        ready: what was known before the clusters were looked at.
        apis: those of the clusters.
        parts: by environment and wave, low first.
        findings: what `chartgen check` has to say about the releases that are passed on.
        preflight: what there is to say about them in their clusters.
        manifests: how many objects were looked at.
    """

    ready: Ready
    apis: Apis
    parts: tuple[Planned, ...]
    findings: tuple[Finding, ...] = ()
    preflight: tuple[Finding, ...] = ()
    manifests: int = 0

    @property
    def sent(self) -> tuple[Step, ...]:
        """The steps that helmfile is given, in all regions."""
        return tuple(step for part in self.parts for step in part.sent)

    @property
    def stuck(self) -> tuple[Step, ...]:
        """The releases at which Helm was interrupted, in all regions."""
        return tuple(step for part in self.parts for step in part.stuck)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stops it."""
        found = (*self.findings, *self.preflight)
        return tuple(finding for finding in found if finding.severity == "error" and not finding.allowed)


def plan(directory: pathlib.Path, ready: Ready, apis: Apis, asked: Asked) -> DeployPlan:
    """What a deploy will do; what it will send is rendered and checked, and the clusters are only read.

    Raises:
        InputError: a release that is to be sent cannot be rendered, or its chart is not where it was.
        ToolError: a cluster or a repository cannot be reached, or there is no engine.
    """
    parts = [_planned(target, ready, apis[target.context], asked) for target in ready.live.targets]
    sent = [step.release for part in parts for step in part.sent]
    if asked.force_conflicts:
        _forcible(parts)
    published(directory, (release.chart for release in sent))
    manifests = render(sent, ready.used, asked.engine)
    rules = run.Run()
    findings, _ = judge(manifests, rules)
    settled = settle(findings, sent, ready.live.plan.releases, rules) if sent else []
    told = [finding for part in parts for finding in _preflight(part, manifests, ready, apis, asked)]
    counted = tuple(replace(part, objects=dict(_objects(part, manifests))) for part in parts)
    return DeployPlan(ready, apis, counted, tuple(settled), tuple(told), len(manifests))


def _planned(target: Target, ready: Ready, api: Api, asked: Asked) -> Planned:
    there = stored.current(api, target.namespaces)
    found = _restored(api, steps(target, ready.used, there), there)
    if asked.everything:
        found = tuple(
            replace(step, action="upgrade", reasons=("asked for",)) if step.action == "unchanged" else step
            for step in found
        )
    project = ready.live.plan.project
    old = [
        each
        for each in leftovers(target.whole, there.values(), project, target.environment)
        if each.mark is not None and each.mark.region == target.region
    ]
    return Planned(target, found, tuple(old))


def _restored(api: Api, found: tuple[Step, ...], there: Mapping[tuple[str, str], Stored]) -> tuple[Step, ...]:
    """The steps, with those releases upgraded that would be left as they are, and of which objects are not there."""
    keys = [(step.release.namespace, step.release.name) for step in found]
    gone = absent(api, (there[key] for key, step in zip(keys, found, strict=True) if step.action == "unchanged"))
    return tuple(restored(step, gone.get(key, ())) for key, step in zip(keys, found, strict=True))


def _forcible(parts: Iterable[Planned]) -> None:
    """Fields can be taken where Helm applies on the server; what Helm 3 installed it goes on applying as Helm 3 did.

    Raises:
        InputError: releases where that is so.
    """
    stored_before = ((step.release, step.stored) for part in parts for step in part.sent if step.stored is not None)
    problems = [
        Problem(f"{release.title} was installed by Helm 3: nobody's fields stand in its way")
        for release, before in stored_before
        if before.content.get("apply_method") != _ON_SERVER
    ]
    if problems:
        raise InputError(replace(each, hint="leave out --force-conflicts, or choose with -s") for each in problems)


def _preflight(
    part: Planned, manifests: tuple[Manifest, ...], ready: Ready, apis: Apis, asked: Asked
) -> tuple[Finding, ...]:
    if not part.sent:
        return ()
    own = {id(step.release) for step in part.sent}
    return preflight.check(
        apis[part.target.context],
        part.sent,
        [manifest for manifest in manifests if id(manifest.release) in own],
        charts=ready.used.by_ref,
        regions=ready.live.plan.regions(ready.environment),
        server_dry_run=asked.server_dry_run,
    )


def _objects(part: Planned, manifests: tuple[Manifest, ...]) -> Iterator[tuple[str, int]]:
    """How many objects of each release come, go or change; a label that only names the chart does not count."""
    for step in part.sent:
        now = [each for each in manifests if each.release is step.release and not is_hook(each)]
        before = contents.readable(step.stored)
        if before is None:
            continue
        found = changes([Manifest(step.release, "", each) for each in before], now)
        differ = {change.object for change in found if not change.names_chart}
        yield step.release.title, len(differ.union(step.absent))
