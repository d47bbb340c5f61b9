"""`chartgen repo`: looking after a chart repository, whatever its kind."""

from __future__ import annotations

import datetime as dt

from chartgen.errors import ChartgenError, InputError, Where, did_you_mean
from chartgen.publish.interface import Access, Entry, Indexed, Listing, Repository, Verified
from chartgen.publish.open import repository

_LISTS_ITSELF = "there is nothing to do: it lists what it has by itself"
_NEXT_VERSION = "say `deprecated: true` in the chart's Chart.yaml, and publish that as its next version"


def verify(address: str, access: Access | None = None) -> Verified:
    """Holds every entry of the repository against its package, and every package against the index.

    Raises:
        InputError: the address is none of a repository.
        ToolError: the repository cannot be reached.
    """
    return repository(address, access).verify()


def reindex(address: str, access: Access | None = None) -> tuple[str, ...]:
    """Brings the index in line with the packages; what was done, one `added name version` or `removed …` each.

    Raises:
        InputError: as `verify`; the repository keeps no index; a package is not what was published.
        ToolError: as `verify`.
    """
    return _indexed(repository(address, access), _LISTS_ITSELF).reindex(now=dt.datetime.now(dt.UTC))


def deprecate(address: str, name: str, version: str, access: Access | None = None) -> bool:
    """Marks a version as deprecated in the index; False where it was already.

    Raises:
        InputError: as `reindex`; there is no such version.
        ToolError: as `verify`.
    """
    return _indexed(repository(address, access), _NEXT_VERSION).deprecate(name, version)


def entries(address: str, name: str | None = None, access: Access | None = None) -> tuple[Entry, ...]:
    """The versions of that chart, or of all charts by name, in the repository's own order.

    Raises:
        InputError: as `verify`; there is no such chart.
        ToolError: as `verify`.
    """
    opened = repository(address, access)
    if name is not None:
        found = opened.versions(name)
        if not found:
            raise InputError(f"there is no chart {name}", Where(opened.address), _meant(opened, name))
        return found
    if isinstance(opened, Listing):
        return opened.entries()
    return tuple(entry for chart in opened.names() for entry in opened.versions(chart))


def _meant(opened: Repository, name: str) -> str:
    try:
        return did_you_mean(name, opened.names())
    except ChartgenError:  # a registry may keep its names to itself
        return ""


def _indexed(opened: Repository, hint: str) -> Indexed:
    if not isinstance(opened, Indexed):
        raise InputError("the registry keeps no index.yaml that could be written", Where(opened.address), hint)
    return opened
