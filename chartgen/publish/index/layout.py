"""Where the charts and entries of an `index.yaml` stand."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from chartgen.publish.index.forms import Form, form
from chartgen.publish.index.lines import (
    IrregularError,
    Line,
    NotSureError,
    Span,
    Walker,
    check_characters,
    parsed,
    string,
)
from chartgen.publish.interface import Entry

_TOP, _CHART, _ITEM, _FIELD, _URL = 1, 2, 3, 4, 5
"""How many maps and lists are open at a key of the index, a chart's name, an entry's dash, its keys, its addresses."""

_DASH = 2
"""So many columns stands a key behind its dash."""

_MAX_FORMS, _MAX_LINES = 8, 100
"""How many forms are worth knowing, and of how long entries."""

_TEXTS = frozenset(("version", "digest", "created", "deprecated"))


@dataclass(frozen=True, slots=True)
class Item:
    """An entry and where it stands.

    Attributes:
        start, end: from its dash's line to the end of its last line; comments after it are not its own.
        column: of its keys.
        version_end: the end of the line that says its version; 0: it has none.
        deprecated: what stands as its `deprecated`, if anything does.
    """

    entry: Entry
    start: int
    end: int
    column: int
    version_end: int
    deprecated: Span | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A chart and its entries: its name's line goes from `start` to `head`; `column` is the name's."""

    name: str
    start: int
    head: int
    column: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole index: its charts, the line that says `entries`, and what stands as `generated`."""

    charts: tuple[Listed, ...]
    entries: Span
    generated: Span | None


def layout(text: bytes, *, patience: int = 50) -> Layout:
    """The index's charts and entries, and where they stand.

    Arguments:
        patience: how many entries are read line by line before it pays to learn their forms.

    Raises:
        IrregularError: the text is not surely an index in the form that helm and chartgen write.
    """
    builder, walker = _Builder(text, patience), Walker(text)
    try:
        check_characters(text)
        while True:
            builder.take_whole(walker)
            line = walker.line()
            if line is None:
                return builder.finished()
            builder.take(line)
    except NotSureError as error:
        position = max(walker.position, error.position)
        raise IrregularError(text.count(b"\n", 0, position) + 1) from None


@dataclass(slots=True)
class _Draft:
    """An entry on its way; `lines` are those that it was read from, `wanted` those of them that say something here."""

    start: int
    column: int
    end: int = 0
    version_end: int = 0
    deprecated: Span | None = None
    texts: dict[str, str] = field(default_factory=dict)
    urls: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    wanted: list[Line] = field(default_factory=list)

    def store(self, key: str, value: bytes, place: Span) -> None:
        """Keeps a field's value, or a further address where there is no key."""
        if not key:
            self.urls.append(string(value))
        elif key == "deprecated":
            self.texts[key] = "true" if parsed(value) is True else ""
            self.deprecated = place
        else:
            self.texts[key] = string(value)
        if key == "version":
            self.version_end = place[1] + 1

    def item(self, name: str) -> Item:
        """The entry, whole."""
        texts = self.texts
        entry = Entry(
            name,
            texts.get("version", ""),
            texts.get("digest", "").removeprefix("sha256:"),
            texts.get("created", ""),
            texts.get("deprecated") == "true",
            tuple(self.urls),
        )
        return Item(entry, self.start, self.end, self.column, self.version_end, self.deprecated)


@dataclass(slots=True)
class _Builder:
    """Gathers charts and entries from lines; `dash` is the column of a chart's entries, -1 until there is one."""

    text: bytes
    patience: int
    keys: dict[str, Line] = field(default_factory=dict)
    top: str = ""
    inside: str = ""
    name: Line | None = None
    dash: int = -1
    draft: _Draft | None = None
    items: list[Item] = field(default_factory=list)
    charts: list[Listed] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)

    def take(self, line: Line) -> None:
        """Takes the next line in."""
        if line.depth == _TOP:
            self._close_chart()
            self.keys[line.key] = line
            self.top = line.key
        elif self.top == "entries":
            self._in_entries(line)

    def take_whole(self, walker: Walker) -> None:
        """Takes entries in as long as they have a known form."""
        while found := self._known(walker.position):
            one, entry = found
            self._close_entry()
            self.dash = one.column - _DASH
            self.draft = _Draft(entry.start(), one.column, entry.end())
            for number, line in enumerate(one.wanted, 1):
                self.draft.store(line.key, entry[number], entry.span(number))
            walker.resume(entry.end(), _ITEM, one.column, one.keys)

    def _known(self, position: int) -> tuple[Form, re.Match[bytes]] | None:
        """The form of the entry that begins at the position, if it is known, and the entry; in a chart alone."""
        if self.name is None or not self.text.startswith(b" " * self.dash + b"- " if self.dash >= 0 else b"", position):
            return None
        for one in self.forms:
            dash = one.column - _DASH
            fits = dash == self.dash or (self.dash < 0 and dash >= self.name.column)
            entry = one.pattern.match(self.text, position) if fits else None
            if entry:
                return one, entry
        return None

    def finished(self) -> Layout:
        """What was gathered."""
        self._close_chart()
        entries, generated = self.keys.get("entries"), self.keys.get("generated")
        if not entries or "apiVersion" not in self.keys or entries.value != (None if self.charts else b"{}"):
            raise NotSureError
        if generated and not generated.value:
            raise NotSureError
        return Layout(tuple(self.charts), (entries.start, entries.end), generated.place if generated else None)

    def _in_entries(self, line: Line) -> None:
        if line.depth == _CHART:
            self._close_chart()
            if line.item or line.value is not None:
                raise NotSureError
            self.name = line
            return
        if line.item == _ITEM:
            self._close_entry()
            self.draft = _Draft(line.start, line.column)
            self.dash = line.column - _DASH
        draft = self.draft
        if draft is None or line.depth < _FIELD or (line.item == _ITEM and line.depth > _FIELD):
            raise NotSureError
        draft.end = line.end
        draft.lines.append(line)
        if line.depth == _FIELD:
            self.inside = line.key
            self._take_field(draft, line)
        elif self.inside == "urls":
            if line.depth != _URL or line.item != _URL or line.key:
                raise NotSureError
            self._store(draft, line)

    def _take_field(self, draft: _Draft, line: Line) -> None:
        if not line.key or (line.key == "urls" and line.value not in (None, b"[]")):
            raise NotSureError
        if line.key in _TEXTS:
            self._store(draft, line)

    def _store(self, draft: _Draft, line: Line) -> None:
        if not line.value:
            raise NotSureError
        draft.store(line.key, line.value, line.place)
        draft.wanted.append(line)

    def _close_entry(self) -> None:
        draft = self.draft
        if draft is not None and self.name is not None:
            self.items.append(draft.item(self.name.key))
            self.patience -= 1
            by_lines = bool(draft.lines) and draft.lines[0].start == draft.start
            if by_lines and self.patience < 0 and len(self.forms) < _MAX_FORMS and len(draft.lines) < _MAX_LINES:
                learned = form(self.text, draft.lines, draft.wanted)
                self.forms += [learned] if learned else []
        self.draft, self.inside = None, ""

    def _close_chart(self) -> None:
        self._close_entry()
        if self.name is not None:
            if not self.items:
                raise NotSureError
            line = self.name
            self.charts.append(Listed(line.key, line.start, line.end, line.column, tuple(self.items)))
        self.name, self.dash, self.items = None, -1, []
