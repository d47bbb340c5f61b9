"""`chartgen secret`: set, list."""

from __future__ import annotations

import pathlib
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chartgen.cli import console
from chartgen.cli.options import OneEnvironment, Regions, Services, TableOrJson, selection, session

if TYPE_CHECKING:
    from chartgen.actions.secrets import Change, Listed

_COLUMNS = ("service", "name", "secret", "key", "state", "written", "from", "used by")

app = typer.Typer(
    name="secret", help="Look after the Secrets that services need.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("set")
def set_value(
    context: typer.Context,
    service: Annotated[str, typer.Argument(help="The service.", metavar="SERVICE")],
    name: Annotated[
        str, typer.Argument(help="What its spec calls the secret; SECRET/KEY of one it takes whole.", metavar="NAME")
    ],
    environment: OneEnvironment = None,
    region: Regions = None,
    from_file: Annotated[
        pathlib.Path | None,
        typer.Option("--from-file", help="Take the value from this file, byte for byte.", metavar="FILE"),
    ] = None,
) -> None:
    """Give a secret of a service a value, in the cluster.

    The value is asked for on a terminal, else read from standard input without its last line break. It never stands in
    an argument. Only that one key is written; the Secret is made where it is not there.
    """
    from chartgen.actions.secrets import set_secret

    own = session(context)

    def value() -> bytes:
        found = _value(name, from_file)
        if from_file is not None and found.endswith(b"\n") and not own.quiet:
            console.note(f"the value ends with a line break, as {from_file} does")
        return found

    done = set_secret(own.project, selection(environment, region, None), service, name, value)
    console.result("\n".join(f"{change.target.title}: {_said(change)}" for change in done))
    restarts = [change.restart for change in done if change.restart]
    if restarts and not own.quiet:
        console.note("pods that run keep the old value until they start anew:")
        console.note("\n".join(f"  {restart}" for restart in restarts))


@app.command("list")
def list_values(
    context: typer.Context,
    environment: OneEnvironment = None,
    region: Regions = None,
    service: Services = None,
    output: Annotated[TableOrJson, typer.Option("-o", "--output", help="The form.")] = TableOrJson.table,
) -> int:
    """List what services need of Secrets: who uses it, how old it is, what is missing.

    No value is read. Exits 1 if something is missing without which pods do not start.
    """
    from chartgen.actions.secrets import list_secrets

    own = session(context)
    found = list_secrets(own.project, selection(environment, region, service))
    missing = [one for one in found if one.state == "missing"]
    if output is TableOrJson.json:
        import json

        console.result(json.dumps([_object(one) for one in found], indent=2, ensure_ascii=False))
    elif found:
        from chartgen.report import columns

        several = len({one.target.title for one in found}) > 1
        rows = [[*([one.target.title] if several else []), *_row(one)] for one in found]
        console.result(columns((*(["where"] if several else []), *_COLUMNS), rows))
    if not own.quiet and output is TableOrJson.table:
        console.note(summary(found))
    return 1 if missing else 0


def summary(found: list[Listed]) -> str:
    """What there is to say of all keys, in a line: those that nobody needs are none of them."""
    needed = [one for one in found if one.needs]
    missing = [one for one in needed if one.state == "missing"]
    if not needed:
        return "no service needs a Secret"
    if not missing:
        return f"{len(needed)} needed, none missing"
    first = missing[0]
    name = first.needs[0].name if first.key else f"{first.secret}/KEY"
    hint = (
        f": chartgen secret set {first.needs[0].release.service} {name} {first.target.options}"
        if not first.owner
        else ""
    )
    return f"{len(missing)} of {len(needed)} missing{hint}"


def _value(name: str, file: pathlib.Path | None) -> bytes:
    """The value: a file's as it is; of what is typed or piped one line break at the end is not part of it."""
    import getpass
    import sys

    from chartgen.errors import InputError

    if file is not None:
        try:
            return file.read_bytes()
        except OSError as error:
            raise InputError(f"{file} cannot be read: {error.strerror}") from None
    if sys.stdin.isatty():
        value = getpass.getpass(f"{name}: ").encode()
    else:
        value = sys.stdin.buffer.read()
        value = value.removesuffix(b"\n").removesuffix(b"\r") if value.endswith(b"\n") else value
    if not value:
        raise InputError(
            f"no value for {name}: standard input is empty", hint="an empty value: `--from-file /dev/null`"
        )
    return value


def _said(change: Change) -> str:
    at = f"{change.place.key} of {change.place}"
    match change.written:
        case "created":
            return f"set {at}, which is new"
        case "added":
            return f"set {at}"
        case "changed":
            return f"changed {at}"
        case "unchanged":
            return f"{at} has that value already"


def _row(one: Listed) -> list[str]:
    from chartgen.report.ages import age

    services = dict.fromkeys(need.release.service for need in one.needs)
    names = dict.fromkeys(need.name for need in one.needs)
    users = dict.fromkeys(user for need in one.needs for user in need.users)
    key = one.key or "(all)"
    passed = age(one.written)
    written = f"{passed} ago" if passed else ""
    cells = [", ".join(services), ", ".join(names), one.secret, key, one.state, written, one.owner]
    return [*cells, ", ".join(users)]


def _object(one: Listed) -> dict[str, Any]:
    return {
        "environment": one.target.environment,
        "region": one.target.region,
        "namespace": one.namespace,
        "secret": one.secret,
        "key": one.key,
        "state": one.state,
        "written": one.written or None,
        "owner": one.owner or None,
        "usedBy": [
            {"service": need.release.service, "name": need.name, "workloads": list(need.users)} for need in one.needs
        ],
    }
