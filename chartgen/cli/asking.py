"""Before something is done that is hard to undo: asked on a terminal, said in advance elsewhere."""

from __future__ import annotations

import sys

from chartgen.cli import console


def agreed(question: str, *, yes: bool) -> bool:
    """Whether to go on: because that was said in advance, or is the answer. Elsewhere than on a terminal it is no."""
    if yes:
        return True
    if not sys.stdin.isatty():
        console.note("nothing was done: `--yes` does it")
        return False
    return _answer(f"{question} [y/N] ").lower() in ("y", "yes")


def named(name: str, question: str, given: str | None) -> bool:
    """Whether somebody has written a name: as an option, or as the answer. Elsewhere than on a terminal it is no."""
    if given is None and not sys.stdin.isatty():
        console.note(f"nothing was done: `--confirm {name}` does it")
        return False
    said = _answer(f"{question} ") if given is None else given
    if said != name:
        console.note(f"nothing was done: the name is {name}")
    return said == name


def _answer(question: str) -> str:
    try:
        sys.stderr.write(question)
        sys.stderr.flush()
    except OSError:  # nobody sees what is asked
        return ""
    return sys.stdin.readline().strip()
