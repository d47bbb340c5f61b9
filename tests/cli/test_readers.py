"""Whoever reads what is printed may go away: the work goes on, and its exit code says what came of it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys

import pytest

SPEC = """\
project: shop
environments: {dev: {}}
services: {web: {image: "example.com/web:1"}}
"""

# A command that says much, does something, and fails.
WORKING = """
import pathlib, sys
from chartgen.cli import app, console, main

def work(context: __import__("typer").Context) -> int:
    console.note("it begins\\n" * 9999)
    console.result("what came of it\\n" * 9999)
    pathlib.Path("done").touch()
    console.note("it is over")
    return 4

app.app.command("work")(work)
sys.exit(main(["work"]))
"""

# What shows the progress of a deploy, with a helmfile that has much to say.
DEPLOYING = """
import pathlib, sys
from chartgen.actions.deploying.manner import Told
from chartgen.actions.live import Target
from chartgen.cli import app, main, progress
from chartgen.cluster import helmfile

def work(context: __import__("typer").Context) -> int:
    target = Target("dev", None, 1, None, (), ())
    asked = helmfile.Sync(pathlib.Path(), "helmfile.yaml", "dev", (), 1, 60, None)
    with progress.Progress(quiet=False) as shown:
        listener = helmfile.Listener(lambda event: shown.tell(Told("install", target, event.release)))
        return helmfile.sync(asked, pathlib.Path("helm"), listener)

app.app.command("work")(work)
sys.exit(main(["work"]))
"""
HELMFILE = """\
#!/bin/sh
trap 'echo ended > ended' TERM
for release in web cart store; do
  echo "Upgrading release=$release, chart=x"
  sleep 0.1
done
echo > done
exit 4
"""

# A command that asks.
ASKING = """
import sys
from chartgen.cli import app, asking, main

def work(context: __import__("typer").Context) -> int:
    return 0 if asking.agreed("Really?", yes=False) else 5

app.app.command("work")(work)
sys.exit(main(["work"]))
"""


@contextlib.contextmanager
def nobody():
    """The end to write to of a pipe that nobody reads."""
    read, write = os.pipe()
    os.close(read)
    try:
        yield write
    finally:
        os.close(write)


def run(directory, stream, *arguments, stdin=subprocess.DEVNULL, **environment):
    """The exit code of Python where nobody reads one of its streams."""
    with nobody() as gone:
        streams = {"stdin": stdin, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, stream: gone}
        variables = {**os.environ, **environment}
        return subprocess.run(
            [sys.executable, *arguments], cwd=directory, env=variables, check=False, **streams
        ).returncode


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_command_comes_to_its_end_and_says_how_by_its_exit_code(tmp_path, stream):
    assert run(tmp_path, stream, "-c", WORKING) == 4
    assert (tmp_path / "done").exists()


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "2>/dev/full"])
def test_a_stream_may_not_be_there_at_all(tmp_path, closed):
    command = ["sh", "-c", f'"$@" {closed}', "sh", sys.executable, "-c", WORKING]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 4
    assert (tmp_path / "done").exists()


def test_helmfile_is_not_interrupted(tmp_path):
    (tmp_path / "helmfile").write_text(HELMFILE)
    (tmp_path / "helmfile").chmod(0o755)
    code = run(tmp_path, "stderr", "-c", DEPLOYING, CHARTGEN_HELMFILE=str(tmp_path / "helmfile"))
    assert (code, (tmp_path / "done").exists(), (tmp_path / "ended").exists()) == (4, True, False)


@pytest.mark.parametrize(
    ("stream", "arguments", "code"),
    [
        ("stdout", ["list"], 0),
        ("stderr", ["list"], 0),
        ("stderr", ["list", "-s", "nope"], 2),
        ("stderr", ["nope"], 2),
    ],
)
def test_the_exit_code_is_what_it_always_is(tmp_path, stream, arguments, code):
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    assert run(tmp_path, stream, "-m", "chartgen", *arguments) == code


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("<&-", 5, "nothing was done: `--yes` does it\n"),
        (">/dev/full", 3, "error: the result cannot be written: No space left on device\n"),
    ],
)
def test_a_stream_that_cannot_be_used_is_no_bug(tmp_path, how, code, said):
    program = ASKING if how == "<&-" else WORKING.replace('"it begins\\n" * 9999', '""')
    command = ["sh", "-c", f'"$@" {how}', "sh", sys.executable, "-c", program]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.lstrip("\n")) == (code, said)


def test_who_does_not_see_what_is_asked_says_no(tmp_path):
    master, terminal = os.openpty()
    try:
        os.write(master, b"y\n")
        assert run(tmp_path, "stderr", "-c", ASKING, stdin=terminal) == 5
    finally:
        os.close(master)
        os.close(terminal)
