"""Printing: results to stdout; progress, notes and problems to stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

from chartgen.errors import Problem

_RED, _BOLD, _OFF = "\x1b[31m", "\x1b[1m", "\x1b[0m"
_ISSUES = "please report it, with the command and what CHARTGEN_DEBUG=1 shows"


def result(text: str) -> None:
    """What the command was asked for."""
    _write(sys.stdout, text if text.endswith("\n") or not text else f"{text}\n")


def note(text: str) -> None:
    """Something beside the result."""
    _write(sys.stderr, f"{text}\n")


def problems(found: Sequence[Problem]) -> None:
    """What is wrong, all of it, and how much that is."""
    head = f"{_RED}error:{_OFF} " if in_color(sys.stderr) else "error: "
    for problem in found:
        note(head + str(problem))
    if len(found) > 1:
        note(f"{len(found)} problems")


def bug(error: Exception) -> None:
    """A fault of chartgen's own."""
    note(f"error: chartgen has a bug: {type(error).__name__}: {error}\n  hint: {_ISSUES}")


def in_color(stream: TextIO) -> bool:
    """Whether the stream is a terminal that wants colour (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def bold(text: str) -> str:
    """The text in bold, on a terminal."""
    return f"{_BOLD}{text}{_OFF}" if in_color(sys.stdout) else text


def _write(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()
