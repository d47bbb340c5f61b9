"""The commands, one module each. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import os
import pathlib
from typing import Annotated

import typer

from chartgen.cli import (
    adopt,
    build,
    check,
    deploy,
    destroy,
    diff,
    doctor,
    history,
    impact,
    init,
    list_releases,
    promote,
    prune,
    publish,
    recover,
    render,
    repo,
    rollback,
    schema,
    secret,
    set_version,
    status,
    template,
)
from chartgen.cli.options import Session

app = typer.Typer(
    name="chartgen",
    help="One shared Helm chart, values files from a short description, releases by helm and helmfile.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("init")(init.command)
app.command("render")(render.command)
app.command("adopt")(adopt.command)
app.command("set-version")(set_version.command)
app.command("promote")(promote.command)
app.command("template")(template.command)
app.command("list")(list_releases.command)
app.command("check")(check.command)
app.command("diff")(diff.command)
app.command("deploy")(deploy.command)
app.command("status")(status.command)
app.command("history")(history.command)
app.command("rollback")(rollback.command)
app.command("recover")(recover.command)
app.command("prune")(prune.command)
app.command("destroy")(destroy.command)
app.add_typer(secret.app)
app.command("build")(build.command)
app.command("publish")(publish.command)
app.add_typer(repo.app)
app.command("impact")(impact.command)
app.command("schema")(schema.command)
app.command("doctor")(doctor.command)


def _version(wanted: bool) -> None:
    if wanted:
        import importlib.metadata

        typer.echo(f"chartgen {importlib.metadata.version('chartgen')}")
        raise typer.Exit


@app.callback()
def everywhere(
    context: typer.Context,
    directory: Annotated[
        pathlib.Path, typer.Option("-C", "--directory", help="Where to look for the project.", show_default=False)
    ] = pathlib.Path(),
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Results and errors only.")] = False,
    verbose: Annotated[bool, typer.Option("-v", "--verbose", help="More about what is done.")] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="No colour, as with NO_COLOR.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """One shared Helm chart, values files from a short description, releases by helm and helmfile.

    These options may stand before or after the command.
    """
    if no_color:
        os.environ["NO_COLOR"] = "1"
    context.obj = Session(directory, quiet, verbose)
