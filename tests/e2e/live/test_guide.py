"""The pages about live clusters, followed as a reader would."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import follow, pages
from tests.e2e.cluster.control_plane import Cluster, kubeconfig


@pytest.fixture
def contexts(cluster: Cluster, second_cluster: Cluster) -> dict[str, Cluster]:
    return {"dev": cluster, "prod-eu": cluster, "prod-us": second_cluster}


@pytest.fixture
def programs(helm4: Path, helmfile1: Path, kubectl: Path) -> dict[str, Path]:
    return {"helm": helm4, "helmfile": helmfile1, "kubectl": kubectl}


@pytest.mark.parametrize("page", pages(with_cluster=True))
def test_the_commands_of_a_page_print_what_it_shows(
    page: str, contexts: dict[str, Cluster], programs: dict[str, Path], tmp_path: Path
) -> None:
    directory = tmp_path / "page"
    directory.mkdir()
    config = kubeconfig(contexts, tmp_path / "kubeconfig", current="dev")
    follow(page, directory, programs, KUBECONFIG=str(config))
