"""What came of building or publishing charts: for people, for programs, and for a pipeline's next steps."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chartgen.compare.change import Change
from chartgen.model import Package
from chartgen.publish.interface import Published
from chartgen.publish.usage import install, spec

_MOST = 20
"""How many changes people are shown; programs get all."""


@dataclass(frozen=True, slots=True)
class Released:
    """A package and where it is now.

    Attributes:
        before: the published version that it was compared with; empty: there was none, or nobody asked.
        changes: what has changed since.
        changed: whether it is a new version; else it is the one published before.
        renderings: how many renderings vouch for it; 0: nobody tried.
        published: address of the repository -> what came of publishing there.
    """

    package: Package
    published: Sequence[tuple[str, Published]]
    before: str = ""
    changes: Sequence[Change] = ()
    changed: bool = True
    renderings: int = 0


def locations(released: Sequence[Released]) -> str:
    """Where the packages are, one line each."""
    return "".join(f"{published.location}\n" for one in released for _, published in one.published)


def notes(released: Sequence[Released]) -> str:
    """For people: what is published, why it has that version, and how to use it."""
    return "".join(f"{line}\n" for one in released for line in _notes(one))


def _notes(one: Released) -> Iterator[str]:
    package = one.package
    state = "published" if any(not each.unchanged for _, each in one.published) else "unchanged, it was there already"
    if not one.changed:
        state = f"nothing has changed since; {state}"
    yield f"{package.name} {package.version}: {state}"
    yield f"  {len(package.content) / 1024:.1f} KiB, sha256:{package.digest}{', signed' if package.provenance else ''}"
    if one.renderings:
        yield f"  rendered with {one.renderings} sets of values, valid for Kubernetes"
    if one.changes:
        yield f"  since {one.before}:"
        yield from (f"    {change.level}: {change.path}: {change.message}" for change in one.changes[:_MOST])
        if len(one.changes) > _MOST:
            yield f"    and {len(one.changes) - _MOST} more: CHANGES.md in the package names them"
    for address, published in one.published:
        if published.manifest:
            yield f"  {published.location}@{published.manifest}"
        yield from (f"  {line}" for line in install(address, package.name, package.version))
        if line := spec(address, package.name, package.version):
            yield f"  {line}"


def as_json(released: Sequence[Released]) -> str:
    """For programs: one array of objects that all have the same fields."""
    return json.dumps([_object(one) for one in released], indent=2, ensure_ascii=False)


def _object(one: Released) -> dict[str, Any]:
    package = one.package
    return {
        "name": package.name,
        "version": package.version,
        "file": package.filename,
        "size": len(package.content),
        "digest": f"sha256:{package.digest}",
        "signed": package.provenance is not None,
        "changed": one.changed,
        "before": one.before or None,
        "changes": [
            {"level": change.level, "part": change.part, "path": change.path, "message": change.message}
            for change in one.changes
        ],
        "published": [
            {
                "repository": address,
                "location": published.location,
                "unchanged": published.unchanged,
                "manifest": published.manifest or None,
                "install": list(install(address, package.name, package.version)),
                "spec": spec(address, package.name, package.version) or None,
            }
            for address, published in one.published
        ],
    }


def as_variables(released: Sequence[Released]) -> str:
    """Lines `name=value`, as GitHub's `GITHUB_OUTPUT` and GitLab's dotenv reports take them.

    Of several charts each variable carries the chart's name in front: `redis_version`.
    """
    return "".join(
        f"{_variable(one, name, alone=len(released) == 1)}={value}\n"
        for one in released
        for name, value in _values(one)
    )


def _values(one: Released) -> Iterator[tuple[str, str]]:
    package = one.package
    yield "name", package.name
    yield "version", package.version
    yield "digest", f"sha256:{package.digest}"
    yield "changed", str(one.changed).lower()
    for _, published in one.published[:1]:
        yield "location", published.location
        yield "manifest", published.manifest


def _variable(one: Released, name: str, *, alone: bool) -> str:
    prefix = "".join(each if each.isalnum() else "_" for each in one.package.name)
    return f"chart_{name}" if alone else f"{prefix}_{name}"
