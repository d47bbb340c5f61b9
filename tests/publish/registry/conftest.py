from __future__ import annotations

from pathlib import Path

import pytest

from chartgen.model import Package
from tests.publish.registry.client import chart

FOREIGN = ("DOCKER_CONFIG", "REGISTRY_AUTH_FILE", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "http_proxy", "HTTP_PROXY")


@pytest.fixture(scope="session")
def packed() -> Package:
    """Version 1.0.0 of the bundled chart."""
    return chart()


@pytest.fixture(autouse=True)
def logins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file with our logins to registries, which is not there yet; and no proxy."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in FOREIGN:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HELM_REGISTRY_CONFIG", str(tmp_path / "logins.json"))
    return tmp_path / "logins.json"
