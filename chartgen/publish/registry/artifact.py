"""What an OCI registry stores, as data. Source: the OCI image specification, manifest and artifact guidelines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes with their media type, and what the manifest says of them."""

    media_type: str
    content: bytes
    annotations: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Artifact:
    """A manifest and its blobs.

    Attributes:
        config: its configuration blob.
        layers: its other blobs, in order.
        annotations: of the manifest.
        artifact_type: what it is, where the configuration's media type does not tell; empty: left out.
        subject: the digest (`sha256:…`) of the manifest that it belongs to, in the same repository; empty: none.
    """

    config: Blob
    layers: tuple[Blob, ...]
    annotations: Mapping[str, str] = field(default_factory=dict)
    artifact_type: str = ""
    subject: str = ""
