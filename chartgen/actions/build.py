"""`chartgen build`: charts assembled, tried, versioned by what changed, packaged, signed and published."""

from __future__ import annotations

import datetime as dt
import os
import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from chartgen import engine
from chartgen.actions import proof
from chartgen.actions.gating import Gated, Wish, gate
from chartgen.actions.publish import Made, Signing, cosign_key, publish_all, signed, signer
from chartgen.actions.sources import Source, sources
from chartgen.chart import artifacthub, changes, package, validate
from chartgen.chart.changes import Section
from chartgen.chart.finish import finished
from chartgen.checks import secrets
from chartgen.errors import InputError, Problem
from chartgen.model import Chart, Package
from chartgen.publish.interface import Access, OtherBytesError, Repository
from chartgen.publish.open import repository
from chartgen.spec.load import load
from chartgen.spec.project import Project

_ATTEMPTS = 5
"""How often a version is picked anew when somebody else publishes the one that was picked."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be built, and where it goes.

    Attributes:
        charts: names or directories of charts of the project; none: the shared chart.
        every: all of them.
        publish: the addresses of the repositories that it goes to.
        against: the repository whose versions it is compared with, beside those that it goes to.
        version: which version it gets.
        signing: with which keys.
        access: how the repositories are reached.
        engine: the name of the engine; None: the one that is there.
    """

    charts: Sequence[str] = ()
    every: bool = False
    publish: Sequence[str] = ("dist/charts",)
    against: str | None = None
    version: Wish = field(default_factory=Wish)
    signing: Signing = field(default_factory=Signing)
    access: Access = field(default_factory=Access)
    engine: str | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A chart that was built: what the gate said, where its package is, and how many renderings vouch for it.

    `renderings` is 0 where nothing has changed since it was published.
    """

    gated: Gated
    made: Made
    renderings: int


@dataclass(frozen=True, slots=True)
class _Ready:
    gated: Gated
    package: Package
    renderings: int


def build(directory: pathlib.Path, wanted: Wanted, environment: Mapping[str, str] = os.environ) -> tuple[Built, ...]:
    """Builds charts of the project. Nothing is published before all of them are ready.

    Where nothing has changed since the last version, that one is published wherever it is missing, as it is.

    Arguments:
        environment: where SOURCE_DATE_EPOCH is looked up (reproducible-builds.org).

    Raises:
        InputError: the spec or a chart is wrong, its version says less than its changes, it is published already with
            other bytes, or it is not signed as the project wants.
        ToolError: there is no engine, or a repository cannot be reached.
    """
    epoch = _epoch(environment)
    key = cosign_key(wanted.signing)
    project = load(directory)
    destinations = [repository(address, wanted.access) for address in wanted.publish]
    known = [*destinations, *([repository(wanted.against, wanted.access)] if wanted.against else [])]
    found = sources(project, wanted.charts, every=wanted.every, version=wanted.version.version)
    now = dt.datetime.now(dt.UTC) if epoch is None else dt.datetime.fromtimestamp(epoch, dt.UTC)
    for attempt in range(1, _ATTEMPTS + 1):
        ready = _all_ready(project, found, known, wanted, package.EPOCH if epoch is None else epoch)
        try:
            return tuple(
                Built(one.gated, publish_all(one.package, destinations, key, now), one.renderings) for one in ready
            )
        except OtherBytesError:
            if attempt == _ATTEMPTS or not wanted.version.bump:
                raise
    raise AssertionError  # the last attempt returns or raises


def _all_ready(
    project: Project, found: Sequence[Source], known: Sequence[Repository], wanted: Wanted, mtime: int
) -> list[_Ready]:
    ready: list[_Ready] = []
    problems: list[Problem] = []
    for source in found:
        try:
            ready.append(_ready(project, source, known, wanted, mtime))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    made = signed([one.package for one in ready], wanted.signing, project)
    return [replace(one, package=package) for one, package in zip(ready, made, strict=True)]


def _ready(project: Project, source: Source, known: Sequence[Repository], wanted: Wanted, mtime: int) -> _Ready:
    chart = source.chart
    validate.validate(chart)
    leaks = list(secrets.in_files(chart.files))
    if leaks:
        raise InputError(leaks)
    helm = engine.choose(wanted.engine)
    gated = gate(source, known, wanted.version, helm)
    if gated.base is not None and not gated.changed:
        return _Ready(gated, gated.base, 0)
    tried = proof.prove(chart, source.cases, helm)
    made = package.package(_finished(chart, gated, tried.images, project), mtime)
    return _Ready(gated, made, tried.renderings)


def _finished(chart: Chart, gated: Gated, images: Sequence[str], project: Project) -> Chart:
    told = gated.verdict.changes if gated.verdict else ()
    lines = [f"**{change.level}** `{change.path}`: {change.message}" for change in told]
    section = Section(gated.version, gated.base.version if gated.base else "", lines)
    entries = [{"kind": change.kind, "description": f"{change.path}: {change.message}"} for change in told]
    annotations = artifacthub.made(gated.version, entries, images, signer(project))
    earlier = gated.before.files.get(changes.MADE) if gated.before else None
    return finished(chart, section, earlier, annotations)


def _epoch(environment: Mapping[str, str]) -> int | None:
    text = environment.get("SOURCE_DATE_EPOCH", "")
    if text and not text.isdecimal():
        raise InputError(Problem(f"SOURCE_DATE_EPOCH is `{text}`", expected="a number of seconds since 1970"))
    return int(text) if text else None
