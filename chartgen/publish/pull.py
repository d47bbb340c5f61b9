"""Published charts: fetched once, kept by digest, held to what `chartgen.lock` records."""

from __future__ import annotations

import hashlib
import os
import pathlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chartgen import files, yamlio
from chartgen.chart.load import load
from chartgen.errors import InputError, Where
from chartgen.model import Chart, ChartRef, Package
from chartgen.publish.open import repository

LOCK = "chartgen.lock"
_HEADER = f"""{LOCK}: the published charts in use, written by `chartgen render`.
Commit it: what is rendered is then made with these very charts."""


@dataclass(frozen=True, slots=True)
class Locked:
    """One published chart in use: where it is, its package's sha256, the contract it speaks (None: not ours)."""

    name: str
    repository: str
    version: str
    digest: str
    contract: int | None


def read_lock(content: bytes | None) -> tuple[Locked, ...]:
    """The charts that a `chartgen.lock` records.

    Raises:
        InputError: the file is not what `write_lock` writes.
    """
    if content is None:
        return ()
    data = yamlio.loads(content, LOCK)
    try:
        return tuple(
            Locked(entry["name"], entry["repository"], str(entry["version"]), entry["digest"], entry.get("contract"))
            for entry in data["charts"]
        )
    except (TypeError, KeyError):
        hint = "restore it from git, or remove it and run `chartgen render`"
        raise InputError("is not a lock file of chartgen", Where(LOCK, 1, 1), hint) from None


def write_lock(locked: Iterable[Locked]) -> bytes:
    """The text of `chartgen.lock`, in a fixed order."""
    charts = [
        {"name": lock.name, "repository": lock.repository, "version": lock.version, "digest": lock.digest}
        | ({} if lock.contract is None else {"contract": lock.contract})
        for lock in sorted(locked, key=lambda lock: (lock.name, lock.repository, lock.version))
    ]
    return yamlio.dumps({"charts": charts}, _HEADER).encode()


def fetch(ref: ChartRef, locked: Iterable[Locked]) -> tuple[Chart, Locked]:
    """A published chart: from the cache where the lock knows its digest, else from its repository.

    Raises:
        InputError: there is no such chart or version, or its bytes are other than those locked.
        ToolError: the repository cannot be reached.
    """
    known = _known(ref, locked)
    cache = _cache()
    if known is not None:
        kept = cache / f"{known.digest.removeprefix('sha256:')}.tgz"
        if kept.is_file() and hashlib.sha256(kept.read_bytes()).hexdigest() == kept.stem:
            return load(kept), known
    package = _held_to(_fetched(ref), ref, known)
    digest = package.digest
    cache.mkdir(parents=True, exist_ok=True)
    with files.writing(cache) as writer:
        writer.write({f"{digest}.tgz": package.content})
    chart = load(cache / f"{digest}.tgz")
    return chart, Locked(*_key(ref), f"sha256:{digest}", chart.contract)


def verify(ref: ChartRef, locked: Iterable[Locked]) -> None:
    """Whether a published chart is in its repository now, with the bytes that are locked; the cache is not asked.

    Raises:
        As `fetch`.
    """
    _held_to(_fetched(ref), ref, _known(ref, locked))


def _known(ref: ChartRef, locked: Iterable[Locked]) -> Locked | None:
    return next((lock for lock in locked if (lock.name, lock.repository, lock.version) == _key(ref)), None)


def _held_to(package: Package, ref: ChartRef, known: Locked | None) -> Package:
    """The package, if it has the bytes that are locked."""
    if known is not None and known.digest != f"sha256:{package.digest}":
        message = f"{ref.name} {ref.version} in {ref.repository} has other bytes than {LOCK} records"
        hint = f"find out why it was published anew; to take it as it is, remove its entry from {LOCK}"
        raise InputError(message, Where(LOCK), hint)
    return package


def _fetched(ref: ChartRef) -> Package:
    """The package; of a version that is there with another `v` before it, or without, that one, as Helm takes it."""
    name, address, version = _key(ref)
    place = repository(address)
    known = [entry.version for entry in place.versions(name)]
    same = [each for each in known if each.removeprefix("v") == version.removeprefix("v")]
    return place.fetch(name, version if version in known or not same else same[0])


def _key(ref: ChartRef) -> tuple[str, str, str]:
    return ref.name, ref.repository or "", ref.version or ""


def _cache() -> pathlib.Path:
    """Where packages are kept by digest: `CHARTGEN_CACHE_HOME`, else the user's cache directory."""
    environment: Mapping[str, str] = os.environ
    own = environment.get("CHARTGEN_CACHE_HOME")
    if own:
        return pathlib.Path(own) / "charts"
    home = environment.get("XDG_CACHE_HOME") or str(pathlib.Path.home() / ".cache")
    return pathlib.Path(home) / "chartgen" / "charts"
