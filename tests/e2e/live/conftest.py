"""Projects whose releases are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.live import installed


@pytest.fixture
def shop(cluster, tmp_path: Path, helm4: Path):
    """A project, rendered; nothing of it is installed, and what will be is done by helm 4."""
    with installed.project(cluster, tmp_path / "shop", helm4) as found:
        yield found


@pytest.fixture(params=["helm3", "helm4"])
def shop_by_either(cluster, tmp_path: Path, request: pytest.FixtureRequest):
    """The same for helm 3 and helm 4."""
    with installed.project(cluster, tmp_path / "shop", request.getfixturevalue(request.param)) as found:
        yield found
