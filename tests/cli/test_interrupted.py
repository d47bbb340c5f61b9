"""An interrupt is one, whatever was going on when it came."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

# What a library may do to an interrupt: make an error of its own of it. pydantic does, while it builds a model.
SWALLOWED = """
import os, signal, sys
from chartgen.cli import app, main

def doctor(context: __import__("typer").Context) -> int:
    try:
        os.kill(os.getpid(), {number})
        signal.pause()
    except BaseException as error:
        raise ValueError(repr(error)) from None

app.app.command("swallow")(doctor)
sys.exit(main(["swallow"]))
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_that_a_library_swallows_is_no_bug(number, code):
    program = SWALLOWED.format(number=int(number))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, "interrupted\n")
