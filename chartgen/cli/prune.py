"""`chartgen prune`."""

from __future__ import annotations

import typer

from chartgen.cli import console
from chartgen.cli.asking import agreed
from chartgen.cli.operating import DeleteVolumes, Yes, show_outcome, show_removal
from chartgen.cli.options import OneEnvironment, Regions, selection, session


def command(
    context: typer.Context,
    environment: OneEnvironment = None,
    region: Regions = None,
    delete_volumes: DeleteVolumes = False,
    yes: Yes = False,
) -> int:
    """Remove releases of this project that the spec does not have any more; never anybody else's.

    Shows what goes and what stays first.
    """
    from chartgen.actions.prune import plan
    from chartgen.actions.removal import carry_out

    own = session(context)
    found = plan(own.project, selection(environment, region, None))
    for target in found.unseen:
        console.note(f"{target.title}: other namespaces than {', '.join(target.namespaces)} may not be looked at")
    if not found.removals:
        console.note("nothing to prune")
        return 0
    show_removal(found.removals, delete_volumes=delete_volumes)
    number = sum(len(each.releases) for each in found.removals)
    if not agreed(f"Remove {number} release{'s' if number > 1 else ''}?", yes=yes):
        return 1
    told = (lambda _: None) if own.quiet else console.note
    return show_outcome(carry_out(found.removals, told, delete_volumes=delete_volumes), failed=3)
