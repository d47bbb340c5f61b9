"""Printing: results to stdout; progress, notes and problems to stderr.

Whoever reads them may go away: the work goes on all the same, and its exit code says what came of it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

from chartgen.errors import Problem, ToolError

_RED, _BOLD, _OFF = "\x1b[31m", "\x1b[1m", "\x1b[0m"
_ISSUES = "please report it, with the command and what CHARTGEN_DEBUG=1 shows"


@contextlib.contextmanager
def streams() -> Iterator[None]:
    """While the block runs there is something to print to; what nobody has read at its end goes nowhere.

    Where Python cannot write what is left it ends with an exit code of its own.
    """
    for name, mode in (("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY), ("stderr", os.O_WRONLY)):
        if getattr(sys, name) is None:  # it was closed when we were started
            setattr(sys, name, os.fdopen(os.open(os.devnull, mode), "r" if mode == os.O_RDONLY else "w"))
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            _let_go(stream)


def result(text: str) -> None:
    """What the command was asked for.

    Raises:
        ToolError: it cannot be written, though somebody wants it: the disk is full.
    """
    try:
        _write(sys.stdout, text if text.endswith("\n") or not text else f"{text}\n")
    except BrokenPipeError:
        return
    except OSError as error:
        raise ToolError(f"the result cannot be written: {error.strerror}") from None


def note(text: str) -> None:
    """Something beside the result."""
    draw(f"{text}\n")


def draw(text: str) -> None:
    """Something beside the result, on a line that does not end with it."""
    with contextlib.suppress(OSError):
        _write(sys.stderr, text)


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


def _let_go(stream: TextIO) -> None:
    try:
        stream.flush()
    except OSError:
        nowhere = _nowhere()
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _nowhere() -> int:
    return os.open(os.devnull, os.O_WRONLY)
