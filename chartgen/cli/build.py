"""`chartgen build`."""

from __future__ import annotations

import pathlib
from enum import Enum
from typing import Annotated

import typer

from chartgen.cli.options import (
    CaFile,
    CosignKey,
    EngineName,
    PassphraseFile,
    PlainHttp,
    ReleaseForm,
    SignKey,
    access,
    session,
)


class Bump(str, Enum):  # noqa: UP042  # typer shows the members of a str enum
    """How the version is picked."""

    auto = "auto"


def command(
    context: typer.Context,
    charts: Annotated[
        list[str] | None,
        typer.Argument(
            help="Charts of the project, by name or directory; the shared chart without any.", show_default=False
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All charts of the project.")] = False,
    publish: Annotated[
        list[str] | None,
        typer.Option(
            "--publish",
            help="The chart repository: a directory (dist/charts), oci://…, s3://…, https://…; repeatable.",
            metavar="ADDRESS",
            show_default=False,
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", help="Compare with the versions of this repository too.", metavar="ADDRESS"),
    ] = None,
    version: Annotated[str | None, typer.Option("--version", help="Another version than the spec says.")] = None,
    bump: Annotated[
        Bump | None, typer.Option("--bump", help="Pick the version that the changes demand.", show_default=False)
    ] = None,
    force_same: Annotated[
        bool, typer.Option("--force-same", help="A new version even where nothing has changed.")
    ] = False,
    sign: SignKey = None,
    cosign_key: CosignKey = None,
    passphrase_file: PassphraseFile = None,
    output: Annotated[ReleaseForm, typer.Option("-o", "--output", help="The form.")] = ReleaseForm.text,
    plain_http: PlainHttp = False,
    ca_file: CaFile = None,
    engine: EngineName = None,
) -> None:
    """Assemble, try and package charts, and put them into chart repositories.

    What is published is compared with, so that the version says what the changes mean; where nothing has changed,
    nothing is published anew.
    """
    from chartgen.actions.build import Wanted, build
    from chartgen.actions.gating import Wish
    from chartgen.actions.publish import Signing
    from chartgen.cli.publish import show
    from chartgen.cli.released import Released

    own = session(context)
    wanted = Wanted(
        charts=charts or (),
        every=every,
        publish=publish or (str(pathlib.Path("dist/charts")),),
        against=against,
        version=Wish(version, bump is not None, force_same),
        signing=Signing(sign, cosign_key, passphrase_file),
        access=access(plain_http, ca_file),
        engine=engine,
    )
    released = [
        Released(
            one.made.package,
            [(place.address, published) for place, published in one.made.published],
            before=one.gated.base.version if one.gated.base else "",
            changes=one.gated.verdict.changes if one.gated.verdict else (),
            changed=one.gated.changed,
            renderings=one.renderings,
        )
        for one in build(own.project, wanted)
    ]
    show(released, output, quiet=own.quiet)
