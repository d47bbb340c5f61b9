"""A chart repository behind ChartMuseum's API, as Harbor (before 2.8), JFrog and others speak it too.

Source: ChartMuseum's README ("API", "Uploading a Chart Package", "Multitenancy"), and `serverInfo` in its index.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import replace

import urllib3

from chartgen.errors import Problem, ToolError, Where
from chartgen.model import Package
from chartgen.publish.index import upkeep
from chartgen.publish.index.index import Index
from chartgen.publish.interface import Access, Entry, Published, Verified, other_bytes
from chartgen.publish.web.transport import Sending, expect, refuse_page, unpacked
from chartgen.publish.web.webindex import INDEX, WebIndex

_PATIENCE = 60.0
_MAX_LIST = 64 * 2**20
_CONTEXT = re.compile(rb"^ +contextPath: *[\"']?(/[A-Za-z0-9._/-]*)", re.MULTILINE)


class ChartMuseum:
    """The repository at an `https://` address; of a server with several it ends in the repository's path, `/org/repo`.

    Arguments:
        address: without `index.yaml`.
        access: how servers are reached.
        sleep: lets seconds pass; tests have their own.

    Raises:
        InputError: the address is none.
    """

    def __init__(self, address: str, access: Access, sleep: Callable[[float], None] = time.sleep) -> None:
        self._web = WebIndex(address, access)
        self._sleep = sleep

    @property
    def address(self) -> str:
        """The address, without a slash at its end."""
        return f"chartmuseum+{self._web.address}"

    def publish(self, package: Package, *, now: dt.datetime) -> Published:
        """As `Repository.publish`; the server makes the index, and says itself when an entry was created."""
        index = self._web.state().index
        entry = index.entry_of(package, self._web.url)
        url = self._web.url(entry) if entry else f"{self._web.address}/charts/{urllib.parse.quote(package.filename)}"
        if entry is None and self._posted(package, index):
            self._wait(package)
            return Published(package, url, unchanged=False)
        if self._web.content(url) != package.content:
            raise other_bytes(package, url)
        return Published(replace(package, provenance=self._provenance(package, url, index)), url, unchanged=True)

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
        """As `Repository.verify`; what the server has beyond its index is known from its list of charts."""
        listed = self._listed(self._web.state().index)
        index = self._web.state().index
        found = upkeep.verified(index, (), upkeep.Files(self._web.file, self._content, self._web.place))
        entries = {(entry.name, entry.version) for entry in index.entries()}
        hint = "let the server make its index anew"
        missing = [
            Problem(f"does not have {name} {version}, which the server lists", Where(self._web.at(INDEX)), hint=hint)
            for name, version in sorted(listed - entries)
        ]
        return replace(found, problems=(*found.problems, *missing))

    def _posted(self, package: Package, index: Index) -> bool:
        """Puts the package and its provenance; False: the server has a package of that version already."""
        fields: dict[str, tuple[str, bytes, str]] = {"chart": (package.filename, package.content, "application/gzip")}
        if package.provenance is not None:
            fields["prov"] = (f"{package.filename}.prov", package.provenance, "text/plain")
        body, kind = urllib3.encode_multipart_formdata(fields)
        response = self._web.transport.request(
            "POST", self._api(index, "charts"), Sending({"Content-Type": kind}, body)
        )
        return expect(response, (200, 201, 409)).status != 409

    def _provenance(self, package: Package, url: str, index: Index) -> bytes | None:
        there = self._web.content(f"{url}.prov")
        if there is None and package.provenance is not None:
            sending = Sending({"Content-Type": "application/octet-stream"}, package.provenance)
            response = expect(self._web.transport.request("POST", self._api(index, "prov"), sending), (200, 201, 409))
            return self._web.content(f"{url}.prov") if response.status == 409 else package.provenance
        return there

    def _wait(self, package: Package) -> None:
        """The server makes its index in the background."""
        waited, wait = 0.0, 0.1
        while (found := self._web.state().index.find(package.name, package.version)) is None:
            if waited >= _PATIENCE:
                message = f"the server has taken {package.filename}, and not into its index in {_PATIENCE:.0f} s"
                raise ToolError(message, Where(self._web.at(INDEX)), "look into the server's log")
            self._sleep(wait)
            waited, wait = waited + wait, min(2 * wait, 5.0)
        if found.digest not in ("", package.digest):
            raise other_bytes(package, self._web.url(found))

    def _listed(self, index: Index) -> set[tuple[str, str]]:
        response = expect(self._web.get(self._api(index, "charts"), _MAX_LIST), (200,))
        refuse_page(response, "a list of charts in JSON")
        try:
            charts = json.loads(unpacked(response, _MAX_LIST))
            return {(str(each["name"]), str(each["version"])) for some in charts.values() for each in some}
        except (ValueError, RecursionError, AttributeError, TypeError, KeyError):
            message = "GET was not answered with ChartMuseum's list of charts"
            raise ToolError(message, Where(response.address), "is it a ChartMuseum, and is its API on?") from None

    def _api(self, index: Index, what: str) -> str:
        """The API stands before the path of the repository, and behind the path that the whole server is below."""
        parts = urllib.parse.urlsplit(self._web.address)
        found = _CONTEXT.search(index.text)
        context = found[1].decode().rstrip("/") if found else ""
        below = parts.path.startswith(f"{context}/") or parts.path == context
        path = parts.path.removeprefix(context) if below else parts.path
        return urllib.parse.urlunsplit(
            (parts.scheme, parts.netloc, f"{context if below else ''}/api{path}/{what}", "", "")
        )

    def _content(self, file: str) -> bytes | None:
        return self._web.content(self._web.at(file))
