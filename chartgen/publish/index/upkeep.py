"""An index held against the files beside it, wherever they are: what is wrong, and what would set it right."""

from __future__ import annotations

import datetime as dt
import hashlib
import urllib.parse
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Any

from chartgen.chart import package as packages
from chartgen.errors import InputError, Problem, Where
from chartgen.model import Package
from chartgen.publish.index.index import Index
from chartgen.publish.index.whole import of_index, problems
from chartgen.publish.interface import Entry, Verified

PACKAGE, PROVENANCE = ".tgz", ".tgz.prov"
"""How the names of packages and of their provenances end."""


@dataclass(frozen=True, slots=True)
class Files:
    """The files beside an index.

    Attributes:
        find: the file that is an entry's package; None: it is elsewhere.
        read: a file's bytes; None: it is missing.
        place: a file's path or address, for messages.
        each: applies a function to each of many: `map`, or one that does some at once.
    """

    find: Callable[[Entry], str | None]
    read: Callable[[str], bytes | None]
    place: Callable[[str], str]
    each: Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]] = map


def verified(index: Index, names: Collection[str], files: Files) -> Verified:
    """What is wrong with a repository; see `Repository.verify`.

    Arguments:
        names: the files that are there, listed before the index was read: what is published meanwhile is then at most
            in the index.
    """
    entries = index.entries()
    paths = [files.find(entry) for entry in entries]

    def wrong(pair: tuple[Entry, str]) -> tuple[Problem, ...]:
        entry, file = pair
        return problems(entry, files.read(file), files.read(f"{file}.prov"), files.place(file))

    held = [(entry, file) for entry, file in zip(entries, paths, strict=True) if file is not None]
    found = [problem for some in files.each(wrong, held) for problem in some]
    found += of_index(entries, index.place)
    found += [
        Problem("is not in the index", Where(files.place(file)), hint="run `chartgen repo index`, or remove it")
        for file in sorted(set(_packed(names)) - set(paths))
    ]
    found += [
        Problem("is the provenance of no package that is there", Where(files.place(file)), hint="remove it")
        for file in sorted(names)
        if file.endswith(PROVENANCE) and file.removesuffix(".prov") not in names
    ]
    return Verified(len(entries), tuple(found), paths.count(None))


def mended(index: Index, names: Collection[str], files: Files, now: dt.datetime) -> tuple[Index, tuple[str, ...]]:
    """The index in line with the files, and what was done for that; see `Indexed.reindex`.

    Raises:
        InputError: a package has other bytes than were published, or cannot be read.
    """
    kept, gone, wrong = _held(index.entries(), files)
    removed = {(entry.name, entry.version) for entry in gone}
    kept = {file: entry for file, entry in kept.items() if (entry.name, entry.version) not in removed}
    added, unreadable = _unlisted(names, kept, files)
    if wrong or unreadable:
        raise InputError((*wrong, *unreadable))
    if not (added or gone or not index.text):
        return index, ()
    done = (
        *(f"removed {entry.name} {entry.version}" for entry in gone),
        *(f"added {package.name} {package.version}" for package, _ in added),
    )
    return index.changed(added, removed, now), done


def _packed(names: Collection[str]) -> list[str]:
    return sorted(name for name in names if name.endswith(PACKAGE))


def _held(entries: Iterable[Entry], files: Files) -> tuple[dict[str, Entry], list[Entry], list[Problem]]:
    """The entries whose packages are there, by file; those whose are not (or not told apart); what is wrong."""
    kept: dict[str, Entry] = {}
    gone: list[Entry] = []
    wrong: list[Problem] = []

    def looked(entry: Entry) -> tuple[Entry, str | None, bool, tuple[Problem, ...]]:
        file = files.find(entry)
        content = None if file is None else files.read(file)
        if file is None or content is None or not entry.digest:
            return entry, file, False, ()
        same = hashlib.sha256(content).hexdigest() == entry.digest
        return entry, file, True, () if same else problems(entry, content, None, files.place(file))

    for entry, file, there, found in files.each(looked, entries):
        wrong += found
        if there:
            kept[file] = entry
        elif file is not None:
            gone.append(entry)
    return kept, gone, wrong


def _unlisted(
    names: Collection[str], kept: dict[str, Entry], files: Files
) -> tuple[list[tuple[Package, str]], list[Problem]]:
    """The packages that no entry names, without their bytes, and their URLs; and what is wrong with some."""
    known = {(entry.name, entry.version): file for file, entry in kept.items()}
    added: list[tuple[Package, str]] = []
    wrong: list[Problem] = []
    for file in _packed(names):
        if file in kept:
            continue
        try:
            package = packages.of(files.read(file) or b"", files.place(file))
        except InputError as error:
            wrong += error.problems
            continue
        key = (package.name, package.version)
        if key in known:
            message = f"is {package.name} {package.version}, as {known[key]} is"
            wrong.append(Problem(message, Where(files.place(file)), hint="remove one of the two"))
        known[key] = file
        added.append((replace(package, content=b""), urllib.parse.quote(file)))
    return added, wrong
