"""A chart repository in a bucket: packages beside an `index.yaml`, as a public bucket serves it to Helm.

Many may publish at once. A package is created only where there is none of its name; the index is replaced only where
it still is the one that was read, else it is read again. So whoever comes second sees what the first has done.
"""

from __future__ import annotations

import concurrent.futures
import datetime as dt
import random
import time
import urllib.parse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chartgen.errors import InputError, Problem, ToolError, Where
from chartgen.model import Package
from chartgen.publish.index import index as indexes
from chartgen.publish.index import upkeep
from chartgen.publish.index.index import Index
from chartgen.publish.index.whole import MAX_PACKAGE, local, whole
from chartgen.publish.interface import Access, Entry, Published, Verified, not_there, other_bytes
from chartgen.publish.stores.bucket import Bucket

INDEX = "index.yaml"
_PACKAGE = {"Content-Type": "application/gzip"}
_TEXT = {"Content-Type": "text/plain; charset=utf-8"}
_INDEX = {"Content-Type": "application/yaml", "Cache-Control": "no-cache"}  # Google keeps public objects an hour else

_CHECK = ".chartgen-conditions"
_CHECK_CONTENT = (
    b"chartgen writes this object to see that its store keeps to conditions on writing. It may be removed.\n"
)
_NO_VERSION = {"e_tag": '"of no object"', "version": "1"}

_ATTEMPTS = 200
_LONGEST_WAIT = 2.0
_READERS = 16


@dataclass(frozen=True, slots=True)
class _State:
    """The index as it was read, and its version; None: there was none."""

    index: Index
    version: Mapping[str, str] | None = None


class ObjectStore:
    """The repository at `s3://bucket/prefix`, `gs://bucket/prefix` or `az://container/prefix`; see `Bucket`.

    Arguments:
        access: its authorities' certificates; all else is in the environment.
        sleep: lets seconds pass; tests have their own.
    """

    def __init__(self, address: str, access: Access | None = None, sleep: Callable[[float], None] = time.sleep) -> None:
        self._bucket = Bucket(address, access.ca_file if access else None)
        self._sleep = sleep
        self._checked = False

    @property
    def address(self) -> str:
        """The address in its shortest form."""
        return self._bucket.address

    def publish(self, package: Package, *, now: dt.datetime) -> Published:
        """As `Repository.publish`: the package first, then its provenance, then the index.

        Raises:
            ToolError: also where the store ignores conditions on writing: who publish at once would lose entries.
        """
        state = self._state()
        entry = state.index.entry_of(package, self._place_of)
        file = self._file(entry) if entry else package.filename
        if entry and entry.urls and file is None:
            return Published(package, entry.urls[0], unchanged=True)  # it is elsewhere, as the index says
        file = file or package.filename
        put = self._put_package(package, file, entry)
        provenance = self._put_provenance(package, file)
        url = urllib.parse.quote(file)  # a `+` in a URL is a space to S3

        def added(index: Index) -> Index:
            return index if index.entry_of(package, self._place_of) else index.with_entry(package, url, now)

        changed = self._change(state, added) or (put and entry is not None)
        return Published(replace(package, provenance=provenance), self._place(file), unchanged=not changed)

    def fetch(self, name: str, version: str) -> Package:
        """As `Repository.fetch`."""
        entry = self._state().index.find(name, version)
        if entry is None:
            raise not_there(name, version, self.address)
        file = self._file(entry)
        if file is None:
            message = f"{name} {version} is not in this bucket, but at {' '.join(entry.urls) or 'no address'}"
            raise InputError(message, self._bucket.where(INDEX))
        return whole(entry, self._content(file), self._content(f"{file}.prov"), self._place(file))

    def versions(self, name: str) -> tuple[Entry, ...]:
        """As `Repository.versions`."""
        return self._state().index.entries(name)

    def entries(self) -> tuple[Entry, ...]:
        """As `Listing.entries`."""
        return self._state().index.entries()

    def names(self) -> tuple[str, ...]:
        """As `Repository.names`."""
        return self._state().index.names()

    def verify(self) -> Verified:
        """As `Repository.verify`."""
        names = set(self._bucket.names())
        if INDEX not in names:
            hint = "`chartgen repo index` makes it"
            return Verified(0, (Problem("is missing", self._bucket.where(INDEX), hint=hint),))
        try:
            index = self._state().index
        except InputError as error:
            return Verified(0, error.problems)
        return upkeep.verified(index, names, self._files())

    def reindex(self, *, now: dt.datetime) -> tuple[str, ...]:
        """As `Indexed.reindex`.

        Raises:
            InputError: a package has other bytes than were published, or cannot be read; nothing is changed then.
        """
        done: tuple[str, ...] = ()

        def mended(index: Index) -> Index:
            nonlocal done
            after, done = upkeep.mended(index, set(self._bucket.names()), self._files(), now)
            return after

        self._change(self._state(), mended)
        return done

    def deprecate(self, name: str, version: str) -> bool:
        """As `Indexed.deprecate`."""

        def deprecated(index: Index) -> Index:
            if index.find(name, version) is None:
                raise not_there(name, version, self.address)
            return index.with_deprecated(name, version)

        return self._change(self._state(), deprecated)

    def _place_of(self, entry: Entry) -> str:
        file = self._file(entry)
        return self._place(file) if file else " ".join(entry.urls) or self.address

    def _put_package(self, package: Package, file: str, entry: Entry | None) -> bool:
        """Puts the package in its place; False: it is there. What is broken, by its entry's digest, is put back."""
        there = self._bucket.read(file, MAX_PACKAGE)
        if there is None:
            self._check_conditions()
            if self._bucket.create(file, package.content, _PACKAGE):
                return True
            there = self._bucket.read(file, MAX_PACKAGE)
        if there is None:
            raise ToolError("is there and is not: somebody removes what is published", self._bucket.where(file))
        if there.content == package.content:
            return False
        if entry and entry.digest:
            return self._bucket.replace(file, package.content, _PACKAGE, there.version)
        if entry:
            raise other_bytes(package, self._place(file))
        message = f"is there already, with other bytes than this {package.name} {package.version}"
        hint = "raise the chart's version; where a stopped run left it, remove it or run `chartgen repo index`"
        raise InputError(message, self._bucket.where(file), hint)

    def _put_provenance(self, package: Package, file: str) -> bytes | None:
        """The provenance that is there in the end: the first one stays."""
        there = self._content(f"{file}.prov")
        if there is None and package.provenance is not None:
            if self._bucket.create(f"{file}.prov", package.provenance, _TEXT):
                return package.provenance
            there = self._content(f"{file}.prov")
        return there

    def _state(self) -> _State:
        stored = self._bucket.read(INDEX, indexes.MAX_INDEX)
        if stored is None:
            return _State(indexes.read(None, self._place(INDEX)))
        return _State(indexes.read(stored.content, self._place(INDEX)), stored.version)

    def _change(self, state: _State, change: Callable[[Index], Index]) -> bool:
        """Changes the index as it is at that moment; False: there is nothing to change.

        Who is late tries again after a random time, the longer the more often: 50 at once get through.

        Arguments:
            state: the index as it was last read.
        """
        for attempt in range(_ATTEMPTS):
            text = change(state.index).text
            if text == state.index.text:
                return False
            self._check_conditions()
            if state.version is None:
                done = self._bucket.create(INDEX, text, _INDEX)
            else:
                done = self._bucket.replace(INDEX, text, _INDEX, state.version)
            if done:
                return True
            self._sleep(random.uniform(0, min(_LONGEST_WAIT, 0.05 * 2 ** min(attempt, 10))))  # noqa: S311  # no secret
            state = self._state()
        hint = "are that many publishing at once? Try again later"
        raise ToolError(f"was changed by others {_ATTEMPTS} times before we could", self._bucket.where(INDEX), hint)

    def _check_conditions(self) -> None:
        """Refuses a store that writes although the condition does not hold, as some that call themselves S3 do.

        It is tried on an object of its own, whose bytes are always the same: whoever else tries it does not interfere.
        """
        if self._checked:
            return
        creates = [self._bucket.create(_CHECK, _CHECK_CONTENT, _TEXT) for _ in range(2)]
        if creates[1] or self._bucket.replace(_CHECK, _CHECK_CONTENT, _TEXT, _NO_VERSION):
            message = "ignores conditions on writing (If-None-Match, If-Match): of two who publish at once, one is lost"
            hint = "use a store that keeps to them, or publish into a directory and copy that"
            raise ToolError(message, Where(self.address), hint)
        self._checked = True

    def _file(self, entry: Entry) -> str | None:
        """The object that is an entry's package; None: it is elsewhere.

        An index that `helm repo index --url` wrote has whole addresses for what is beside it.
        """
        for url in entry.urls:
            path = local(url)
            if path is not None:
                return path
        names = (urllib.parse.unquote(url.rpartition("/")[2]) for url in entry.urls)
        return next((name for name in names if local(name) and self._content(name) is not None), None)

    def _content(self, file: str) -> bytes | None:
        stored = self._bucket.read(file, MAX_PACKAGE)
        return stored.content if stored else None

    def _files(self) -> upkeep.Files:
        return upkeep.Files(self._file, self._content, self._place, _some_at_once)

    def _place(self, file: str) -> str:
        return str(self._bucket.where(file))


def _some_at_once(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterable[Any]:
    with concurrent.futures.ThreadPoolExecutor(_READERS) as pool:
        return list(pool.map(function, items))
