"""`chartgen render`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import session

if TYPE_CHECKING:
    from chartgen.actions.render import RenderResult


def command(
    context: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 with a diff if need be.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that were edited by hand, too.")] = False,
) -> int:
    """Write the values files and helmfiles of every environment."""
    from chartgen.actions.project import render_project

    own = session(context)
    done = render_project(own.project, force=force, check=check)
    if check:
        console.result(done.diff)
    elif not own.quiet:
        for path in (*done.written, *done.removed) if own.verbose else ():
            console.result(f"{'removed' if path in done.removed else 'wrote'} {path}")
    if not own.quiet:
        console.note(_summary(done, check=check))
    for path in done.kept_edited:
        console.note(f"{path} was edited by hand and is left as it is")
    if done.kept_edited:
        console.note("  hint: `chartgen adopt` moves the edits into files of your own; `--force` overwrites them")
    for path in done.foreign if own.verbose else ():
        console.note(f"{path} is not chartgen's and is left alone")
    return int(bool(done.kept_edited) or (check and not done.clean))


def _summary(done: RenderResult, *, check: bool) -> str:
    if done.clean:
        return f"{len(done.unchanged)} files are up to date"
    verbs = ("would write", "would remove") if check else ("wrote", "removed")
    counts = zip(verbs, (len(done.written), len(done.removed)), strict=True)
    changes = [f"{verb} {number} {'file' if number == 1 else 'files'}" for verb, number in counts if number]
    same = [f"{len(done.unchanged)} unchanged"] if done.unchanged else []
    return ", ".join([*changes, *same])
