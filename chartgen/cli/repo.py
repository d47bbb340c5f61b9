"""`chartgen repo`: verify, index, deprecate, list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from chartgen.cli import console
from chartgen.cli.options import CaFile, PlainHttp, TableOrJson, access, session

if TYPE_CHECKING:
    from chartgen.publish.interface import Entry

_COLUMNS = ("chart", "version", "created", "deprecated", "digest")
_DIGITS = 12
"""So much of a digest tells it apart, in a table."""

Address = Annotated[
    str, typer.Argument(help="A directory or a URL; the guide on publishing lists the kinds.", metavar="ADDRESS")
]

app = typer.Typer(name="repo", help="Look after a chart repository.", no_args_is_help=True, rich_markup_mode=None)


@app.command("verify")
def verify(context: typer.Context, address: Address, plain_http: PlainHttp = False, ca_file: CaFile = None) -> int:
    """Check that every version is whole and indexed.

    Holds every entry against its package, and every package against the index; exits 1 if something is wrong.
    """
    from chartgen.actions import repo

    found = repo.verify(address, access(plain_http, ca_file))
    if found.problems:
        console.result("\n".join(map(str, found.problems)))
    if not session(context).quiet:
        console.note(_summary(found.versions, len(found.problems), found.elsewhere))
    return 1 if found.problems else 0


@app.command("index")
def index(context: typer.Context, address: Address, plain_http: PlainHttp = False, ca_file: CaFile = None) -> None:
    """Bring index.yaml in line with the packages.

    Takes out what is gone, and lets in what is new; entries that are right stay as they are. A package with other bytes
    than were published is refused.
    """
    from chartgen.actions import repo

    done = repo.reindex(address, access(plain_http, ca_file))
    if done:
        console.result("\n".join(done))
    elif not session(context).quiet:
        console.note("the index is in line with the packages already")


@app.command("deprecate")
def deprecate(
    context: typer.Context,
    address: Address,
    name: Annotated[str, typer.Argument(help="The chart.", metavar="NAME")],
    version: Annotated[str, typer.Argument(help="Which version of it.", metavar="VERSION")],
    plain_http: PlainHttp = False,
    ca_file: CaFile = None,
) -> None:
    """Mark a version as deprecated in index.yaml.

    Its package stays as it is.
    """
    from chartgen.actions import repo

    changed = repo.deprecate(address, name, version, access(plain_http, ca_file))
    if not session(context).quiet:
        console.note(f"{name} {version} is deprecated{'' if changed else ' already'}")


@app.command("list")
def list_entries(
    address: Address,
    name: Annotated[str | None, typer.Argument(help="Only this chart.", metavar="NAME")] = None,
    output: Annotated[TableOrJson, typer.Option("-o", "--output", help="The form.")] = TableOrJson.table,
    plain_http: PlainHttp = False,
    ca_file: CaFile = None,
) -> None:
    """List the charts and versions of a repository."""
    from chartgen.actions import repo

    found = repo.entries(address, name, access(plain_http, ca_file))
    if output is TableOrJson.json:
        import json

        console.result(json.dumps([_object(entry) for entry in found], indent=2, ensure_ascii=False))
        return
    from chartgen.report import columns

    console.result(columns(_COLUMNS, [_row(entry) for entry in found]))


def _summary(versions: int, problems: int, elsewhere: int) -> str:
    checked = versions - elsewhere
    state = f"{_count(problems, 'problem')}" if problems else "all whole"
    beside = f"; {_count(elsewhere, 'version')} on other hosts, not looked at" if elsewhere else ""
    return f"{_count(checked, 'version')}, {state}{beside}"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _row(entry: Entry) -> list[str]:
    deprecated = "yes" if entry.deprecated else ""
    return [entry.name, entry.version, entry.created, deprecated, entry.digest[:_DIGITS]]


def _object(entry: Entry) -> dict[str, Any]:
    return {
        "chart": entry.name,
        "version": entry.version,
        "created": entry.created or None,
        "deprecated": entry.deprecated,
        "digest": entry.digest or None,
        "urls": list(entry.urls),
    }
