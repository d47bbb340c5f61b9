"""All tests of this directory are end-to-end tests: `make e2e` runs them, `make test` does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e import go_tools

HERE = Path(__file__).resolve().parent


@pytest.hookimpl(tryfirst=True)  # before pytest selects by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def helmfile1() -> Path:
    """The program helmfile 1.x; it works with helm 3 and 4."""
    return go_tools.build("helmfile")


@pytest.fixture(scope="session")
def kubeconform() -> Path:
    """The program kubeconform; it brings no schemas."""
    return go_tools.build("kubeconform")


@pytest.fixture(scope="session")
def kube_score() -> Path:
    """The program kube-score."""
    return go_tools.build("kube-score")


@pytest.fixture(scope="session")
def cosign() -> Path:
    """The program cosign 3.x."""
    return go_tools.build("cosign")


@pytest.fixture(scope="session")
def minio() -> Path:
    """The program minio, an S3 server."""
    return go_tools.build("minio")
