"""A chart repository's `index.yaml`, text to text: what a change does not name keeps every byte.

Source of the format: Helm, "The chart repository guide", and its `pkg/repo/index.go`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from chartgen import yamlio
from chartgen.errors import InputError, Where
from chartgen.model import Package
from chartgen.publish.index import parsed, splices
from chartgen.publish.index.layout import Layout, layout
from chartgen.publish.index.lines import IrregularError
from chartgen.publish.index.order import precedence
from chartgen.publish.index.splices import Splice
from chartgen.publish.interface import Entry, other_bytes

MAX_INDEX = 64 * 2**20
"""The most that is read, in bytes: some hundred thousand versions."""

MAX_LINES = 2_000_000
"""The most lines that are read."""

MAX_PARSED, MAX_MARKS = 16 * 2**20, 500_000
"""The most bytes, and about as many keys and items, of a text that is not laid out as helm writes it, and is parsed."""

_REMAKE = "`chartgen repo index` makes it anew from the packages"


@dataclass(frozen=True, slots=True)
class Index:
    """An index: its text, and what it says; `read` makes it.

    Attributes:
        text: UTF-8; empty where there is none yet.
        place: the file or address, for messages.
        charts: their entries by name, in the order in which they stand.
        lines: where they stand; None where only a parser can tell.
    """

    text: bytes
    place: str
    charts: tuple[tuple[str, tuple[Entry, ...]], ...] = ()
    lines: Layout | None = None

    def names(self) -> tuple[str, ...]:
        """The charts that have entries, sorted."""
        return tuple(sorted(name for name, entries in self.charts if entries))

    def entries(self, name: str | None = None) -> tuple[Entry, ...]:
        """The entries of that chart, or of all, in the order in which they stand."""
        return tuple(entry for chart, entries in self.charts if name in (None, chart) for entry in entries)

    def find(self, name: str, version: str) -> Entry | None:
        """The (first) entry of that very version, if there is one."""
        return next((entry for entry in self.entries(name) if entry.version == version), None)

    def entry_of(self, package: Package, place: Callable[[Entry], str]) -> Entry | None:
        """The entry of the package's version, if there is one.

        Arguments:
            place: where an entry's package is, for the message.

        Raises:
            OtherBytesError: by its digest, the entry is another package's.
        """
        entry = self.find(package.name, package.version)
        if entry and entry.digest not in ("", package.digest):
            raise other_bytes(package, place(entry))
        return entry

    def with_entry(self, package: Package, url: str, now: dt.datetime) -> Index:
        """The index with a further entry, before the first of its chart that is not newer: helm's own order.

        Arguments:
            url: where the package is, relative to the index or whole.
            now: what stands as the entry's `created` and the index's `generated`.

        Raises:
            InputError: the text does not let it in (an anchor, a merge).
        """
        return self.changed([(package, url)], (), now)

    def with_deprecated(self, name: str, version: str) -> Index:
        """The index with that version marked as deprecated; unchanged where it is already, or is not there.

        Raises:
            InputError: as `with_entry`.
        """
        found = self.find(name, version)
        if found is None or found.deprecated:
            return self
        if not self.lines:
            at = self.entries(name).index(found)
            return self._edited(parsed.with_deprecated(self._text(), name, at, self.place))
        items = next(chart.items for chart in self.lines.charts if chart.name == name)
        item = next(item for item in items if item.entry.version == version)
        if item.deprecated:
            return self._spliced([(*item.deprecated, b"true")])
        return self._spliced([(item.version_end, item.version_end, b" " * item.column + b"deprecated: true\n")])

    def without(self, name: str, version: str) -> Index:
        """The index without that version; a chart's name goes with its last one.

        Raises:
            InputError: as `with_entry`.
        """
        return self.changed((), [(name, version)])

    def changed(
        self, added: Iterable[tuple[Package, str]], removed: Iterable[tuple[str, str]], now: dt.datetime | None = None
    ) -> Index:
        """The index without some versions, and with others, in one go.

        Arguments:
            added: packages and where they are.
            removed: names and versions.
            now: as for `with_entry`; needed where something is added.

        Raises:
            InputError: as `with_entry`.
        """
        gone, stamp = set(removed), _time(now) if now else ""
        new: dict[str, list[dict[str, Any]]] = {}
        for package, url in sorted(added, key=lambda one: precedence(one[0].version), reverse=True):
            new.setdefault(package.name, []).append(_entry(package, url, stamp))
        if not self.text:
            index = {"apiVersion": "v1", "entries": dict(sorted(new.items())), "generated": stamp}
            return read(yamlio.dumps(index).encode(), self.place)
        if not self.lines:
            return self._edited(parsed.changed(self._text(), new, gone, stamp, self.place))
        return self._spliced(splices.changed(self.lines, new, gone, stamp, len(self.text)))

    def _text(self) -> str:
        return self.text.decode("utf-8-sig")

    def _edited(self, text: str) -> Index:
        return read(text.encode(), self.place)

    def _spliced(self, splices: list[Splice]) -> Index:
        parts, done = [], 0
        for start, end, text in sorted(splices, key=lambda splice: splice[:2]):
            parts += [self.text[done:start], text]
            done = end
        return read(b"".join([*parts, self.text[done:]]), self.place)


def read(content: bytes | None, place: str) -> Index:
    """The index that these bytes are.

    Arguments:
        content: the file; None where there is none yet.
        place: the file or address, for messages.

    Raises:
        InputError: it is no index of a chart repository, or larger than any that can be read.
    """
    if content is None:
        return Index(b"", place)
    if not content.strip():
        raise InputError("is empty, and no index of a chart repository", Where(place), _REMAKE)
    if len(content) > MAX_INDEX or content.count(b"\n") > MAX_LINES:
        message = f"is larger than {MAX_INDEX >> 20} MiB or {MAX_LINES} lines, the most that chartgen reads"
        raise InputError(message, Where(place))
    try:
        lines = layout(content)
    except IrregularError as irregular:
        if len(content) > MAX_PARSED or sum(map(content.count, (b":", b",", b"- ", b"\n"))) > MAX_MARKS:
            message = "is not laid out as helm writes it, and too large to be read otherwise"
            hint = f"write this line as helm does, or remove the file: {_REMAKE}"
            raise InputError(message, Where(place, irregular.line), hint) from None
        return Index(content, place, parsed.parse(content, place))
    return Index(content, place, tuple((one.name, tuple(i.entry for i in one.items)) for one in lines.charts), lines)


def _entry(package: Package, url: str, created: str) -> dict[str, Any]:
    entry = {
        **package.metadata,
        "name": package.name,
        "version": package.version,
        "created": created,
        "digest": package.digest,
        "urls": [url],
    }
    return dict(sorted(entry.items()))


def _time(now: dt.datetime) -> str:
    return now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
