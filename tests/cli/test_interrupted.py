"""An interrupt is one, whatever was going on when it came."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

# What a library may do to an interrupt: make an error of its own of it. pydantic does, while it builds a model.
SWALLOWED = """
import os, signal, sys
from chartgen.cli import app, main

signal.signal(signal.SIGHUP, signal.SIG_DFL)

def doctor(context: __import__("typer").Context) -> int:
    try:
        os.kill(os.getpid(), {number})
        signal.pause()
    except BaseException as error:
        raise ValueError(repr(error)) from None

app.app.command("swallow")(doctor)
sys.exit(main(["swallow"]))
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_an_interrupt_that_a_library_swallows_is_no_bug(number, code):
    program = SWALLOWED.format(number=int(number))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, "interrupted\n")


# A command that has helmfile at work when its terminal goes away, which says so twice: first to the shell.
HUNG_UP = """
import os, pathlib, signal, sys
from chartgen.cli import app, main
from chartgen.cluster import helmfile

signal.signal(signal.SIGHUP, signal.{before})

def work(context: __import__("typer").Context) -> int:
    asked = helmfile.Sync(pathlib.Path(), "helmfile.yaml", "dev", (), 1, 60, None)
    listener = helmfile.Listener(lambda event: os.kill(os.getpid(), signal.SIGHUP))
    return helmfile.sync(asked, pathlib.Path("helm"), listener)

app.app.command("work")(work)
sys.exit(main(["work"]))
"""
HELMFILE = """\
#!/bin/sh
trap 'echo Upgrading release=web, chart=x; sleep 0.3; echo "$TMPDIR" > ended; exit 1' TERM
echo Upgrading release=web, chart=x
sleep 0.5 & wait
echo > done
"""


@pytest.mark.parametrize(("before", "code", "told"), [("SIG_DFL", 129, "ended"), ("SIG_IGN", 0, "done")])
def test_a_terminal_that_goes_away_ends_helmfile_in_order_unless_that_is_to_be_ignored(tmp_path, before, code, told):
    (tmp_path / "helmfile").write_text(HELMFILE)
    (tmp_path / "helmfile").chmod(0o755)
    command = [sys.executable, "-c", HUNG_UP.format(before=before)]
    variables = {**os.environ, "CHARTGEN_HELMFILE": str(tmp_path / "helmfile")}
    done = subprocess.run(command, cwd=tmp_path, env=variables, capture_output=True, check=False)
    assert (done.returncode, {path.name for path in tmp_path.iterdir()}) == (code, {"helmfile", told})
    assert not Path((tmp_path / told).read_text().strip() or "/nowhere").exists()
