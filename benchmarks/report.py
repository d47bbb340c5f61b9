"""The results as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from benchmarks import machine
from benchmarks.commands import FIRST, HELP, ONE, TYPER, UNCHANGED, Project
from benchmarks.measure import Measured
from benchmarks.releasing import MERGE, OURS, PUBLISH, TWICE, Releasing
from benchmarks.results import MIB, Engine, Goal, Results
from benchmarks.templating import CLI_3, CLI_4, EMBEDDED, Templating
from benchmarks.templating import OURS as OUR_WAYS

_TEMPLATING = ("releases", "with", "time", "a release", "peak memory", "embedded gains", "chartgen, helm gains")
_OTHERS = ("what", "time", "peak memory", "beside", "ratio")
_GOALS = ("goal", "asked", "measured", "")


def markdown(results: Results, goals: Sequence[Goal], load: str) -> str:
    """The tables; `load`: how busy the machine was when the run began."""
    busy = f"Load average when the run began: {load}."
    rows = [row for templating in results.templating for row in _templating(templating)]
    marks = [(goal.what, goal.asked, goal.measured, "met" if goal.met else "**not met**") for goal in goals]
    parts = [
        f"{machine.description()} {busy}",
        f"## Templating\n\n{_table(_TEMPLATING, rows)}",
        f"{_notes(results.templating)}",
        f"## Other commands\n\n{_table(_OTHERS, _others(results))}",
        f"## Goals\n\n{_table(_GOALS, marks)}",
    ]
    return "\n\n".join(parts) + "\n"


def _templating(templating: Templating) -> Iterator[tuple[str, ...]]:
    for way, measured in templating.by_way.items():
        scaled = way in templating.scaled
        cli = CLI_4 if "helm 4" in way else CLI_3
        yield (
            f"{templating.releases:,}",
            way,
            f"{'≈ ' if scaled else ''}{measured.seconds:.2f} s",
            f"{measured.seconds / templating.releases * 1000:.1f} ms",
            _memory(measured),
            "" if way == EMBEDDED else f"{templating.gain(way, EMBEDDED):.1f}×",
            "" if way in OUR_WAYS else f"{templating.gain(way, cli):.1f}×",
        )


def _notes(all_sizes: Iterable[Templating]) -> str:
    objects = ", ".join(f"{templating.objects:,} for {templating.releases:,} releases" for templating in all_sizes)
    text = f"Every way gave the same objects: {objects}."
    if any(templating.scaled for templating in all_sizes):
        text += " ≈: measured with fewer releases and multiplied; the objects of these were compared there."
    return text


def _others(results: Results) -> Iterator[tuple[str, ...]]:
    yield _engine(results.engine)
    yield from _render(results.render, (FIRST, UNCHANGED, ONE))
    yield (f"`check` of {results.checked:,} releases", _time(results.check.seconds), _memory(results.check), "", "")
    ours, theirs = results.start[HELP], results.start[TYPER]
    beside = f"`python -c 'import typer'`, {_time(theirs.seconds)}"
    yield (f"`{HELP}`", _time(ours.seconds), _memory(ours), beside, f"{ours.seconds / theirs.seconds:.2f}")
    yield from _releasing(results.releasing)
    if results.whole is not None:
        yield from _render(results.whole, (FIRST, UNCHANGED))
        whole = results.whole.by_what["check"]
        yield (f"`check` of {results.whole.releases:,} releases", _time(whole.seconds), _memory(whole), "", "")


def _releasing(releasing: Releasing) -> Iterator[tuple[str, ...]]:
    for releases, by_way in releasing.impacts.items():
        yield _beside(f"`impact` of {releases:,} releases", by_way, OURS, TWICE)
    what = f"one version more in a repository of {releasing.versions:,}"
    yield _beside(what, releasing.publishing, PUBLISH, MERGE)


def _beside(what: str, by_way: Mapping[str, Measured], ours: str, theirs: str) -> tuple[str, ...]:
    own, other = by_way[ours], by_way.get(theirs)
    if other is None:
        return what, _time(own.seconds), _memory(own), "", ""
    beside = f"{theirs}, {_time(other.seconds)}"
    return what, _time(own.seconds), _memory(own), beside, f"{own.seconds / other.seconds:.3f}"


def _engine(engine: Engine) -> tuple[str, ...]:
    what = f"`engine.template` of {engine.releases:,} releases, in process"
    beside = f"the bare render call, {_time(engine.bare)}"
    return what, _time(engine.engine), "", beside, f"{engine.engine / engine.bare:.2f}"


def _render(project: Project, situations: Sequence[str]) -> Iterator[tuple[str, ...]]:
    first = project.by_what[FIRST]
    for situation in situations:
        measured = project.by_what[situation]
        beside = "" if situation == FIRST else FIRST
        ratio = "" if situation == FIRST else f"{measured.seconds / first.seconds:.3f}"
        what = f"`render` of {project.releases:,} values files, {situation}"
        yield (what, _time(measured.seconds), _memory(measured), beside, ratio)


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s"


def _memory(measured: Measured) -> str:
    return f"{measured.peak / MIB:.0f} MiB"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
