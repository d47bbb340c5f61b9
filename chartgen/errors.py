"""What can go wrong, as data: a `Problem` is one thing to mend; a `ChartgenError` carries all of them at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A place in a file. `line` and `column` count from 1; 0 means that only the file is known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with what somebody wrote.

    Arguments:
        message: what is wrong, one line, without a full stop.
        where: the file, line and column to look at.
        path: the field, dotted (`services.frontend.port`).
        expected: what would have been right.
        hint: what to do about it.
    """

    message: str
    where: Where | None = None
    path: str = ""
    expected: str = ""
    hint: str = ""

    def __str__(self) -> str:
        head = ": ".join(str(part) for part in (self.where, self.path, self.message) if part)
        tail = [f"  expected: {self.expected}"] if self.expected else []
        lines = [head, *tail, *([f"  hint: {self.hint}"] if self.hint else [])]
        return "\n".join(_printable(line) for line in lines)


def _printable(line: str) -> str:
    """The line with what would break it, or do something to a terminal, as escapes."""
    if line.isprintable():
        return line
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in line)


class ChartgenError(Exception):
    """Cannot continue. `problems` lists every reason found, in the order of the files."""

    exit_code: ClassVar[int] = 2

    def __init__(self, problems: str | Problem | Iterable[Problem], where: Where | None = None, hint: str = "") -> None:
        if isinstance(problems, str):
            problems = Problem(problems, where, hint=hint)
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class InputError(ChartgenError):
    """What the user wrote is wrong: exit code 2."""


class ToolError(ChartgenError):
    """A program or a server is missing or failed: exit code 3."""

    exit_code: ClassVar[int] = 3


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The hint for a name nobody knows: ``did you mean `port`?``, or nothing when no known name is close."""
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else ""


def dotted(path: Iterable[str | int]) -> str:
    """A path as people write it: `services.web.ports[0].name`; keys with dots or slashes stand in quotes."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part and all(c.isalnum() or c in "_-" for c in part):
            text += f".{part}" if text else part
        else:
            text += f'["{part}"]'
    return text
