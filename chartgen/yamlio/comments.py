"""The comments of a YAML text: whose they are, and how to write further ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from chartgen.yamlio.layout import Entry, Part, entries, layout, line_end, line_start, lined
from chartgen.yamlio.nodes import Path

_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#.*$")


@dataclass(frozen=True, slots=True)
class Comment:
    """What a person wrote about an entry: the lines `above` it, and what stands `beside` it; each begins with `#`."""

    above: tuple[str, ...] = ()
    beside: str = ""


def comments(text: str) -> dict[Path, Comment]:
    """Every comment of the text, by the entry that it is about.

    A line of its own is about the entry that follows, or about the one before where only that one stands at the same
    column; `()` has those that are about none.
    """
    placed = [(text.count("\n", 0, entry.start), path, entry) for path, entry in entries(layout(text))]
    found: dict[Path, Comment] = {}
    for line, column, comment, alone in _found(text):
        path = _about(placed, line, column) if alone else _beside(placed, line)
        old = found.get(path, Comment())
        found[path] = Comment((*old.above, comment), old.beside) if alone or old.beside else Comment(old.above, comment)
    return found


def annotate(text: str, path: Path, comment: Comment) -> str:
    """The text with the comment added at the entry of that path, or at the nearest above it that has lines of its own.

    What stands there already is not added again. Where there is no room beside, it goes above.
    """
    entry = _own_line(layout(text), path)
    if entry is None:
        there = {line.strip() for line in text.splitlines()}
        new = [line for line in (*comment.above, comment.beside) if line and line not in there]
        return (text if not text or text.endswith("\n") else text + "\n") + lined(new)
    text, above = _put_beside(text, entry, comment)
    start = line_start(text, entry.start)
    line = text[start : line_end(text, start + 1)]
    margin = line[: len(line) - len(line.lstrip(" "))]
    there = set(_comments_above(text, start))
    return text[:start] + "".join(f"{margin}{line}\n" for line in above if line not in there) + text[start:]


def _found(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Each comment: its line and column, its text, whether it has the line to itself."""
    masked = list(text)
    for start, end in _opaque(layout(text), text):
        masked[start:end] = [character if character == "\n" else "x" for character in text[start:end]]
    for number, (line, shown) in enumerate(zip("".join(masked).split("\n"), text.split("\n"), strict=True)):
        match = _COMMENT.search(line)
        if match:
            yield number, match.start(), shown[match.start() :].rstrip(), not line[: match.start()].strip()


def _opaque(part: Part | None, text: str) -> Iterator[tuple[int, int]]:
    """Where a `#` means itself: in keys and scalars; the line on which a literal opens is none of them."""
    if part is None:
        return
    if part.kind == "scalar":
        yield line_end(text, part.start + 1) if part.literal else part.start, part.end
    for entry in part.entries:
        if isinstance(entry.key, str):
            yield entry.start, entry.end
        yield from _opaque(entry.value, text)


def _about(placed: list[tuple[int, Path, Entry]], line: int, column: int) -> Path:
    following = next(((path, entry) for number, path, entry in placed if number > line), None)
    before = [(path, entry) for number, path, entry in placed if number < line]
    if following and (following[1].column == column or not before):
        return following[0]
    same = [path for path, entry in before if entry.column == column]
    if same and (not following or column > following[1].column):
        return same[-1]
    return following[0] if following else ()


def _beside(placed: list[tuple[int, Path, Entry]], line: int) -> Path:
    """The entry that the line is part of: the outermost that begins there, else the last that began before."""
    here = [path for number, path, _ in placed if number == line]
    before = [path for number, path, _ in placed if number < line]
    return here[0] if here else before[-1] if before else ()


def _own_line(part: Part | None, path: Path) -> Entry | None:
    found = None
    for key in path:
        entry = part.find(key) if part and not part.style else None
        if part is None or entry is None:
            return found
        found, part = entry, entry.value
    return found


def _put_beside(text: str, entry: Entry, comment: Comment) -> tuple[str, tuple[str, ...]]:
    """The text with the comment beside the entry where there is room; and what is left to stand above."""
    if not comment.beside:
        return text, comment.above
    value = entry.value
    last = entry.end if value.block else value.end
    end = line_end(text, last)
    line = text[last:end]
    if comment.beside in line:
        return text, comment.above
    if "#" in line or value.literal:
        return text, (*comment.above, comment.beside)
    stop = last + len(line.rstrip())
    return f"{text[:stop]}  {comment.beside}{text[stop:]}", comment.above


def _comments_above(text: str, start: int) -> Iterator[str]:
    while start:
        start, end = line_start(text, start - 1), start
        line = text[start:end].strip()
        if not line.startswith("#"):
            return
        yield line
