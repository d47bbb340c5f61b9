"""The pages about live clusters, followed as a reader would."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import follow, pages
from tests.e2e.cluster.control_plane import Cluster, kubeconfig


@pytest.mark.parametrize("page", pages(with_cluster=True))
def test_the_commands_of_a_page_print_what_it_shows(page, cluster: Cluster, helm4, helmfile1, kubectl, tmp_path):
    directory = tmp_path / "page"
    directory.mkdir()
    config: Path = kubeconfig({"dev": cluster, "prod": cluster}, tmp_path / "kubeconfig", current="dev")
    programs = {"helm": helm4, "helmfile": helmfile1, "kubectl": kubectl}
    follow(page, directory, programs, KUBECONFIG=str(config))
