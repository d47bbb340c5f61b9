"""Annotations of Chart.yaml that Artifact Hub reads. Source: Artifact Hub, "Helm annotations"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import semver

from chartgen import yamlio

LICENSE = "artifacthub.io/license"
CHANGES = "artifacthub.io/changes"
IMAGES = "artifacthub.io/images"
PRERELEASE = "artifacthub.io/prerelease"
SIGN_KEY = "artifacthub.io/signKey"

MADE = (CHANGES, IMAGES, PRERELEASE, SIGN_KEY)
"""Those that a build makes, where the chart does not say them itself."""


def made(
    version: str,
    changes: Sequence[Mapping[str, str]],
    images: Sequence[str],
    sign_key: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The annotations of a chart that is about to be packaged.

    Arguments:
        version: of the chart: a pre-release is marked as one.
        changes: what it changed, each `{kind: added|changed|removed, description: …}`.
        images: the images that it runs by its own defaults, with tag or digest.
        sign_key: `fingerprint` and `url` of the key that signs it.
    """
    found: dict[str, Any] = {
        CHANGES: list(changes),
        IMAGES: [{"name": _name(image), "image": image} for image in sorted(set(images))],
        PRERELEASE: "true" if _is_prerelease(version) else "",
        SIGN_KEY: dict(sign_key or {}),
    }
    return {key: value if isinstance(value, str) else yamlio.dumps(value) for key, value in found.items() if value}


def _name(image: str) -> str:
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def _is_prerelease(version: str) -> bool:
    parsed = version.removeprefix("v")
    return semver.Version.is_valid(parsed) and semver.Version.parse(parsed).prerelease is not None
