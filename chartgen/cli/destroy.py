"""`chartgen destroy`."""

from __future__ import annotations

from typing import Annotated

import typer

from chartgen.cli import console
from chartgen.cli.asking import named
from chartgen.cli.operating import DeleteVolumes, show_outcome, show_problems, show_removal
from chartgen.cli.options import Regions, Services, selection, session


def command(
    context: typer.Context,
    environment: Annotated[list[str], typer.Option("-e", "--environment", help="Which one.", metavar="ENV")],
    region: Regions = None,
    service: Services = None,
    delete_volumes: DeleteVolumes = False,
    confirm: Annotated[
        str | None,
        typer.Option("--confirm", help="The environment's name, instead of asking for it.", metavar="ENV"),
    ] = None,
) -> int:
    """Remove the releases of an environment, those that need others first.

    Shows what goes and what stays, then asks for the environment's name.
    """
    from chartgen.actions.destroy import plan
    from chartgen.actions.removal import carry_out

    own = session(context)
    found = plan(own.project, selection(environment, region, service))
    show_problems(found.notes)
    if not any(each.releases or (delete_volumes and each.claims) for each in found.removals):
        show_removal(found.removals, delete_volumes=delete_volumes)
        console.note("nothing to destroy")
        return 0
    show_removal(found.removals, delete_volumes=delete_volumes)
    [name] = dict.fromkeys(environment)
    if not named(name, f"Destroy this? Write the environment's name, {name}, to go on:", confirm):
        return 1
    told = (lambda _: None) if own.quiet else console.note
    return show_outcome(carry_out(found.removals, told, delete_volumes=delete_volumes), failed=3)
