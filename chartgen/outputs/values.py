"""A release's generated values file: exactly what the spec says, no defaults."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chartgen import yamlio
from chartgen.model import Release, Values
from chartgen.outputs import places

OWNER = "x-chartgen"
"""The key under which the values say whose they are: the mark by which a live release is known as chartgen's."""


def values(release: Release, sources: Sequence[str]) -> str:
    """The text of the values file.

    Arguments:
        sources: the spec files that the values come from, for the header.
    """
    return yamlio.dumps(data(release), _header(release, sources))


def data(release: Release) -> Values:
    """What the values file holds: whose the release is, then the values made from the spec."""
    owner: dict[str, Any] = {"project": release.project, "environment": release.environment}
    if release.region:
        owner["region"] = release.region
    return {OWNER: {**owner, "service": release.service}, **release.generated.values}


def _header(release: Release, sources: Sequence[str]) -> str:
    everywhere, *_, here = release.developer_files
    return (
        f"{places.MARK} from {places.listed(sources)}. Do not edit: `chartgen render` writes it anew.\n"
        f"Values of your own go into {here} (or {everywhere}, for every environment)."
    )
