"""Writes the generated files, and loses nothing that somebody else wrote."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chartgen import files
from chartgen.actions.survey import Survey, is_marked, standing, survey
from chartgen.model import Plan
from chartgen.outputs import places

LAST: Final = ".chartgen/last.json"
"""The values files as chartgen last wrote them, for `adopt` to tell a hand edit from a change of the spec."""


@dataclass(frozen=True, slots=True)
class RenderResult:
    """What `render` did, or (with `check`) would do; paths are project-relative.

    Attributes:
        written, removed: the files that it wrote, and those that no longer belong.
        unchanged: the files that were as they should be.
        kept_edited: the files that it left alone because somebody edited them: `chartgen adopt PATH`, or `--force`.
        foreign: files among the generated ones that are not chartgen's; they stay.
        diff: with `check`, what would change, as a unified diff.
    """

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept_edited: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    diff: str = ""

    @property
    def clean(self) -> bool:
        """Whether the files are, without this run, what the spec says."""
        return not (self.written or self.removed or self.kept_edited)


def render(plan: Plan, project: Path, *, force: bool = False, check: bool = False, inputs: str = "") -> RenderResult:
    """Writes what differs from the plan's outputs, removes what no longer belongs, leaves what somebody edited.

    Arguments:
        force: overwrites and removes edited files too.
        check: writes nothing at all, and says what would change.
        inputs: a digest of all that the plan was made from; `up_to_date` knows by it that nothing is to be done.

    Raises:
        InputError: something is in the way of a file; nothing was written then.
        ToolError: the system refuses, git hangs, or another chartgen keeps writing here.
    """
    from chartgen.outputs.tree import outputs  # slow to import, and not needed to find that nothing is to be done

    wanted = outputs(plan)
    if check:
        found = survey(project, wanted, files.State.load(project))
        return _result(found if not force else _forced(found, found.edited, wanted), wanted, diff=True)
    with files.writing(project) as writer:
        return write(writer, wanted, overwrite=None if force else (), inputs=inputs)


def up_to_date(project: Path, inputs: str) -> RenderResult | None:
    """The result of a render that has nothing to do, None where one has to look closer.

    Reads every generated file, but spares planning and writing them anew.

    Arguments:
        inputs: the digest of all that a plan would be made from now.
    """
    state = files.State.load(project)
    if not inputs or state.inputs != inputs:
        return None
    for path, digests in state.written.items():
        content = files.read(project, path)
        if content is None or [files.digest(content)] != list(digests):
            return None
    foreign = tuple(path for path in standing(project) if path not in state.written)
    if places.LOCK in foreign or any(is_marked(project, path) for path in foreign):
        return None
    return RenderResult(unchanged=tuple(sorted(state.written)), foreign=foreign)


def write(
    writer: files.Writer, wanted: Mapping[str, bytes], *, overwrite: Collection[str] | None, inputs: str = ""
) -> RenderResult:
    """What `render` does once it may write.

    The state first says that a file may be old or new, and only the new at the end: so a run that is killed between
    leaves no file that the next one takes for a hand edit.

    Arguments:
        overwrite: the files to write or remove although they were edited; None: all.
    """
    project = writer.project
    before = files.State.load(project)
    found = survey(project, wanted, before)
    edited = found.edited
    found = _forced(found, edited if overwrite is None else overwrite, wanted)
    changing = bool(found.outdated or found.stale)
    if changing:
        writer.write({files.STATE: _under_way(before, found, wanted, edited).encode()})
        writer.write({path: wanted[path] for path in found.outdated})
        writer.remove(found.stale)
    after = _done(before, found, wanted, inputs)
    if changing or after != before:
        writer.sweep(places.DIRECTORY)
        writer.write({LAST: _last(project, found, wanted)})
        writer.write({files.STATE: after.encode()})
    return _result(found, wanted, diff=False)


def last_written(project: Path) -> dict[str, str]:
    """The values files as chartgen last wrote them, by path; the digests of the state tell which are true."""
    try:
        data = json.loads(files.read(project, LAST) or b"{}")
    except (ValueError, RecursionError):
        return {}
    return {str(path): str(text) for path, text in data.items()} if isinstance(data, dict) else {}


def _forced(found: Survey, overwrite: Collection[str], wanted: Mapping[str, bytes]) -> Survey:
    taken = {path: content for path, content in found.edited.items() if path in overwrite}
    return Survey(
        unchanged=found.unchanged,
        outdated={**found.outdated, **{path: content for path, content in taken.items() if path in wanted}},
        stale={**found.stale, **{path: content for path, content in taken.items() if path not in wanted}},
        edited={path: content for path, content in found.edited.items() if path not in overwrite},
        foreign=found.foreign,
    )


def _under_way(
    before: files.State, found: Survey, wanted: Mapping[str, bytes], edited: Mapping[str, bytes]
) -> files.State:
    """The state while files change: a content that was chartgen's stays known, an edited one does not become so."""
    written: dict[str, tuple[str, ...]] = dict(before.written)
    written.update({path: (files.digest(wanted[path]),) for path in found.unchanged})
    for path, content in {**found.outdated, **found.stale}.items():
        known = (None if path in edited else content, wanted.get(path))
        written[path] = tuple(files.digest(each) for each in known if each is not None)
    return files.State(written)


def _done(before: files.State, found: Survey, wanted: Mapping[str, bytes], inputs: str) -> files.State:
    done = {path: (files.digest(content),) for path, content in wanted.items() if path not in found.edited}
    left = {path: before.written[path] for path in found.edited if path in before.written}
    return files.State({**done, **left}, "" if found.edited else inputs)


def _last(project: Path, found: Survey, wanted: Mapping[str, bytes]) -> bytes:
    texts = {path: wanted[path].decode() for path in wanted if places.is_values(path) and path not in found.edited}
    if found.edited:
        known = last_written(project)
        texts.update({path: known[path] for path in found.edited if path in known})
    return json.dumps(texts).encode()


def _result(found: Survey, wanted: Mapping[str, bytes], *, diff: bool) -> RenderResult:
    changes = {**found.outdated, **found.stale}
    shown = (_diff(path, changes[path], wanted.get(path)) for path in sorted(changes)) if diff else ()
    return RenderResult(
        written=tuple(sorted(found.outdated)),
        removed=tuple(sorted(found.stale)),
        unchanged=found.unchanged,
        kept_edited=tuple(sorted(found.edited)),
        foreign=found.foreign,
        diff="".join(shown),
    )


def _diff(path: str, old: bytes | None, new: bytes | None) -> str:
    before, after = ((content or b"").decode(errors="replace").splitlines(keepends=True) for content in (old, new))
    names = ("/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}")
    lines = difflib.unified_diff(before, after, *names)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)
