from __future__ import annotations

import subprocess

import pytest

from tests.e2e import go_tools

TOOLS = {
    "cosign": ("cosign", "version"),
    "helmfile1": ("helmfile", "--version"),
    "kubeconform": ("kubeconform", "-v"),
    "kube_score": ("kube-score", "version"),
    "minio": ("minio", "--version"),
}


def test_kubernetes_is_the_version_of_its_module(cluster):
    told = cluster.api.get("/version")
    assert told["gitVersion"] == go_tools.version("kubernetes")
    assert [told["major"], told["minor"]] == go_tools.version("kubernetes").removeprefix("v").split(".")[:2]


@pytest.mark.parametrize("fixture", TOOLS)
def test_each_program_is_the_version_of_its_module(fixture, request):
    name, option = TOOLS[fixture]
    program = request.getfixturevalue(fixture)
    said = subprocess.run([program, option], capture_output=True, text=True, check=True).stdout
    assert go_tools.version(name).removeprefix("v") in said
