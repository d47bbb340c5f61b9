"""A chart repository in a directory: packages beside an `index.yaml`, as any web server can serve it to Helm."""

from __future__ import annotations

import datetime as dt
import hashlib
import pathlib
from dataclasses import dataclass
from typing import Any

from chartgen import files, yamlio
from chartgen.errors import InputError, ToolError, Where
from chartgen.model import Package
from chartgen.publish.interface import Published

INDEX = "index.yaml"


@dataclass(frozen=True, slots=True)
class Directory:
    """The repository in `path`, which is made when it is missing."""

    path: pathlib.Path

    def publish(self, package: Package, *, now: dt.datetime) -> Published:
        """As `Repository.publish`; writers take turns, and readers see the index old or new, never in between.

        Source of the format: Helm, "The chart repository guide".
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"cannot be a chart repository: {error.strerror}", Where(str(self.path))) from None
        with files.writing(self.path) as writer:
            index = self._index()
            entries = index["entries"].setdefault(package.name, [])
            known = next((entry for entry in entries if entry.get("version") == package.version), None)
            location = str(self.path / package.filename)
            self._refuse_other_bytes(package, known)
            if known is not None and (self.path / package.filename).exists():
                return Published(package, location, unchanged=True)
            if known is None:
                entries.insert(0, _entry(package, now))
                index["generated"] = _time(now)
            writer.write({package.filename: package.content})
            writer.write({INDEX: yamlio.dumps(index).encode()})
        return Published(package, location, unchanged=False)

    def _index(self) -> dict[str, Any]:
        where = self.path / INDEX
        try:
            index = yamlio.loads(where.read_bytes(), str(where))
        except FileNotFoundError:
            index = None
        except OSError as error:
            raise ToolError(f"cannot be read: {error.strerror}", Where(str(where))) from None
        if index is None:
            return {"apiVersion": "v1", "entries": {}}
        if not isinstance(index, dict) or not isinstance(index.get("entries"), dict):
            hint = "move it away, or name another directory"
            raise InputError("is not the index of a chart repository", Where(str(where)), hint)
        return index

    def _refuse_other_bytes(self, package: Package, known: dict[str, Any] | None) -> None:
        where = self.path / package.filename
        digests = {"" if known is None else str(known.get("digest", ""))}
        if where.exists():
            digests.add(hashlib.sha256(where.read_bytes()).hexdigest())
        if digests - {"", package.digest}:
            message = f"version {package.version} of {package.name} is published already, with other bytes"
            raise InputError(message, Where(str(where)), "raise the chart's version")


def _entry(package: Package, now: dt.datetime) -> dict[str, Any]:
    return {
        **package.metadata,
        "created": _time(now),
        "digest": package.digest,
        "urls": [package.filename],
    }


def _time(now: dt.datetime) -> str:
    return now.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
