"""How a published chart is used: what a person types, and what a project's spec says."""

from __future__ import annotations

import posixpath
import shlex
import urllib.parse

_FILES = ("file",)


def install(address: str, name: str, version: str) -> tuple[str, ...]:
    """The commands that install a chart from the repository at the address; none where Helm itself cannot reach it."""
    scheme, separator, rest = address.removeprefix("chartmuseum+").partition("://")
    if not separator or scheme in _FILES:
        path = urllib.parse.unquote(urllib.parse.urlsplit(address).path) if separator else address
        return (f"helm install {name} {shlex.quote(posixpath.join(path, f'{name}-{version}.tgz'))}",)
    if scheme == "oci":
        return (f"helm install {name} {address.rstrip('/')}/{name} --version {version}",)
    if scheme in ("http", "https"):
        repository = urllib.parse.urlsplit(f"{scheme}://{rest}").hostname or "charts"
        return (
            f"helm repo add {repository} {scheme}://{rest}",
            f"helm install {name} {repository}/{name} --version {version}",
        )
    return ()


def spec(address: str, name: str, version: str) -> str:
    """The line of `chartgen.yaml` with which a project uses the chart; empty where releases cannot reach it."""
    address = address.removeprefix("chartmuseum+")
    if not address.startswith(("oci://", "http://", "https://")):
        return ""
    return f"chart: {{name: {name}, version: {version}, repository: {address}}}"
