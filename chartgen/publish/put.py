"""A chart repository whose files are put with PUT: WebDAV, where we keep its index, or a server that makes its own."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import re
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import replace

from chartgen.errors import InputError, Problem, ToolError, Where
from chartgen.model import Package
from chartgen.publish.index import upkeep
from chartgen.publish.index.index import Index
from chartgen.publish.interface import Access, Entry, Published, Verified, not_there, other_bytes
from chartgen.publish.web.exchange import Limits
from chartgen.publish.web.transport import Sending, expect, refusal
from chartgen.publish.web.webdav import WebDav
from chartgen.publish.web.webindex import INDEX, State, WebIndex

_LIMITS = Limits(total=60.0)
"""A publisher holds the lock for a few requests: all of them together stay within the time that a lock holds."""

_OWN_INDEX = re.compile(r"^(nexus|artifactory|sonatype)", re.IGNORECASE)
_PUT = (200, 201, 202, 204)
_REFUSED_INDEX = (400, 403, 405, 409, 501)
_PACKAGE = "application/gzip"
_TEXT = "text/plain; charset=utf-8"
_YAML = "application/yaml"
_ATTEMPTS = 20
_PATIENCE = 60.0


class Put:
    """The repository at an `https://` address.

    A server that says it is Nexus or Artifactory, or refuses an index, makes its index itself. Else the index is ours
    to write: under a lock where the server has locks; where it has none, with If-Match, and read back, because many
    servers ignore If-Match: there, of two who publish at the very same time, one may be lost.

    Arguments:
        address: without `index.yaml`.
        access: how servers are reached.
        sleep: lets seconds pass; tests have their own.

    Raises:
        InputError: the address is none.
    """

    def __init__(self, address: str, access: Access, sleep: Callable[[float], None] = time.sleep) -> None:
        self._web = WebIndex(address, access, _LIMITS)
        self._dav = WebDav(self._web.address, self._web.transport, sleep)
        self._sleep = sleep

    @property
    def address(self) -> str:
        """The address, without a slash at its end."""
        return self._web.address

    def publish(self, package: Package, *, now: dt.datetime) -> Published:
        """As `Repository.publish`: the package first, then its provenance, then the index."""
        if self._locks():
            with self._dav.locked():
                return self._put(package, now, locked=True)
        return self._put(package, now, locked=False)

    def fetch(self, name: str, version: str) -> Package:
        """As `Repository.fetch`."""
        return self._web.fetch(name, version)

    def versions(self, name: str) -> tuple[Entry, ...]:
        """As `Repository.versions`."""
        return self._web.state().index.entries(name)

    def entries(self) -> tuple[Entry, ...]:
        """As `Listing.entries`."""
        return self._web.state().index.entries()

    def names(self) -> tuple[str, ...]:
        """As `Repository.names`."""
        return self._web.state().index.names()

    def verify(self) -> Verified:
        """As `Repository.verify`; what is not in the index is seen only where the server lists its files."""
        names = self._dav.names() or set()
        state = self._web.state()
        if not state.there:
            hint = "`chartgen repo index` makes it"
            return Verified(0, (Problem("is missing", Where(self._web.at(INDEX)), hint=hint),))
        return upkeep.verified(state.index, names, self._files())

    def reindex(self, *, now: dt.datetime) -> tuple[str, ...]:
        """As `Indexed.reindex`.

        Raises:
            ToolError: also where the server does not list its files.
            InputError: a package has other bytes than were published, or cannot be read; nothing is changed then.
        """
        done: tuple[str, ...] = ()

        def mended(index: Index) -> Index:
            nonlocal done
            names = self._dav.names()
            if names is None:
                raise ToolError("does not list its files (PROPFIND)", Where(self.address), "mend the index where it is")
            after, changes = upkeep.mended(index, names, self._files(), now)
            done = changes or done  # read back, it has nothing left to do
            return after

        self._change(mended)
        return done

    def deprecate(self, name: str, version: str) -> bool:
        """As `Indexed.deprecate`."""

        def deprecated(index: Index) -> Index:
            if index.find(name, version) is None:
                raise not_there(name, version, self.address)
            return index.with_deprecated(name, version)

        return self._change(deprecated)

    def _locks(self) -> bool:
        locks, server = self._dav.offers()
        return locks and not _OWN_INDEX.match(server)

    def _put(self, package: Package, now: dt.datetime, *, locked: bool) -> Published:
        state = self._web.state()
        entry = state.index.entry_of(package, self._place_of)
        file = self._web.file(entry) if entry else package.filename
        if entry and entry.urls and file is None:
            return Published(package, entry.urls[0], unchanged=True)  # it is elsewhere, as the index says
        file = file or package.filename
        put = self._put_package(package, file, entry)
        provenance = self._put_provenance(package, file)

        def added(index: Index) -> Index:
            if index.entry_of(package, self._place_of):
                return index
            return index.with_entry(package, urllib.parse.quote(file), now)

        listed = entry is None and self._written(added, state if locked else self._web.state(), locked=locked)
        return Published(replace(package, provenance=provenance), self._web.at(file), unchanged=not (put or listed))

    def _place_of(self, entry: Entry) -> str:
        file = self._web.file(entry)
        return self._web.at(file) if file else " ".join(entry.urls) or self.address

    def _put_package(self, package: Package, file: str, entry: Entry | None) -> bool:
        """Puts the package in its place; False: it is there. What is broken, by its entry's digest, is put back."""
        url = self._web.at(file)
        there = self._web.content(url)
        if there == package.content:
            return False
        if there is not None and not (entry and entry.digest):
            raise other_bytes(package, url)
        headers = {"Content-Type": _PACKAGE} | ({} if there else {"If-None-Match": "*"})
        response = self._web.transport.request("PUT", url, Sending(headers, package.content))
        if response.status not in _PUT:
            there = self._web.content(url) if response.status in (400, 409, 412) else None
            if there is None:
                raise refusal(response)
            if there != package.content:
                raise other_bytes(package, url)
        return True

    def _put_provenance(self, package: Package, file: str) -> bytes | None:
        """The provenance that is there in the end: the first one stays."""
        url = self._web.at(f"{file}.prov")
        there = self._web.content(url)
        if there is None and package.provenance is not None:
            headers = {"Content-Type": _TEXT, "If-None-Match": "*"}
            response = self._web.transport.request("PUT", url, Sending(headers, package.provenance))
            if response.status == 412:
                return self._web.content(url)
            expect(response, _PUT)
            return package.provenance
        return there

    def _change(self, change: Callable[[Index], Index]) -> bool:
        """Changes the index as it is at that moment; False: there is nothing to change."""
        locks = self._locks()
        with self._dav.locked() if locks else contextlib.nullcontext():
            state = self._web.state()
            if _OWN_INDEX.match(state.server):
                raise self._not_ours()
            return self._written(change, state, locked=locks, ours=True)

    def _written(self, change: Callable[[Index], Index], state: State, *, locked: bool, ours: bool = False) -> bool:
        """Writes the changed index, without a lock until it is what is read back; False: there is nothing to change.

        Arguments:
            state: the index as it was last read.
            ours: whether an index that the server makes itself is an error.
        """
        for attempt in range(_ATTEMPTS):
            text = change(state.index).text
            if text == state.index.text:
                return attempt > 0
            if _OWN_INDEX.match(state.server):
                return self._listed(change)
            condition = {"If-Match": state.etag} if state.etag else {} if state.there else {"If-None-Match": "*"}
            sending = Sending({"Content-Type": _YAML, **condition}, text, repeatable=False)
            response = self._web.transport.request("PUT", self._web.at(INDEX), sending)
            if response.status in _REFUSED_INDEX and not ours:
                return self._listed(change)
            if response.status in _REFUSED_INDEX:
                raise self._not_ours()
            expect(response, (*_PUT, 412))
            if locked and response.status != 412:
                return True
            if attempt or response.status == 412:
                self._sleep(random.uniform(0, min(2.0, 0.05 * 2**attempt)))  # noqa: S311  # no secret hangs on it
            state = self._web.state()
        hint = "several publish at once to a server without locks: publish one after the other"
        raise ToolError("does not keep what is written", Where(self._web.at(INDEX)), hint)

    def _listed(self, change: Callable[[Index], Index]) -> bool:
        """Waits until the server has the change in its own index."""
        waited, wait = 0.0, 0.2
        while True:
            index = self._web.state().index
            if change(index).text == index.text:
                return True
            if waited >= _PATIENCE:
                message = (
                    f"the server makes its index itself, and has not taken the package into it in {_PATIENCE:.0f} s"
                )
                raise ToolError(
                    message, Where(self._web.at(INDEX)), "look at the server: is this a repository of charts?"
                )
            self._sleep(wait)
            waited, wait = waited + wait, min(2 * wait, 5.0)

    def _not_ours(self) -> InputError:
        hint = "deprecate a version there, or publish one that says it"
        return InputError("the server makes its index itself", Where(self._web.at(INDEX)), hint)

    def _files(self) -> upkeep.Files:
        return upkeep.Files(self._web.file, lambda file: self._web.content(self._web.at(file)), self._web.place)
