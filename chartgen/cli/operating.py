"""What the commands share that do something to live releases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from chartgen.cli import console

if TYPE_CHECKING:
    from chartgen.actions.operating import Outcome
    from chartgen.actions.removal import Removal
    from chartgen.errors import Problem

Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking.")]

DeleteVolumes = Annotated[
    bool, typer.Option("--delete-volumes", help="The claims of volumes that would stay, too, and their data with them.")
]


def show_problems(found: Iterable[Problem]) -> None:
    """Notes, with what to do about them."""
    for problem in found:
        console.note(str(problem))


def show_outcome(outcome: Outcome, *, failed: int) -> int:
    """Tells what was done, what failed, and what was not begun; returns the exit code.

    Arguments:
        failed: the exit code where something failed.
    """
    if outcome.done:
        console.result("\n".join(outcome.done))
    if outcome.problems:
        console.problems(outcome.problems)
    if outcome.left:
        console.note(f"not begun: {', '.join(outcome.left)}")
    return failed if outcome.problems else 0


def show_removal(removals: Iterable[Removal], *, delete_volumes: bool) -> None:
    """What goes, in its order, and which claims stay."""
    console.result("\n".join(line for each in removals for line in _lines(each, delete_volumes=delete_volumes)))


def _lines(removal: Removal, *, delete_volumes: bool) -> Iterator[str]:
    from chartgen.actions.removal import title

    yield f"{removal.target.title} ({removal.target.cluster}):"
    for stored in removal.releases:
        yield f"{title(removal.target, stored)}: goes (release {stored.namespace}/{stored.name})"
    for claim in removal.claims:
        goes = claim.goes or delete_volumes
        fate = "goes, and its data with it" if goes else "stays; --delete-volumes removes it"
        yield f"claim {claim.namespace}/{claim.title} of {claim.release}: {fate}"
    for who, what in removal.needed:
        yield f"{who} stays, and needs {what}"
    for name in removal.namespaces:
        yield f"namespace {name}: goes, if Helm made it and nothing is left in it"
