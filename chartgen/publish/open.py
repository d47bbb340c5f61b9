"""From an address to the repository behind it."""

from __future__ import annotations

import pathlib
import urllib.parse

from chartgen.errors import InputError, Problem
from chartgen.publish.interface import Access, Repository

_OBJECTS = ("s3", "gs", "az")
_KINDS = "a directory, oci://…, s3://…, gs://…, az://…, https://… or chartmuseum+https://…"


def repository(address: str, access: Access | None = None) -> Repository:
    """The repository at the address: a directory's path, or a URL whose scheme tells the kind.

    `https://` is a repository whose files are put with PUT (WebDAV, Nexus, Artifactory), `chartmuseum+https://` one
    with ChartMuseum's API.

    Raises:
        InputError: no such kind is known, or the address holds credentials.
    """
    access = access or Access()
    scheme, separator, _ = address.partition("://")
    if not separator:
        from chartgen.publish.directory import Directory

        return Directory(pathlib.Path(address))
    _refuse_credentials(address)
    if scheme == "file":
        from chartgen.publish.directory import Directory

        return Directory(pathlib.Path(urllib.parse.unquote(urllib.parse.urlsplit(address).path)))
    if scheme == "oci":
        from chartgen.publish.oci import Registry

        return Registry(address, access)
    if scheme in _OBJECTS:
        from chartgen.publish.objectstore import ObjectStore

        return ObjectStore(address, access)
    if scheme in ("http", "https"):
        from chartgen.publish.put import Put

        return Put(address, access)
    if scheme in ("chartmuseum+http", "chartmuseum+https"):
        from chartgen.publish.chartmuseum import ChartMuseum

        return ChartMuseum(address.removeprefix("chartmuseum+"), access)
    raise InputError(Problem(f"`{address}` is no address of a chart repository", expected=_KINDS))


def _refuse_credentials(address: str) -> None:
    parts = urllib.parse.urlsplit(address)
    if parts.username is None and parts.password is None:
        return
    message = f"the address of {parts.hostname} holds credentials, which end up in logs"
    hint = "take them out, and log in: `helm registry login`, `helm repo add`, or ~/.netrc"
    raise InputError(Problem(message, hint=hint))
