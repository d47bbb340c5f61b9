"""Two regions, each a control plane of its own: in waves, and the first that is not well stops the rest."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import pytest

from tests.e2e.cluster.control_plane import kubeconfig
from tests.e2e.live import project as projects
from tests.e2e.live.command import Command

PROD = {"prod": {"regions": {"south": {"kube_context": "south", "wave": 2}, "north": {"kube_context": "north"}}}}
WEB = {"web": {"port": {"http": 8080}, "healthcheck_path": "/"}}


@pytest.fixture
def shop(cluster, second_cluster, tmp_path):
    project = projects.write(tmp_path / "shop", services=WEB, environments=PROD)
    with projects.cleared(project, cluster, second_cluster):
        yield project


@pytest.fixture
def chartgen(cluster, second_cluster, shop, tmp_path):
    config = kubeconfig({"north": cluster, "south": second_cluster}, tmp_path / "kubeconfig", current="north")
    return Command(cluster, shop.directory, {"KUBECONFIG": str(config)})


def test_a_wave_that_is_not_well_leaves_the_next_untouched(chartgen, shop, cluster, second_cluster):
    chartgen("render")
    said = chartgen("deploy", "-e", "prod", "--yes", "--bake", "1s")
    assert in_order(said.err, "wave 1: prod/north (context north)", "wave 2: prod/south (context south)")
    assert in_order(said.err, "prod/north\n  installing", "  deployed", "waiting 1 s", "prod/south\n  installing")
    for each in (cluster, second_cluster):
        assert each.json("deployment", "web", "-n", shop.namespace)["status"]["readyReplicas"] == 1

    before = secrets(second_cluster, shop)
    shop.runs("prod", web="3")
    chartgen("render")
    said = answered(chartgen, b"n\n", "deploy", "-e", "prod", "--yes", "--pause")
    assert (said.returncode, "Go on with prod/south? [y/N]" in said.stderr) == (1, True)
    assert "stopped, as you said: prod/south is left as before" in said.stderr
    assert secrets(second_cluster, shop) == before

    shop.runs("prod", web="broken")
    chartgen("render")
    said = chartgen("deploy", "-e", "prod", "--yes", "-o", "json", code=4)
    north, south = json.loads(said.out)["regions"]
    assert (north["title"], north["releases"][0]["became"]) == ("prod/north", "rolled back")
    assert (south["title"], south["begun"]) == ("prod/south", False)
    assert "prod/north failed: prod/south is left as before" in said.err
    assert secrets(second_cluster, shop) == before

    shop.runs("prod", web="2")
    chartgen("render")
    chartgen("deploy", "-e", "prod", "-r", "north", "--yes")
    cluster.kubectl("-n", shop.namespace, "annotate", "pods", "--all", "e2e.test/outcome=not-ready")
    cluster.kubectl("-n", shop.namespace, "wait", "pods", "--all", "--for=condition=Ready=false", "--timeout=20s")
    said = chartgen("deploy", "-e", "prod", "--yes", code=4)
    assert "prod/north: web: Deployment/web" in said.out
    assert "prod/north is not well: prod/south is left as before" in said.err
    assert secrets(second_cluster, shop) == before


def answered(chartgen, answer, *arguments):
    """How the command ends that reads its answer from a terminal."""
    ours, its = pty.openpty()
    os.write(ours, answer)
    try:
        command = [sys.executable, "-m", "chartgen", *arguments]
        given = {"cwd": chartgen.directory, "env": chartgen.settings, "stdin": its}
        return subprocess.run(command, **given, capture_output=True, text=True, timeout=120, check=False)
    finally:
        os.close(its)
        os.close(ours)


def in_order(text, *parts):
    """Whether the parts stand there, one after another."""
    for part in parts:
        _, found, text = text.partition(part)
        if not found:
            return False
    return True


def secrets(cluster, project):
    """Helm's in the project's namespace, with their versions."""
    found = cluster.json("secrets", "-n", project.namespace)["items"]
    return {item["metadata"]["name"]: item["metadata"]["resourceVersion"] for item in found}
