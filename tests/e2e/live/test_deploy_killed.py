"""A deploy that is killed half-way, with helmfile and helm: what is stuck is told, mended, and deployed again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.live import project as projects
from tests.e2e.live.command import Command


@pytest.fixture
def shop(cluster, tmp_path):
    with projects.cleared(projects.write(tmp_path / "shop"), cluster) as project:
        yield project


def test_what_a_killed_deploy_leaves_is_told_and_mended(cluster, shop):
    chartgen = Command(cluster, shop.directory)
    chartgen("render")
    chartgen("deploy", "--yes", "-e", "dev")
    shop.runs(store="broken", worker="2")
    chartgen("render")
    _kill_while(shop.directory, chartgen.settings, "waiting", "store")

    told = chartgen("status", "-e", "dev")
    [stuck] = [line.split() for line in told.out.splitlines() if line.startswith("dev/store ")]
    assert stuck[1:3] == ["2", "pending-upgrade"]
    assert "chartgen recover -e dev" in told.out
    refused = chartgen("deploy", "--yes", "-e", "dev", code=1)
    assert "chartgen recover -e dev" in refused.out + refused.err

    shop.runs(store="2")
    chartgen("render")
    chartgen("recover", "-e", "dev", "--older-than", "0s", "--yes")
    chartgen("deploy", "--yes", "-e", "dev")
    healthy = [line.split() for line in chartgen("status", "-e", "dev").out.splitlines() if line.startswith("dev/")]
    assert {line[0]: (line[2], line[4], line[-1]) for line in healthy} == {
        "dev/store": ("deployed", "2", "healthy"),
        "dev/web": ("deployed", "1", "healthy"),
        "dev/worker": ("deployed", "2", "healthy"),
    }
    assert "3 unchanged" in chartgen("deploy", "--yes", "-e", "dev").err


def _kill_while(directory: Path, settings: dict[str, str], verb: str, release: str) -> None:
    """Deploys, and once it says that of the release, kills it with all that it has started."""
    command = [sys.executable, "-m", "chartgen", "deploy", "-e", "dev", "--yes"]
    with subprocess.Popen(command, cwd=directory, env=settings, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr is not None
        for line in child.stderr:
            if line.split()[:2] == [verb, release]:
                break
        for pid in (child.pid, *_descendants(child.pid)):
            os.kill(pid, signal.SIGKILL)


def _descendants(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found, left = [], [pid]
    while left:
        parent = left.pop()
        children = [child for child, its in parents if its == parent]
        found += children
        left += children
    return found


def test_a_stateful_set_is_rolled_back_though_its_bad_pod_never_becomes_ready(cluster, tmp_path):
    volumes = {"persistent_storage": [{"path": "/data", "size": 1}]}
    with projects.cleared(projects.write(tmp_path / "shop", services={"store": volumes}), cluster) as shop:
        chartgen = Command(cluster, shop.directory)
        chartgen("render")
        chartgen("deploy", "--yes", "-e", "dev")
        [stateful] = cluster.json("statefulsets", "-n", shop.namespace)["items"]
        shop.runs(store="broken")
        chartgen("render")
        said = chartgen("deploy", "--yes", "-e", "dev", code=4)
        assert "rolled back" in said.out
        assert "kept its StatefulSet waiting: deleted" in said.err
        [pod] = cluster.json("pods", "-n", shop.namespace)["items"]
        assert pod["spec"]["containers"][0]["image"].endswith(":1")
        [after] = cluster.json("statefulsets", "-n", shop.namespace)["items"]
        assert after["status"]["readyReplicas"] == 1
        assert after["metadata"]["uid"] == stateful["metadata"]["uid"]
