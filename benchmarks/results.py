"""All that one run measures, and what it is held against."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from benchmarks.commands import FIRST, HELP, TYPER, UNCHANGED, Project
from benchmarks.measure import Measured
from benchmarks.releasing import OURS, PUBLISH, Releasing
from benchmarks.templating import CLI_3, CLI_4, EMBEDDED, HELMFILE, INSTEAD, LOOP_3, LOOP_4, Templating

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Engine:
    """Seconds that so many releases take `engine.template`, and the bare render call."""

    releases: int
    engine: float
    bare: float


@dataclass(frozen=True, slots=True)
class Results:
    """Everything measured; `whole` is left out of a quick run."""

    templating: tuple[Templating, ...]
    engine: Engine
    render: Project
    check: Measured
    checked: int
    start: Mapping[str, Measured]
    releasing: Releasing
    whole: Project | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """What is asked, what was measured, and whether that is enough."""

    what: str
    asked: str
    measured: str
    met: bool


def goals(results: Results) -> Iterator[Goal]:
    """Every goal that this run can tell about."""
    most = results.templating[-1]
    embedded = min(most.gain(way, EMBEDDED) for way in INSTEAD)
    cli = min(most.gain(LOOP_4, CLI_4), most.gain(LOOP_3, CLI_3), most.gain(HELMFILE, CLI_3))
    for ours, gain, needed, wanted in (("embedded", embedded, 15, 25), ("the helm program alone", cli, 6, 10)):
        what = f"`template` of {most.releases:,} releases, {ours}: faster than each of the others"
        yield _at_least(what, gain, needed)
        yield _at_least(what, gain, wanted)
    yield _at_most("the engine beside the bare render call", results.engine.engine / results.engine.bare, 3)
    yield from _render(results.render)
    yield _at_most("`chartgen --help` beside `import typer`", _ratio(results.start, HELP, TYPER), 2)
    yield from _releasing(results.releasing)
    if results.whole is not None:
        yield from _whole(results.whole)


def _releasing(releasing: Releasing) -> Iterator[Goal]:
    many = max(releasing.impacts)
    yield _seconds(f"`impact` of {many:,} releases", releasing.impacts[many][OURS].seconds, 10)
    what = f"one version more in a repository of {releasing.versions:,}"
    yield _seconds(what, releasing.publishing[PUBLISH].seconds, 3)
    yield _memory(what, releasing.publishing[PUBLISH].peak, 300)


def _render(render: Project) -> Iterator[Goal]:
    what = f"`render` of {render.releases:,} values files"
    yield _seconds(what, render.by_what[FIRST].seconds, 30)
    yield _at_least(f"{what}, nothing changed: faster", _ratio(render.by_what, FIRST, UNCHANGED), 8)
    yield _memory(what, max(measured.peak for measured in render.by_what.values()), 500)


def _whole(whole: Project) -> Iterator[Goal]:
    what = f"`render` and `check` of {whole.services:,} services × {whole.environments} environments"
    yield _seconds(what, whole.by_what[FIRST].seconds + whole.by_what["check"].seconds, 60)
    yield _memory(what, max(measured.peak for measured in whole.by_what.values()), 1024)
    yield _at_least("the same, `render` with nothing changed: faster", _ratio(whole.by_what, FIRST, UNCHANGED), 10)


def _ratio(by_name: Mapping[str, Measured], of: str, to: str) -> float:
    return by_name[of].seconds / by_name[to].seconds


def _at_least(what: str, factor: float, needed: float) -> Goal:
    return Goal(what, f"at least {needed:g}×", f"{factor:.1f}×", factor >= needed)


def _at_most(what: str, factor: float, allowed: float) -> Goal:
    return Goal(what, f"at most {allowed:g}×", f"{factor:.1f}×", factor <= allowed)


def _seconds(what: str, seconds: float, allowed: float) -> Goal:
    return Goal(what, f"under {allowed:g} s", f"{seconds:.1f} s", seconds < allowed)


def _memory(what: str, peak: int, allowed: int) -> Goal:
    return Goal(f"{what}: memory", f"under {allowed:,} MiB", f"{peak / MIB:.0f} MiB", peak < allowed * MIB)
