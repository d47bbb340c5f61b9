"""The program starts itself anew for commands that render, with Go collecting less garbage."""

import os
import subprocess
import sys

import pytest

LOG = "import os; print(os.environ.get('GOGC'), os.getpid(), file=open(os.environ['STARTS'], 'a'))"


@pytest.fixture
def starts(tmp_path):
    """Runs the program with the arguments; returns what each of its starts, all in one process, had as GOGC."""
    (tmp_path / "sitecustomize.py").write_text(LOG)
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])

    def run(*arguments, **environment):
        variables = {**os.environ, "PYTHONPATH": path, "STARTS": str(tmp_path / "starts"), **environment}
        command = [sys.executable, "-X", "utf8", "-m", "chartgen", "-C", tmp_path, *arguments]
        subprocess.run(command, env=variables, capture_output=True, check=False)
        found = [line.split() for line in (tmp_path / "starts").read_text().splitlines()]
        assert len({process for _, process in found}) == 1
        return [value for value, _ in found]

    return run


@pytest.mark.parametrize("command", ["template", "check", "impact"])
def test_a_command_that_renders_collects_less(starts, command):
    assert starts(command) == ["None", "400"]


@pytest.mark.parametrize("command", ["list", "--help"])
def test_another_command_starts_once(starts, command):
    assert starts(command) == ["None"]


def test_who_sets_it_is_heeded(starts):
    assert starts("template", GOGC="50") == ["50"]
