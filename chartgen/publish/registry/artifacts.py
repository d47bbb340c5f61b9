"""Artifacts of any kind in a registry: a manifest and its blobs, and what belongs to what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chartgen.errors import InputError, ToolError, Where
from chartgen.publish.registry.artifact import Artifact, Blob
from chartgen.publish.registry.distribution import (
    INDEX,
    MANIFEST,
    Descriptor,
    Distribution,
    Manifest,
    descriptor,
    digest,
    fallback_tag,
)
from chartgen.publish.registry.upload import Uploader
from chartgen.publish.web.transport import expect

_REFERENCES = 5
_LAYERS = 1000


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The artifacts of a registry; `address` (`oci://HOST`) is for messages."""

    registry: Distribution
    uploader: Uploader
    address: str

    def get(self, repository: str, reference: str) -> tuple[str, Artifact] | None:
        """The digest of a manifest, by tag or digest, and all that it holds; None: there is none.

        Raises:
            InputError: what is there is no manifest of an artifact, or its blobs have other bytes than it says.
        """
        manifest = self.registry.manifest(repository, reference)
        if manifest is None:
            return None
        where = Where(f"{self.address}/{repository}@{manifest.digest}")
        config, *layers = (self._blob(repository, each) for each in parts(manifest, where))
        data = manifest.data
        subject = data.get("subject")
        annotations = data.get("annotations")
        return manifest.digest, Artifact(
            config,
            tuple(layers),
            {key: str(value) for key, value in annotations.items()} if isinstance(annotations, dict) else {},
            str(data.get("artifactType") or ""),
            descriptor(subject, where).digest if subject else "",
        )

    def put(self, repository: str, tag: str, artifact: Artifact) -> str:
        """Puts an artifact under a tag, whatever was there before, or (empty) its digest only; returns that.

        Raises:
            InputError: it belongs to a manifest that is not there.
        """
        content = self.manifest(repository, artifact)
        own = digest(content)
        response = expect(self.registry.put_manifest(repository, tag or own, content), [201])
        if artifact.subject and "oci-subject" not in response.headers:
            kind = artifact.artifact_type or artifact.config.media_type
            refers = Descriptor(MANIFEST, own, len(content), kind, artifact.annotations)
            self._refer(repository, artifact.subject, refers)
        return own

    def manifest(self, repository: str, artifact: Artifact) -> bytes:
        """The artifact's manifest, once its blobs are in the repository."""
        for blob in (artifact.config, *artifact.layers):
            self.uploader.put(repository, blob.content)
        subject = None
        if artifact.subject:
            manifest = self.registry.manifest(repository, artifact.subject)
            if manifest is None:
                where = Where(f"{self.address}/{repository}@{artifact.subject}")
                raise InputError("is not there, and nothing can belong to it", where)
            subject = Descriptor(manifest.media_type or MANIFEST, manifest.digest, len(manifest.content))
        return _content(artifact, subject)

    def _refer(self, repository: str, subject: str, refers: Descriptor) -> None:
        """Adds to the fallback tag's index; as others may do so at the same time, it is looked at again."""
        tag = fallback_tag(subject)
        for _ in range(_REFERENCES):
            found = self.registry.manifest(repository, tag)
            known = list(found.data.get("manifests") or ()) if found else []
            if any(isinstance(each, dict) and each.get("digest") == refers.digest for each in known):
                return
            index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [*known, refers.data()]}
            expect(self.registry.put_manifest(repository, tag, _json(index), INDEX), [201])
        found = self.registry.manifest(repository, tag)
        if found is None or refers.digest.encode() not in found.content:
            raise ToolError(
                f"the list of what belongs to {subject} cannot be written", Where(f"{self.address}/{repository}")
            )

    def _blob(self, repository: str, described: Descriptor) -> Blob:
        return Blob(described.media_type, self.registry.blob(repository, described), described.annotations)


def parts(manifest: Manifest, where: Where) -> tuple[Descriptor, ...]:
    """The configuration and the layers that a manifest describes.

    Raises:
        InputError: it describes none.
    """
    layers = manifest.data.get("layers")
    if not isinstance(layers, list) or len(layers) > _LAYERS:
        raise InputError("is no manifest of an artifact", where)
    return tuple(descriptor(each, where) for each in (manifest.data.get("config"), *layers))


def _content(artifact: Artifact, subject: Descriptor | None) -> bytes:
    """The manifest's bytes: the same for the same artifact."""
    config, *layers = (
        Descriptor(blob.media_type, digest(blob.content), len(blob.content), annotations=blob.annotations).data()
        for blob in (artifact.config, *artifact.layers)
    )
    data: dict[str, Any] = {"schemaVersion": 2, "mediaType": MANIFEST}
    if artifact.artifact_type:
        data["artifactType"] = artifact.artifact_type
    data.update(config=config, layers=layers)
    if subject is not None:
        data["subject"] = subject.data()
    if artifact.annotations:
        data["annotations"] = dict(sorted(artifact.annotations.items()))
    return _json(data)


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
