"""Servers that tests of this directory share: each runs once, and each test has a path of its own in it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.publish import servers, tokens
from tests.e2e.publish.servers import RegistryServer
from tests.e2e.publish.tokens import TokenServer

_NUMBERS = itertools.count(1)


@pytest.fixture
def path(request: pytest.FixtureRequest) -> str:
    """A path in a server that no other test uses."""
    return f"test{next(_NUMBERS)}/charts"


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """A registry over plain HTTP, for everybody."""
    with servers.registry(tmp_path_factory.mktemp("registry")) as server:
        yield server


@pytest.fixture(scope="session")
def registry_htpasswd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """A registry over plain HTTP, for USER."""
    with servers.registry(tmp_path_factory.mktemp("htpasswd"), htpasswd=True) as server:
        yield server


@pytest.fixture(scope="session")
def tls_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryServer]:
    """What is behind `registry_tls`."""
    with servers.registry(tmp_path_factory.mktemp("tls"), tls=True, htpasswd=True) as server:
        yield server


@pytest.fixture
def registry_tls(tls_server: RegistryServer, monkeypatch: pytest.MonkeyPatch) -> RegistryServer:
    """A registry over TLS, for USER; the environment names the proxy that knows the way to it."""
    assert tls_server.proxy
    monkeypatch.setenv("HTTPS_PROXY", tls_server.proxy)
    return tls_server


@pytest.fixture(scope="session")
def token_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TokenServer]:
    """The server that gives tokens for `registry_token`."""
    with tokens.token_server(tmp_path_factory.mktemp("tokens")) as server:
        yield server


@pytest.fixture(scope="session")
def registry_token(tmp_path_factory: pytest.TempPathFactory, token_server: TokenServer) -> Iterator[RegistryServer]:
    """A registry over plain HTTP, for who has a token of `token_server`."""
    with servers.registry(tmp_path_factory.mktemp("token"), token=token_server.settings()) as server:
        yield server


@pytest.fixture(params=["registry", "registry_htpasswd", "registry_tls", "registry_token"])
def any_registry(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RegistryServer:
    """Each of them in turn, and we are logged in as Helm would be."""
    server: RegistryServer = request.getfixturevalue(request.param)
    monkeypatch.setenv("HELM_REGISTRY_CONFIG", str(server.logins or tmp_path / "nobody.json"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return server
