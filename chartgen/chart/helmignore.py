"""Which files of a chart's directory Helm leaves out.

Source of the rules: Helm's `pkg/ignore`. They look like git's and differ: no `**`, patterns as Go's `filepath.Match`
knows them, and a leading `!` leaves out whatever the rest does not match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from chartgen.errors import InputError, Problem, Where

FILENAME = ".helmignore"

_DEFAULTS = ("templates/.?*",)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: what it matches, whether against the whole path or the name alone, directories only, turned round."""

    pattern: re.Pattern[str]
    whole: bool
    directory: bool
    negated: bool

    def leaves_out(self, path: str, *, is_directory: bool) -> bool:
        """Whether the file or directory at `path` (with `/`, from the chart's root) stays out by this rule alone."""
        subject = path if self.whole else path.rsplit("/", 1)[-1]
        matches = (is_directory or not self.directory) and self.pattern.fullmatch(subject) is not None
        return matches != self.negated


def parse(text: str, file: str) -> tuple[Rule, ...]:
    """The rules of a `.helmignore`, and those that Helm adds.

    Raises:
        InputError: a pattern that Helm refuses, with its line.
    """
    lines = [line.strip() for line in text.splitlines()]
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    problems: list[Problem] = []
    rules: list[Rule] = []
    for number, line in [*numbered, *((0, line) for line in _DEFAULTS)]:
        try:
            rules.append(_rule(line))
        except ValueError as error:
            problems.append(Problem(f"`{line}`: {error}", Where(file, number)))
    if problems:
        raise InputError(problems)
    return tuple(rules)


def ignored(rules: Iterable[Rule], path: str, *, is_directory: bool = False) -> bool:
    """Whether Helm leaves out the file or directory at `path`; what lies below such a directory stays out with it."""
    return any(rule.leaves_out(path, is_directory=is_directory) for rule in rules)


def _rule(line: str) -> Rule:
    if "**" in line:
        raise ValueError("Helm does not know `**`")
    negated, directory = line.startswith("!"), line.endswith("/")
    body = line.removeprefix("!").removesuffix("/")
    pattern = re.compile(_expression(body.removeprefix("/")), re.DOTALL)
    return Rule(pattern, whole="/" in body, directory=directory, negated=negated)


def _expression(glob: str) -> str:
    """A pattern of Go's `filepath.Match` as a regular expression."""
    parts = {"*": "[^/]*", "?": "[^/]"}
    expression, rest = "", glob
    while rest:
        if rest[0] == "[":
            matched = re.match(r"\[(\^?)((?:\\.|[^\]\\-])(?:-(?:\\.|[^\]\\-]))?)+\]", rest, re.DOTALL)
            if not matched:
                raise ValueError("the pattern has a `[` without its `]`")
            expression += _characters(matched[0])
            rest = rest[matched.end() :]
        elif rest[0] == "\\":
            if len(rest) == 1:
                raise ValueError("the pattern ends with a backslash")
            expression, rest = expression + re.escape(rest[1]), rest[2:]
        else:
            expression, rest = expression + (parts.get(rest[0]) or re.escape(rest[0])), rest[1:]
    return expression


def _characters(group: str) -> str:
    """A group of characters (`[^a-z]`): the same in both, but for what regular expressions find special inside."""
    inside = group[1:-1]
    negated = inside.startswith("^")
    escaped = re.sub(r"\\(.)|(.)", lambda m: re.escape(m[1] or m[2]) if m[0] != "-" else "-", inside[negated:])
    return f"(?!/)[{'^' if negated else ''}{escaped}]"
