"""The Kubernetes versions that clusters run."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

from chartgen.checks import kubernetes_data
from chartgen.checks.objects import Objects
from chartgen.checks.rule import Family, Hit, Rule, Told
from chartgen.model import Release

_SUPPORTED = 3
"""How many minor versions get fixes. Source: Kubernetes, "Version Skew Policy"."""


def kubernetes_out_of_support(releases: Sequence[Release]) -> Iterator[Hit]:
    """Judged by the newest version that this chartgen knows."""
    newest = _minor(kubernetes_data.versions()[-1])
    told: set[str] = set()
    for release in releases:
        version = release.kubernetes
        if version and release.environment not in told and _minor(version) <= newest - _SUPPORTED:
            told.add(release.environment)
            message = f"{release.environment} runs Kubernetes {version}, which gets no more fixes"
            oldest = f"1.{newest - _SUPPORTED + 1}"
            yield Hit(message, where=release.checks.environment, remedy=f"go to Kubernetes {oldest} or newer")


def api_going_away(objects: Objects) -> Iterator[Hit]:
    """Of a version that a later Kubernetes, as far as it is known, does not serve any more."""
    ends = _ends()
    for manifest in objects.manifests:
        last = ends.get((manifest.object["apiVersion"], manifest.object["kind"]))
        if last is not None:
            message = f"{manifest.object['apiVersion']} is served up to Kubernetes {last} only"
            yield Hit(message, manifest, ("apiVersion",))


@functools.cache
def _ends() -> dict[tuple[str, str], str]:
    """The last Kubernetes version of each kind that has one."""
    return {
        (api_version, kind): last
        for api_version, kinds in kubernetes_data.served().items()
        for kind, span in kinds.items()
        if (last := span.partition("-")[2])
    }


def _minor(version: str) -> int:
    return int(version.split(".")[1])


FAMILY = Family(
    "clusters",
    "Kubernetes versions",
    all_releases=(
        Rule(
            "kubernetes-out-of-support",
            "warning",
            "A Kubernetes that gets no more fixes keeps the holes that are found in it.",
            "go to a version that gets fixes",
            kubernetes_out_of_support,
        ),
    ),
    releases=(
        Rule(
            "api-going-away",
            "warning",
            "With the next Kubernetes an API server refuses the object.",
            "write it in a version that stays",
            api_going_away,
        ),
    ),
    told=(
        Told(
            "kubernetes-schema",
            "error",
            "An API server of that version refuses the object.",
            "correct the value that the field is made of",
        ),
    ),
)
