"""Logins to OCI registries, in the form that Docker gave them and Helm and Podman took over."""

from __future__ import annotations

import base64
import binascii
import json
import os
import pathlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from chartgen import process
from chartgen.errors import InputError, ToolError, Where
from chartgen.publish.web.credentials import Login, helm_file, of_environment

_HUB = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})
_HUB_KEY = "https://index.docker.io/v1/"
_HELPER = re.compile(r"[A-Za-z0-9][-A-Za-z0-9_.]*")
_TIMEOUT = 60.0
_NOT_FOUND = "credentials not found"


def of_registry(url: str, path: str = "") -> Login | None:
    """The login for an OCI registry; None: there is none, and it may let us read all the same.

    The first of: the environment (`CHARTGEN_REPOSITORY_…`), Helm's registry file (`helm registry login`), Podman's
    auth.json, Docker's config.json. In each file a credential helper for the registry goes before the helper for all,
    and that before what is written in the file itself, as in Docker.

    Arguments:
        url: the registry's, without a path: `https://registry.example.com:5000`.
        path: of the repository in it: Podman's file may tell logins apart by it.

    Raises:
        InputError: a file cannot be read.
        ToolError: a credential helper that a file names is missing or fails.
    """
    login = of_environment(url)
    if login is not None:
        return login
    host = url.partition("://")[2]
    for file in _files():
        login = _of_file(file, host, path, url)
        if login is not None:
            return login
    return None


def _files() -> Iterator[pathlib.Path]:
    yield helm_file("HELM_REGISTRY_CONFIG", "registry", "config.json")
    home = pathlib.Path.home()
    named = os.environ.get("REGISTRY_AUTH_FILE")
    if named:
        yield pathlib.Path(named)
    else:
        runtime = os.environ.get("XDG_RUNTIME_DIR")
        if runtime:
            yield pathlib.Path(runtime, "containers", "auth.json")
        yield pathlib.Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config", "containers", "auth.json")
    yield pathlib.Path(os.environ.get("DOCKER_CONFIG") or home / ".docker", "config.json")


def _of_file(file: pathlib.Path, host: str, path: str, url: str) -> Login | None:
    where = Where(str(file))
    data = _read(file, where)
    helper = _map(data, "credHelpers").get(host) or data.get("credsStore")
    if helper:
        login = _of_helper(str(helper), _HUB_KEY if host in _HUB else host, url, where)
        if login is not None:
            return login
    auths = _map(data, "auths")
    keys = {_bare(key): key for key in auths}
    for name in _names(host, path):
        entry = auths.get(keys.get(name, ""))
        login = _of_entry(entry, url, where) if isinstance(entry, dict) else None
        if login is not None:
            return login
    return None


def _read(file: pathlib.Path, where: Where) -> dict[str, Any]:
    try:
        data = json.loads(file.read_bytes() or b"{}")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where) from None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise InputError("is not JSON, as logins to registries are kept in", where, "log in anew, or remove it")
    return data


def _map(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def _names(host: str, path: str) -> Iterator[str]:
    """What an entry may be called, the closest first: Podman's `host/path`, then the host."""
    parts = [part for part in path.split("/") if part]
    for count in range(len(parts), 0, -1):
        yield "/".join([host, *parts[:count]])
    yield host
    if host in _HUB:
        yield from ("index.docker.io", "docker.io", "registry-1.docker.io")


def _bare(key: str) -> str:
    """An entry's name without what older Dockers put around the host: `https://…/v1/`."""
    bare = key.partition("://")[2] if "://" in key else key
    return re.sub(r"/(v1|v2)?/?$", "", bare)


def _of_entry(entry: Mapping[str, Any], url: str, where: Where) -> Login | None:
    username, password = (str(entry.get(key) or "") for key in ("username", "password"))
    identity, token = (str(entry.get(key) or "") for key in ("identitytoken", "registrytoken"))
    pair = entry.get("auth")
    if pair:
        try:
            text = base64.b64decode(str(pair), validate=True).decode()
        except (binascii.Error, ValueError):
            raise InputError(f"holds a login for {url} that is not base64", where, "log in anew") from None
        username, _, password = text.rstrip("\0").partition(":")
    if not (username or password or identity or token):
        return None
    return Login(url, username, password, token=token, identity=identity)


def _of_helper(name: str, key: str, url: str, where: Where) -> Login | None:
    """What `docker-credential-NAME get` tells on its standard output, which nobody else sees."""
    if not _HELPER.fullmatch(name):
        raise InputError(f"names `{name}`, which is no name of a credential helper", where)
    program = f"docker-credential-{name}"
    result = process.run([program, "get"], timeout=_TIMEOUT, stdin=key.encode())
    said = result.stdout.decode("utf-8", "replace")
    if result.returncode != 0:
        if _NOT_FOUND in said or _NOT_FOUND in result.stderr:
            return None
        hint = f"try it: `echo {key} | {program} get`; or log in without it"
        raise ToolError(f"{program} failed with exit code {result.returncode}", where, hint)
    try:
        answer = json.loads(said)
        username, secret = str(answer["Username"]), str(answer["Secret"])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise ToolError(f"{program} did not answer with a login", where) from None
    return Login(url, identity=secret) if username == "<token>" else Login(url, username, secret)
