"""Who we are to a server: from the environment, or the files in which Helm, Docker, Podman and curl keep logins."""

from __future__ import annotations

import base64
import netrc
import os
import pathlib
import sys
import urllib.parse
from dataclasses import dataclass, field
from typing import Any

from chartgen import yamlio
from chartgen.errors import InputError, Problem, Where

USERNAME = "CHARTGEN_REPOSITORY_USERNAME"
PASSWORD = "CHARTGEN_REPOSITORY_PASSWORD"  # noqa: S105  # a variable's name
TOKEN = "CHARTGEN_REPOSITORY_TOKEN"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Login:
    """A login, and the one server that it is for.

    Attributes:
        server: the URL that it is for; its scheme, host and port are what counts.
        username, password: basic authentication.
        token: a bearer token, sent as it is.
        identity: a token that an OCI registry's token server gives access tokens for (Docker's `identitytoken`).
        everywhere: whether other servers get it too, where this one leads there (Helm's `pass_credentials_all`).
        certificate, key: files of a client certificate and its private key, in PEM form; `key` None: in the same file.
        ca_file: certificates of authorities to trust instead of the system's.
    """

    server: str
    username: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    identity: str = field(default="", repr=False)
    everywhere: bool = False
    certificate: pathlib.Path | None = None
    key: pathlib.Path | None = None
    ca_file: pathlib.Path | None = None

    def covers(self, url: str) -> bool:
        """Whether a server may get it: the one that it is for; over TLS also others, where it is for everywhere."""
        other = _origin(url)
        return other == _origin(self.server) or (self.everywhere and other[0] == "https")

    def headers(self, url: str) -> dict[str, str]:
        """What a request to the URL says of us: nothing, where the login is not for its server."""
        if not self.covers(url):
            return {}
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        return self.basic()

    def basic(self) -> dict[str, str]:
        """The header of basic authentication (RFC 7617); none without user name and password."""
        if not self.username and not self.password:
            return {}
        pair = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


def of_repository(address: str) -> Login | None:
    """The login for a chart repository at an http(s) address; None: there is none.

    The first of: the environment (`CHARTGEN_REPOSITORY_TOKEN`, or `…_USERNAME` and `…_PASSWORD`), the repository in
    Helm's repositories.yaml whose URL the address begins with, the host in ~/.netrc (or the file that NETRC names).

    Raises:
        InputError: a file cannot be read, or only half of a login is in the environment.
    """
    return of_environment(address) or _of_helm(address) or _of_netrc(address)


def of_environment(address: str) -> Login | None:
    """The login in the environment: for the server of whatever address the command is given, and no other.

    Raises:
        InputError: the user name or the password is missing.
    """
    username, password, token = (os.environ.get(name, "") for name in (USERNAME, PASSWORD, TOKEN))
    if token:
        return Login(address, token=token)
    if bool(username) != bool(password):
        missing, there = (PASSWORD, USERNAME) if username else (USERNAME, PASSWORD)
        raise InputError(Problem(f"{there} is set, and {missing} is not", hint="set both, or neither"))
    return Login(address, username, password) if username else None


def helm_file(variable: str, *path: str) -> pathlib.Path:
    """A file of Helm's: the one that the variable names, else the one in Helm's configuration directory.

    Source: Helm, `helm help` ("default directories depend on the Operating System").
    """
    named = os.environ.get(variable)
    if named:
        return pathlib.Path(named)
    return _helm_home().joinpath(*path)


def _helm_home() -> pathlib.Path:
    for variable, below in (("HELM_CONFIG_HOME", ""), ("XDG_CONFIG_HOME", "helm")):
        if os.environ.get(variable):
            return pathlib.Path(os.environ[variable], below)
    home = pathlib.Path.home()
    if sys.platform == "darwin":
        return home / "Library" / "Preferences" / "helm"
    if sys.platform == "win32":
        return pathlib.Path(os.environ.get("APPDATA") or home) / "helm"
    return home / ".config" / "helm"


def _of_helm(address: str) -> Login | None:
    file = helm_file("HELM_REPOSITORY_CONFIG", "repositories.yaml")
    try:
        data = yamlio.loads(file.read_bytes(), str(file))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", Where(str(file))) from None
    repositories = data.get("repositories") if isinstance(data, dict) else None
    matching = [each for each in repositories or () if isinstance(each, dict) and _within(address, each.get("url"))]
    if not matching:
        return None
    entry = max(matching, key=lambda each: len(each["url"].rstrip("/")))
    return Login(
        str(entry["url"]),
        _text(entry, "username"),
        _text(entry, "password"),
        everywhere=entry.get("pass_credentials_all") is True,
        certificate=_path(entry, "certFile"),
        key=_path(entry, "keyFile"),
        ca_file=_path(entry, "caFile"),
    )


def _within(address: str, url: object) -> bool:
    """Whether the address is the URL or lies below it."""
    if not isinstance(url, str) or "://" not in url or _origin(address) != _origin(url):
        return False
    path, base = (urllib.parse.urlsplit(each).path.rstrip("/") + "/" for each in (address, url))
    return path.startswith(base)


def _text(entry: dict[str, Any], key: str) -> str:
    return str(entry.get(key) or "")


def _path(entry: dict[str, Any], key: str) -> pathlib.Path | None:
    return pathlib.Path(_text(entry, key)) if entry.get(key) else None


def _of_netrc(address: str) -> Login | None:
    file = pathlib.Path(os.environ.get("NETRC") or pathlib.Path.home() / ".netrc")
    host = urllib.parse.urlsplit(address).hostname
    try:
        found = netrc.netrc(str(file)).authenticators(host or "")
    except FileNotFoundError:
        return None
    except netrc.NetrcParseError as error:
        raise InputError("is not written as a netrc file", Where(str(file), error.lineno or 0)) from None
    except (OSError, UnicodeDecodeError):
        raise InputError("cannot be read", Where(str(file))) from None
    return Login(address, found[0], found[2] or "") if found else None


def _origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port; nothing that another address has, where it is no address."""
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port
    except ValueError:
        return url, "", 0
    return parts.scheme, parts.hostname or "", port or (443 if parts.scheme == "https" else 80)
