"""A chart repository in a directory: packages beside an `index.yaml`, as any web server can serve it to Helm.

Source of the format: Helm, "The chart repository guide".
"""

from __future__ import annotations

import datetime as dt
import pathlib
import urllib.parse
from dataclasses import dataclass, replace

from chartgen import files
from chartgen.errors import InputError, Problem, ToolError, Where
from chartgen.model import Package
from chartgen.publish.index import index, upkeep
from chartgen.publish.index.whole import MAX_PACKAGE, local, whole
from chartgen.publish.interface import Entry, Published, Verified, not_there, other_bytes

INDEX = "index.yaml"
_PATIENCE = 600.0
"""Seconds: many publish at once, and each waits for those before it."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The repository in `path`, which is made when something is published to it."""

    path: pathlib.Path

    @property
    def address(self) -> str:
        """The directory's path."""
        return str(self.path)

    def publish(self, package: Package, *, now: dt.datetime) -> Published:
        """As `Repository.publish`; writers take turns, and readers see the index old or new, never in between."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"cannot be a chart repository: {error.strerror}", Where(self.address)) from None
        with files.writing(self.path, patience=_PATIENCE) as writer:
            found = self._index()
            entry = found.find(package.name, package.version)
            file = self._file(entry) if entry else package.filename
            if entry and entry.urls and file is None:
                return self._elsewhere(package, entry)
            file = file or package.filename
            content, provenance = self._pair(file)
            if entry is None and content is None:
                provenance = None  # one that is there is a killed run's, and was never published
            self._refuse_other_bytes(package, entry, file, content)
            package = replace(package, provenance=provenance or package.provenance)
            new = {} if content == package.content else {file: package.content}
            if package.provenance and package.provenance != provenance:
                new = {f"{file}.prov": package.provenance, **new}
            elif package.provenance is None:
                writer.remove([f"{file}.prov"])
            if entry is None:
                new[INDEX] = found.with_entry(package, urllib.parse.quote(file), now).text
            writer.write(new)  # in this order, so that no version is to be seen before all of it is there
        return Published(package, self._place(file), unchanged=bool(entry) and content == package.content)

    def fetch(self, name: str, version: str) -> Package:
        """As `Repository.fetch`."""
        entry = self._index().find(name, version)
        if entry is None:
            raise not_there(name, version, self.address)
        file = self._file(entry)
        if file is None:
            message = f"{name} {version} is not in this directory, but at {' '.join(entry.urls) or 'no address'}"
            raise InputError(message, Where(self._place(INDEX)))
        return whole(entry, *self._pair(file), self._place(file))

    def versions(self, name: str) -> tuple[Entry, ...]:
        """As `Repository.versions`."""
        return self._index().entries(name)

    def entries(self) -> tuple[Entry, ...]:
        """As `Listing.entries`."""
        return self._index().entries()

    def names(self) -> tuple[str, ...]:
        """As `Repository.names`."""
        return self._index().names()

    def verify(self) -> Verified:
        """As `Repository.verify`.

        Raises:
            InputError: there is no such directory.
        """
        self._must_be_there()
        names = self._names()  # before the index: what is published meanwhile is then at most in the index
        if self._read(INDEX, 0) is None:
            hint = "`chartgen repo index` makes it"
            return Verified(0, (Problem("is missing", Where(self._place(INDEX)), hint=hint),))
        try:
            found = self._index()
        except InputError as error:
            return Verified(0, error.problems)
        return upkeep.verified(found, names, self._files())

    def reindex(self, *, now: dt.datetime) -> tuple[str, ...]:
        """As `Indexed.reindex`.

        Raises:
            InputError: a package has other bytes than were published, or cannot be read; nothing is changed then.
        """
        self._must_be_there()
        with files.writing(self.path, patience=_PATIENCE) as writer:
            content = self._read(INDEX, index.MAX_INDEX + 1)
            found = index.read(None if content is None or not content.strip() else content, self._place(INDEX))
            mended, done = upkeep.mended(found, self._names(), self._files(), now)
            if mended.text != content:
                writer.write({INDEX: mended.text})
        return done

    def deprecate(self, name: str, version: str) -> bool:
        """As `Indexed.deprecate`."""
        self._must_be_there()
        with files.writing(self.path, patience=_PATIENCE) as writer:
            found = self._index()
            entry = found.find(name, version)
            if entry is None:
                raise not_there(name, version, self.address)
            if not entry.deprecated:
                writer.write({INDEX: found.with_deprecated(name, version).text})
        return not entry.deprecated

    def _index(self) -> index.Index:
        return index.read(self._read(INDEX, index.MAX_INDEX + 1), self._place(INDEX))

    def _place(self, file: str) -> str:
        return str(self.path / file)

    def _must_be_there(self) -> None:
        if not self.path.is_dir():
            raise InputError("there is no such directory", Where(self.address), "name a chart repository's directory")

    def _read(self, file: str, limit: int = -1) -> bytes | None:
        try:
            if (self.path / file).is_fifo():
                raise ToolError("is no file", Where(self._place(file)))
            with (self.path / file).open("rb", buffering=0) as opened:
                return opened.read(limit)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise ToolError(f"cannot be read: {error.strerror}", Where(self._place(file))) from None

    def _pair(self, file: str) -> tuple[bytes | None, bytes | None]:
        """A package and its provenance, each None where it is missing."""
        return self._read(file, MAX_PACKAGE + 1), self._read(f"{file}.prov", MAX_PACKAGE)

    def _names(self) -> set[str]:
        return {path.name for path in self.path.glob("*.tgz*")}

    def _files(self) -> upkeep.Files:
        return upkeep.Files(self._file, lambda file: self._read(file, MAX_PACKAGE + 1), self._place)

    def _file(self, entry: Entry) -> str | None:
        """Where the entry's package is in this directory; None: it is elsewhere.

        An index that `helm repo index --url` wrote has whole addresses for what is beside it.
        """
        for url in entry.urls:
            path = local(url)
            if path is not None:
                return path
        names = (url.rpartition("/")[2] for url in entry.urls)
        return next((name for name in names if local(name) and (self.path / name).is_file()), None)

    def _elsewhere(self, package: Package, entry: Entry) -> Published:
        if entry.digest != package.digest:
            raise other_bytes(package, entry.urls[0])
        return Published(package, entry.urls[0], unchanged=True)

    def _refuse_other_bytes(self, package: Package, entry: Entry | None, file: str, content: bytes | None) -> None:
        """What is published is what its entry says; its file may be gone or broken, and is then put back."""
        if entry and entry.digest:
            if entry.digest != package.digest:
                raise other_bytes(package, self._place(file))
        elif content is not None and content != package.content:
            if entry:
                raise other_bytes(package, self._place(file))
            message = "is there already, with other bytes, though the index does not name it"
            hint = "remove it, or run `chartgen repo index` to publish it as it is"
            raise InputError(message, Where(self._place(file)), hint)
