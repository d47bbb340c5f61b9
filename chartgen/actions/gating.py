"""Which version a chart gets: what is published is what it is compared with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from chartgen.actions.sources import Source
from chartgen.chart import package as packages
from chartgen.compare import corpus, versions
from chartgen.compare import gate as gates
from chartgen.compare.gate import Verdict
from chartgen.engine.interface import Engine
from chartgen.errors import InputError, Problem
from chartgen.model import Chart, Package
from chartgen.publish.interface import Repository

_MOST = 40
"""How many changes a refusal names."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which version is wanted.

    Attributes:
        version: this one; None: the chart's own.
        bump: the one that the changes demand, but none below `version`.
        force_same: a new version though nothing has changed.
    """

    version: str | None = None
    bump: bool = False
    force_same: bool = False


@dataclass(frozen=True, slots=True)
class Gated:
    """What the gate says.

    Attributes:
        version: the one that the chart gets.
        base: the published package that it was compared with; None: there is none.
        before: the chart in it.
        verdict: what has changed since; None without a base.
        changed: whether there is anything to publish anew: else `base` is the package.
    """

    version: str
    base: Package | None = None
    before: Chart | None = None
    verdict: Verdict | None = None
    changed: bool = True


def gate(source: Source, published_in: Sequence[Repository], wish: Wish, helm: Engine) -> Gated:
    """Compares the chart with the highest published version below its own, over all repositories.

    Raises:
        InputError: the version wanted is below what the changes demand.
        ToolError: a repository cannot be read, or there is no engine.
    """
    chart = source.chart
    places = _places(chart.name, published_in)
    own = wish.version or chart.version
    known = versions.highest_below(places, None) if wish.bump else _counterpart(own, places)
    if known is None:
        return Gated(own)
    base = places[known].fetch(chart.name, known)
    old = packages.chart(base)
    verdict = gates.judge(old, chart, corpus.cases((old, chart), source.cases), helm)
    if verdict.level is None and not wish.force_same:
        return Gated(base.version, base, old, verdict, changed=False)
    if wish.bump:
        return Gated(
            versions.higher(versions.demanded(base.version, verdict.level or "patch"), own), base, old, verdict
        )
    refusal = versions.refusal(own, base.version, verdict.level)
    if known == own:
        least = versions.demanded(base.version, verdict.level or "patch")
        why = "and the chart has changed since: it needs" if verdict.level else "and so needs"
        refusal = f"{own} is published already, {why} {least} or higher"
    if refusal:
        raise InputError(_refusal(refusal, source, wish, verdict))
    return Gated(own, base, old, verdict)


def _counterpart(own: str, published: Collection[str]) -> str | None:
    """What a version is compared with: itself, or one that is neither above nor below it, else the highest below."""
    if own in published:
        return own
    return versions.twin(published, own) or versions.highest_below(published, own)


def _places(name: str, repositories: Sequence[Repository]) -> dict[str, Repository]:
    """Where each published version is: in the first repository that has it."""
    places: dict[str, Repository] = {}
    for repository in repositories:
        for entry in repository.versions(name):
            places.setdefault(entry.version, repository)
    return places


def _refusal(message: str, source: Source, wish: Wish, verdict: Verdict) -> list[Problem]:
    where, path = (None, "--version") if wish.version else source.version_place
    hint = "name a higher version, or let `--bump auto` pick it"
    demanding = [change for change in verdict.changes if change.level == verdict.level]
    changes = [Problem(f"{change.message} ({change.level})", path=change.path) for change in demanding]
    return [Problem(f"{source.chart.name}: {message}", where, path, hint=hint), *changes[:_MOST]]
