from __future__ import annotations

import platform
import subprocess

import pytest

from tests import tools

VERSION_OPTIONS = {
    "helm3": ["version", "--short"],
    "helm4": ["version", "--short"],
    "helmfile0": ["--version"],
    "kubectl": ["version", "--client"],
}


@pytest.mark.parametrize("name", tools.TOOLS)
def test_each_program_is_the_version_that_its_name_promises(name, request):
    program = request.getfixturevalue(name)
    said = subprocess.run([program, *VERSION_OPTIONS[name]], capture_output=True, text=True, check=True).stdout
    assert tools.TOOLS[name].version in said


def test_where_a_program_is_not_to_be_had_the_reason_names_it_and_the_platform(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(tools.UnavailableError, match=r"helm4 for Linux on x86-64 only, this is .+"):
        tools.find("helm4")
