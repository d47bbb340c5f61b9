"""`chartgen publish`."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import (
    CaFile,
    CosignKey,
    PassphraseFile,
    PlainHttp,
    ReleaseForm,
    Session,
    SignKey,
    access,
    session,
)
from chartgen.errors import InputError

if TYPE_CHECKING:
    from chartgen.cli.released import Released
    from chartgen.spec.project import Project


def command(
    context: typer.Context,
    packages: Annotated[
        list[pathlib.Path], typer.Argument(help="Packaged charts (.tgz); a .prov beside one goes along.")
    ],
    to: Annotated[
        list[str],
        typer.Option(
            "--to", help="The chart repository: a directory, oci://…, s3://…, https://…; repeatable.", metavar="ADDRESS"
        ),
    ],
    sign: SignKey = None,
    cosign_key: CosignKey = None,
    passphrase_file: PassphraseFile = None,
    output: Annotated[ReleaseForm, typer.Option("-o", "--output", help="The form.")] = ReleaseForm.text,
    plain_http: PlainHttp = False,
    ca_file: CaFile = None,
) -> None:
    """Put packaged charts into chart repositories.

    The same again changes nothing; another one under the same version is refused.
    """
    from chartgen.actions.publish import Signing, publish
    from chartgen.cli.released import Released

    own = session(context)
    keys, reached = Signing(sign, cosign_key, passphrase_file), access(plain_http, ca_file)
    released = [
        Released(made.package, [(place.address, published) for place, published in made.published])
        for made in publish(packages, to, keys, reached, _project(own))
    ]
    show(released, output, quiet=own.quiet)


def show(released: Sequence[Released], output: ReleaseForm, *, quiet: bool) -> None:
    """Prints what was published, in the form that was asked for."""
    from chartgen.cli import released as forms

    if output is ReleaseForm.json:
        console.result(forms.as_json(released))
    elif output is ReleaseForm.env:
        console.result(forms.as_variables(released))
    else:
        console.result(forms.locations(released))
    if not quiet:
        console.note(forms.notes(released).rstrip("\n"))


def _project(own: Session) -> Project | None:
    """The project around, whose rules hold; None where there is none."""
    from chartgen.spec.load import load

    try:
        found = own.project
    except InputError:
        return None
    return load(found)
