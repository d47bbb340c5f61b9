"""The options that commands share: one vocabulary everywhere."""

from __future__ import annotations

import pathlib
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from chartgen.actions.planning import Selection
    from chartgen.publish.interface import Access

Environments = Annotated[
    list[str] | None, typer.Option("-e", "--environment", help="Only this environment; repeatable.", metavar="ENV")
]
OneEnvironment = Annotated[
    list[str] | None,
    typer.Option("-e", "--environment", help="Which one; else the project's default.", metavar="ENV"),
]
"""Taken as a list, so that a second one is refused and not the last one meant."""
Regions = Annotated[
    list[str] | None, typer.Option("-r", "--region", help="Only this region; repeatable.", metavar="REGION")
]
Services = Annotated[
    list[str] | None, typer.Option("-s", "--service", help="Only this service; repeatable.", metavar="SERVICE")
]
EngineName = Annotated[
    str | None, typer.Option("--engine", help="embedded or cli; else CHARTGEN_ENGINE, else what is there.")
]
KubernetesVersion = Annotated[
    str | None,
    typer.Option("--kubernetes-version", help="The Kubernetes version to check against, such as 1.33.", metavar="X.Y"),
]

PlainHttp = Annotated[bool, typer.Option("--plain-http", help="Speak HTTP to an OCI registry, without TLS.")]
CaFile = Annotated[
    pathlib.Path | None,
    typer.Option("--ca-file", help="Trust these certificates of authorities instead of the system's.", metavar="FILE"),
]
SignKey = Annotated[
    str | None,
    typer.Option(
        "--sign",
        help="Sign for `helm verify` with this key: of gpg's keyring (id or e-mail), a file, or env://VARIABLE.",
        metavar="KEY",
    ),
]
CosignKey = Annotated[
    str | None,
    typer.Option(
        "--cosign-key",
        help="Sign what goes into OCI registries as cosign does: a file or env://VARIABLE.",
        metavar="KEY",
    ),
]
PassphraseFile = Annotated[
    pathlib.Path | None,
    typer.Option(
        "--passphrase-file",
        help="The keys' pass phrase; else CHARTGEN_PASSPHRASE, for cosign COSIGN_PASSWORD.",
        metavar="FILE",
    ),
]


class ReleaseForm(str, Enum):  # noqa: UP042  # typer shows the members of a str enum
    """How published charts are told of: where they are, all about them, or `name=value` lines for pipelines."""

    text = "text"
    json = "json"
    env = "env"


class TableOrJson(str, Enum):  # noqa: UP042  # typer shows the members of a str enum
    """How a list is shown."""

    table = "table"
    json = "json"


class YamlOrJson(str, Enum):  # noqa: UP042  # typer shows the members of a str enum
    """How documents are shown."""

    yaml = "yaml"
    json = "json"


@dataclass(frozen=True, slots=True)
class Session:
    """What the options of every command say."""

    directory: pathlib.Path = pathlib.Path()
    quiet: bool = False
    verbose: bool = False

    @property
    def project(self) -> pathlib.Path:
        """The project's folder: the nearest one upwards that holds a `chartgen.yaml`."""
        from chartgen.spec.find import find

        return find(self.directory.absolute())


def session(context: typer.Context) -> Session:
    """The session that the callback made."""
    return context.obj if isinstance(context.obj, Session) else Session()


def selection(environments: list[str] | None, regions: list[str] | None, services: list[str] | str | None) -> Selection:
    """Which releases are meant."""
    from chartgen.actions.planning import Selection

    return Selection(environments or (), regions or (), [services] if isinstance(services, str) else services or ())


def access(plain_http: bool, ca_file: pathlib.Path | None) -> Access:
    """How to reach a chart repository."""
    from chartgen.publish.interface import Access

    return Access(plain_http, ca_file)
