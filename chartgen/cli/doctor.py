"""`chartgen doctor`."""

from __future__ import annotations

from typing import Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import TableOrJson, session

_MISSING = 3


def command(
    context: typer.Context,
    output: Annotated[TableOrJson, typer.Option("-o", "--output", help="The form.")] = TableOrJson.table,
) -> int:
    """Say which tools are there, in which versions, and what to do about those that are not.

    In a project also whether the kubeconfig has the contexts that its environments name. No cluster is asked.
    """
    from chartgen.actions.contexts import contexts
    from chartgen.actions.doctor import doctor, is_usable
    from chartgen.report import columns

    own = contexts(session(context).directory.absolute())
    tools = (*doctor(), *own)
    if output is TableOrJson.json:
        import dataclasses
        import json

        console.result(json.dumps([dataclasses.asdict(tool) for tool in tools], indent=2))
    else:
        rows = [[tool.name, tool.status, tool.version, tool.purpose, tool.remedy] for tool in tools]
        console.result(columns(("tool", "status", "version", "what for", "what to do"), rows))
    return 0 if is_usable(tools) and not any(tool.status == "problem" for tool in own) else _MISSING
