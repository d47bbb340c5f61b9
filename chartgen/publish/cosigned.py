"""Signatures beside what is signed, in a registry, where cosign and those who check for it look.

Both places that are in use: the tag `sha256-….sig` (cosign 1 and 2, and most admission controllers), and a bundle that
refers to the manifest (cosign 3, which looks at the tag only where no bundle of anything is there).
Sources: cosign, `specs/SIGNATURE_SPEC.md` and `pkg/oci/remote/write.go`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Protocol

from chartgen.errors import InputError, ToolError, Where
from chartgen.publish.registry.artifact import Artifact, Blob
from chartgen.signing import cosign, pairs
from chartgen.signing.pairs import PrivateKey, PublicKey

_CONFIG = "application/vnd.oci.image.config.v1+json"
_EMPTY = "application/vnd.oci.empty.v1+json"
_BUNDLES = "application/vnd.dev.sigstore.bundle"
_NOW = "0001-01-01T00:00:00Z"
"""What cosign writes: the time of a signature that nobody vouches for says nothing."""

_TRIES = 5
_MOST = 200
"""As many bundles are looked at: whoever may write to a registry can put any number there."""


class Referrer(Protocol):
    """What a registry says of a manifest that belongs to another."""

    @property
    def digest(self) -> str:
        """Its digest."""

    @property
    def artifact_type(self) -> str:
        """What it is; empty where the registry does not tell."""


class Registry(Protocol):
    """What we need of an OCI registry (`oci.Registry`)."""

    @property
    def address(self) -> str:
        """Where it is, `oci://…`."""

    def artifact(self, name: str, reference: str) -> tuple[str, Artifact] | None:
        """The digest of a manifest, by tag or digest, and all that it holds; None: there is none."""

    def put_artifact(self, name: str, tag: str, artifact: Artifact) -> str:
        """Puts an artifact, under a tag or (empty) by its digest only."""

    def referrers(self, name: str, subject: str) -> Sequence[Referrer]:
        """The manifests that belong to the one of this digest."""


def sign(registry: Registry, name: str, digest: str, key: PrivateKey) -> bool:
    """Signs a chart's manifest, where the key's signature is not there yet; others beside it stay as they are.

    A registry cannot put a tag only where it is unchanged: of two keys that sign at the very same time, the tag may
    lose one (cosign's own does so too); signing again adds it.

    Arguments:
        name: the chart's.
        digest: of its manifest, `sha256:…`: what `publish` returned, not what a tag says now.

    Returns:
        Whether anything was added.

    Raises:
        InputError: there is no such manifest.
        ToolError: the registry cannot be reached, does not let us, or others keep overwriting the signature.
    """
    public = pairs.public_of(key)
    added = False
    if not _has_bundle(registry, name, digest, public):
        registry.put_artifact(name, "", _bundle(cosign.bundle(key, digest), digest))
        added = True
    for _ in range(_TRIES):
        layers = _layers(registry, name, digest)
        if any(_is_signature(layer, digest, public) for layer in layers):
            return added
        content = cosign.payload(f"{registry.address.partition('://')[2]}/{name}", digest)
        annotations = {cosign.SIGNATURE_ANNOTATION: cosign.signature(key, content)}
        ours = Blob(cosign.SIMPLE_SIGNING, content, annotations)
        registry.put_artifact(name, _tag(digest), _signatures((*layers, ours)))
        added = True
    hint = "sign with one key at a time"
    raise ToolError("others keep writing signatures at the same time", _where(registry, name, digest), hint)


def verify(registry: Registry, name: str, digest: str, keys: Sequence[PublicKey]) -> PublicKey:
    """The key, of those given, that signed the manifest with this digest; in either place.

    Raises:
        InputError: none of them did.
        ToolError: the registry cannot be reached, does not let us, or answers nonsense.
    """
    layers = _layers(registry, name, digest)
    for key in keys:
        if any(_is_signature(layer, digest, key) for layer in layers) or _has_bundle(registry, name, digest, key):
            return key
    known = ", ".join(f"sha256:{pairs.fingerprint(key)}" for key in keys) or "none"
    what = f"has {len(layers)} signatures, but none by a key that is known" if layers else "is not signed"
    raise InputError(f"{what} (for cosign)", _where(registry, name, digest), f"known are: {known}")


def _tag(digest: str) -> str:
    return f"{digest.replace(':', '-')}.sig"


def _where(registry: Registry, name: str, digest: str) -> Where:
    return Where(f"{registry.address}/{name}@{digest}")


def _layers(registry: Registry, name: str, digest: str) -> tuple[Blob, ...]:
    found = _unless_broken(registry, name, _tag(digest))
    return () if found is None else found.layers


def _is_signature(layer: Blob, digest: str, key: PublicKey) -> bool:
    written = layer.annotations.get(cosign.SIGNATURE_ANNOTATION, "")
    fits = layer.media_type == cosign.SIMPLE_SIGNING
    return fits and cosign.is_payload_signed(key, layer.content, written, digest)


def _has_bundle(registry: Registry, name: str, digest: str, key: PublicKey) -> bool:
    referrers = [each for each in registry.referrers(name, digest) if _may_be_bundle(each.artifact_type)]
    for referrer in referrers[:_MOST]:
        found = _unless_broken(registry, name, referrer.digest)
        layers = () if found is None else found.layers
        fits = len(layers) == 1 and layers[0].media_type.startswith(_BUNDLES)
        if fits and cosign.is_bundle_signed(key, layers[0].content, digest):
            return True
    return False


def _may_be_bundle(kind: str) -> bool:
    """Some registries, and older writers of the list, tell no kind, or that of the configuration."""
    return kind in ("", _EMPTY) or kind.startswith(_BUNDLES)


def _unless_broken(registry: Registry, name: str, reference: str) -> Artifact | None:
    """What is no manifest that we understand is no signature either: others may have put it there."""
    try:
        found = registry.artifact(name, reference)
    except InputError:
        return None
    return None if found is None else found[1]


def _bundle(content: bytes, digest: str) -> Artifact:
    annotations = {
        "dev.sigstore.bundle.content": "dsse-envelope",
        "dev.sigstore.bundle.predicateType": cosign.PREDICATE,
    }
    return Artifact(Blob(_EMPTY, b"{}"), (Blob(cosign.BUNDLE, content),), annotations, cosign.BUNDLE, digest)


def _signatures(layers: Sequence[Blob]) -> Artifact:
    """All signatures of a manifest: an image, to registries that know nothing else, with a layer each."""
    config = {
        "architecture": "",
        "created": _NOW,
        "history": [{"created": _NOW} for _ in layers],
        "os": "",
        "rootfs": {
            "type": "layers",
            "diff_ids": [f"sha256:{hashlib.sha256(layer.content).hexdigest()}" for layer in layers],
        },
        "config": {},
    }
    return Artifact(Blob(_CONFIG, json.dumps(config, separators=(",", ":")).encode()), tuple(layers))
