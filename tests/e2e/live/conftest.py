"""Projects whose releases helm installs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.live import installed


@pytest.fixture
def shop3(cluster, tmp_path: Path, helm3: Path):
    """A project, rendered; nothing of it is installed yet, and what will be is done by helm 3."""
    with installed.project(cluster, tmp_path / "shop", helm3) as found:
        yield found


@pytest.fixture
def shop4(cluster, tmp_path: Path, helm4: Path):
    """The same with helm 4."""
    with installed.project(cluster, tmp_path / "shop", helm4) as found:
        yield found


@pytest.fixture(params=["shop3", "shop4"])
def shop(request: pytest.FixtureRequest):
    """The same with either."""
    return request.getfixturevalue(request.param)
