"""Image references: `repository:tag@digest`, as container runtimes read them."""

from __future__ import annotations

import re
from typing import NamedTuple

_TAG = r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"
_DIGEST = r"sha256:[0-9a-f]{64}"
_PART = r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*"
_REGISTRY = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?"
_REFERENCE = re.compile(
    rf"(?P<repository>(?:{_REGISTRY}/)?{_PART}(?:/{_PART})*)(?::(?P<tag>{_TAG}))?(?:@(?P<digest>{_DIGEST}))?"
)


class Reference(NamedTuple):
    """An image reference in its parts; a part that is not given is empty."""

    repository: str
    tag: str
    digest: str


def split(reference: str) -> Reference | None:
    """The parts of an image reference, None for what is none.

    Source: the reference grammar of the OCI distribution specification, as container runtimes read it.
    """
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        return None
    return Reference(match["repository"], match["tag"] or "", match["digest"] or "")


def is_pinned(reference: str) -> bool:
    """Whether a text is an image reference with a tag or a digest."""
    parts = split(reference)
    return parts is not None and bool(parts.tag or parts.digest)


def is_digest(version: str) -> bool:
    """Whether a version is a digest, not a tag."""
    return re.fullmatch(_DIGEST, version) is not None


def is_version(text: str) -> bool:
    """Whether a text is a tag or a digest.

    Source: the OCI distribution specification, "Pulling manifests".
    """
    return re.fullmatch(f"{_TAG}|{_DIGEST}", text) is not None
