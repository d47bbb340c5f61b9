"""Moves hand edits of generated values files into the developer's own values files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chartgen import files, yamlio
from chartgen.actions.committed import last_committed
from chartgen.actions.difference import difference, settle
from chartgen.actions.render import RenderResult, last_written, write
from chartgen.actions.survey import survey
from chartgen.errors import InputError, Problem, Where, did_you_mean, dotted
from chartgen.model import ChartRef, Layer, Plan, Release, Values
from chartgen.model import Path as KeyPath
from chartgen.outputs import places
from chartgen.outputs.tree import outputs
from chartgen.outputs.values import OWNER
from chartgen.values import merge_all
from chartgen.yamlio import Comment

Defaults = Callable[[ChartRef], Values]
"""The defaults of a chart: what holds where the values say nothing."""


@dataclass(frozen=True, slots=True)
class Move:
    """What was moved: from which generated file, into which of the developer's, and which entries."""

    path: str
    into: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdoptResult:
    """What `adopt` did.

    Attributes:
        moved: one a file, also where the edit changed nothing but comments or layout.
        refused: why a file was left as it is, and what to do.
        rendered: the render that restored the generated files and named new developer's files; None: nothing to do.
    """

    moved: tuple[Move, ...] = ()
    refused: tuple[Problem, ...] = ()
    rendered: RenderResult | None = None


def adopt(plan: Plan, project: Path, paths: Sequence[str] = (), *, defaults: Defaults = lambda _: {}) -> AdoptResult:
    """Moves the edits, then renders: the developer's file is written before the generated one is restored.

    Changed and added entries go over with the comments beside and above them; removed ones become the chart's default
    or null. All layers together then say what the edited file said. Comments on entries that did not change go to the
    end of the developer's file; an entry that it had already is kept as a comment.

    Arguments:
        paths: generated files, project-relative; none: every one that was edited by hand.
        defaults: the default values of a chart.

    Raises:
        InputError: something is in the way of a file; nothing was written then.
        ToolError: the system refuses, git hangs, or another chartgen keeps writing here.
    """
    with files.writing(project) as writer:
        wanted = outputs(plan)
        state = files.State.load(project)
        edited = survey(project, wanted, state).edited
        session = _Session(plan, project, wanted, edited, state, defaults)
        moves: list[_Planned] = []
        refused: list[Problem] = []
        for path in dict.fromkeys(paths or sorted(edited)):
            try:
                moves += session.move(path)
            except InputError as error:
                refused += error.problems
        if not moves:
            return AdoptResult((), tuple(refused))
        files.check(project, [*wanted, *(move.into for move in moves)])
        writer.write({move.into: move.text.encode() for move in moves if move.text})
        rendered = write(writer, outputs(_with(plan, moves)), overwrite={move.path for move in moves})
    return AdoptResult(tuple(Move(move.path, move.into, move.keys) for move in moves), tuple(refused), rendered)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A move: `text` is the developer's file afterwards, empty where it does not change."""

    path: str
    into: str
    keys: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class _Session:
    whole: Plan
    project: Path
    wanted: Mapping[str, bytes]
    edited: Mapping[str, bytes]
    state: files.State
    defaults: Defaults

    def move(self, path: str) -> Iterator[_Planned]:
        """The move of one file; none when there is nothing to move.

        Raises:
            InputError: it cannot be moved.
        """
        release = next((release for release in self.whole.releases if places.values(release) == path), None)
        if release is None:
            raise InputError(self._no_values(path))
        content = files.read(self.project, path)
        if content is None or content == self.wanted[path]:
            return
        yield self._planned(release, path, content)

    def _no_values(self, path: str) -> Problem:
        where = Where(path)
        if path.startswith(f"{places.CHARTS}/"):
            hint = "put it into the overlay of `build:`, then `chartgen render --force`"
            return Problem("edits of the chart cannot be moved", where, hint=hint)
        if path in self.wanted:
            hint = f"say it in {places.SPEC}, then `chartgen render --force`"
            what = "exported permissions" if path.endswith(".json") else "a helmfile"
            return Problem(f"edits of {what} cannot be moved", where, hint=hint)
        if path in self.edited:
            hint = "move by hand what is still of use, then remove the file, or `chartgen render --force`"
            return Problem("no release takes these values any more", where, hint=hint)
        return Problem("no generated file", where, hint=did_you_mean(path, self.wanted))

    def _planned(self, release: Release, path: str, content: bytes) -> _Planned:
        edited = _values(content, path)
        base = self._base(path, content)
        changes = list(difference(_values(base, path), edited))
        if any(change[0] == OWNER for change, _ in changes):
            hint = "undo that edit; it is how a live release is known as chartgen's"
            raise InputError(f"`{OWNER}` cannot be moved", Where(path), hint)
        into = release.developer_files[-1]
        self._check_named(release, into)
        before = files.read(self.project, into) or b""
        own = _values(before, into)
        general = merge_all(layer.values for layer in release.developer if layer.file != into)
        generated = _values(self.wanted[path], path)
        settings = settle(generated, general, own, changes, self.defaults(release.chart))
        notes = _comments(_text(content), _text(base), [change[0] for change in changes])
        for key, value in _overridden(own, settings):
            note = notes.get(key, Comment())
            notes[key] = replace(note, above=(f"# was: {json.dumps(value)}", *note.above))
        text = _text(before)
        after = yamlio.edit(text or _header(release), settings, notes, into) if settings or notes else text
        return _Planned(path, into, tuple(dotted(key) for key in settings), "" if after == text else after)

    def _base(self, path: str, edited: bytes) -> bytes:
        """What the edit was made on: what chartgen last wrote there, as far as can be known.

        Not simply what it would write now: what the spec changed since must not count as the person's edit.
        """
        written = last_written(self.project).get(path, "").encode()
        for content in (written, self.wanted[path]):
            if content and self.state.wrote(path, content):
                return content
        committed = last_committed(self.project, path)
        return committed if committed and committed != edited else self.wanted[path]

    def _check_named(self, release: Release, into: str) -> None:
        """A developer's file that the helmfile does not name yet, and cannot, would be of no effect."""
        helmfile = places.helmfile(release.environment, release.region)
        if helmfile in self.edited and into not in {layer.file for layer in release.developer}:
            hint = f"it has to name {into}: say your edit in {places.SPEC}, then `chartgen render --force`"
            raise InputError("was edited by hand too", Where(helmfile), hint)


def _with(plan: Plan, moves: Sequence[_Planned]) -> Plan:
    """The plan once the developer's new files exist."""
    new = {move.path: move.into for move in moves if move.text}

    def named(release: Release) -> Release:
        into = new.get(places.values(release))
        if into is None or into in {layer.file for layer in release.developer}:
            return release
        return replace(release, developer=(*release.developer, Layer(into, {})))

    environments = (replace(each, releases=tuple(map(named, each.releases))) for each in plan.environments)
    return replace(plan, environments=tuple(environments))


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig")


def _values(content: bytes, path: str) -> Values:
    data = yamlio.loads(content, path)
    if not isinstance(data, dict | None):
        raise InputError("is not a map of values", Where(path, 1, 1))
    return data or {}


def _overridden(own: Values, settings: Mapping[KeyPath, Any]) -> Iterator[tuple[KeyPath, Any]]:
    for path in settings:
        here: Any = own
        for key in path:
            here = here.get(key) if isinstance(here, dict) else None
        if here is not None:
            yield path, here


def _comments(edited: str, base: str, changed: Sequence[KeyPath]) -> dict[KeyPath, Comment]:
    """What the person wrote: at entries that changed, or above them, to go along; the rest to the file's end."""
    ours = set(base.splitlines())
    along: dict[KeyPath, Comment] = {}
    rest: list[str] = []
    for path, comment in yamlio.comments(edited).items():
        above = tuple(line for line in comment.above if line not in ours)
        if any(path[: len(change)] == change or change[: len(path)] == path for change in changed) and path:
            along[path] = Comment(above, comment.beside)
        else:
            about = f"# at {dotted(path)}: " if path and path[0] != OWNER else "# "
            rest += [about + line.lstrip("# ") for line in (*above, comment.beside) if line]
    found = {path: comment for path, comment in along.items() if comment != Comment()}
    return {**found, **({(): Comment(tuple(rest))} if rest else {})}


def _header(release: Release) -> str:
    place = "/".join(part for part in (release.environment, release.region) if part)
    return f"# Values of {release.service} in {place} that chartgen's spec does not give.\n"
