"""The protocol of OCI registries, for one of them: blobs, manifests, tags and what refers to what.

Source: OCI distribution specification 1.1. Every content is held to its digest, whoever it came from.
"""

from __future__ import annotations

import hashlib
import json
import re
import urllib.parse
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chartgen.chart.archive import MAX_CHART
from chartgen.errors import InputError, ToolError, Where
from chartgen.publish.interface import Access
from chartgen.publish.registry.tokens import Authorizer
from chartgen.publish.web.exchange import Response, origin
from chartgen.publish.web.logins import of_registry
from chartgen.publish.web.transport import Sending, Transport, expect, parsed_json, refuse_page, unpacked

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
_MANIFESTS = ", ".join(  # noqa: FLY002  # a list reads better, one a line
    (
        MANIFEST,
        INDEX,
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    )
)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_NEXT = re.compile(r'<([^<>]*)>\s*;\s*rel="?next"?')
_LARGEST_MANIFEST = 4 * 2**20
_PAGES = 1000
_PAGE = 1000
_HUB = {"docker.io": "registry-1.docker.io", "index.docker.io": "registry-1.docker.io"}


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest as a registry keeps it: its digest and media type, its bytes, and what they say."""

    digest: str
    media_type: str
    content: bytes = field(repr=False)
    data: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a manifest says of another content. Source: OCI image specification, descriptor."""

    media_type: str
    digest: str
    size: int
    artifact_type: str = ""
    annotations: Mapping[str, str] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """As JSON has it."""
        data: dict[str, Any] = {"mediaType": self.media_type, "digest": self.digest, "size": self.size}
        if self.artifact_type:
            data["artifactType"] = self.artifact_type
        if self.annotations:
            data["annotations"] = dict(self.annotations)
        return data


def digest(content: bytes) -> str:
    """`sha256:` and 64 hex digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def matches(content: bytes, expected: str) -> bool:
    """Whether the content has this digest."""
    algorithm, _, value = expected.partition(":")
    return bool(_DIGEST.fullmatch(expected)) and hashlib.new(algorithm, content).hexdigest() == value


def descriptor(data: object, where: Where) -> Descriptor:
    """A descriptor that came from elsewhere.

    Raises:
        InputError: it is none.
    """
    if isinstance(data, dict):
        size, found = data.get("size"), data.get("digest")
        if isinstance(size, int) and size >= 0 and isinstance(found, str) and _DIGEST.fullmatch(found):
            annotations = data.get("annotations")
            texts = {key: str(value) for key, value in annotations.items()} if isinstance(annotations, dict) else {}
            kinds = (str(data.get(key) or "") for key in ("mediaType", "artifactType"))
            media_type, artifact_type = kinds
            return Descriptor(media_type, found, size, artifact_type, texts)
    raise InputError("the manifest describes a content without digest and size", where)


class Distribution:
    """One registry.

    Arguments:
        host: `registry.example.com:5000`.
        path: of the repositories in it, which a login may be for.
    """

    def __init__(self, host: str, path: str, access: Access, transport: Transport | None = None) -> None:
        scheme = "http" if access.plain_http else "https"
        self.host = host
        self._url = f"{scheme}://{_HUB.get(host, host)}"
        self._path = path
        self._transport = transport or Transport(access)
        self._known: list[Authorizer] = []

    def send(self, method: str, url: str, sending: Sending, scope: str) -> Response:
        """The answer to a request, after the registry's challenge where there is one."""
        if not self._known:
            login = of_registry(f"{self._url.partition('://')[0]}://{self.host}", self._path)
            ours = None if login is None else replace(login, server=self._url)
            self._known.append(Authorizer(self._url, ours, self._transport))
        authorizer = self._known[0]
        for _ in range(3):  # a token may have run out; then the challenge is another one's
            headers = {**sending.headers, **authorizer.headers(url, scope)}
            response = self._transport.request(method, url, replace(sending, headers=headers))
            if response.status != 401 or not authorizer.answer(response, scope):
                break
        return response

    # ---- manifests --------------------------------------------------------------------------------------------------

    def manifest(self, name: str, reference: str, *, to_push: bool = False) -> Manifest | None:
        """The manifest of a tag or a digest; None: there is none.

        Arguments:
            to_push: ask as who may write: some registries deny to readers that a repository is not there yet.

        Raises:
            InputError: what is there is no manifest, or not the one that its digest names.
        """
        sending = Sending({"Accept": _MANIFESTS}, limit=_LARGEST_MANIFEST)
        response = self.send(
            "GET", self._at(name, "manifests", reference), sending, _push(name) if to_push else _pull(name)
        )
        if response.status == 404:
            return None
        expect(response, [200])
        where = Where(response.address)
        refuse_page(response, "a manifest")
        content = unpacked(response, _LARGEST_MANIFEST)
        named = reference if ":" in reference else response.headers.get("docker-content-digest", "")
        if named and not matches(content, named):
            raise InputError(f"the manifest has not the digest {named[:80]} that the registry names", where)
        data = _json(content)
        if not isinstance(data, dict) or data.get("schemaVersion") != 2:
            raise InputError("is no manifest of an OCI registry", where)
        kind = response.headers.get("content-type", "").partition(";")[0].strip()
        return Manifest(named or digest(content), str(data.get("mediaType") or kind), content, data)

    def put_manifest(self, name: str, reference: str, content: bytes, media_type: str = MANIFEST) -> Response:
        """The registry's answer to a manifest under a tag or its digest, whatever its status."""
        sending = Sending({"Content-Type": media_type}, content)
        return self.send("PUT", self._at(name, "manifests", reference), sending, _push(name))

    # ---- blobs ------------------------------------------------------------------------------------------------------

    def blob(self, name: str, wanted: Descriptor) -> bytes:
        """The content of a blob.

        Raises:
            InputError: the registry has it not, or has something else under its digest.
        """
        url = self._at(name, "blobs", wanted.digest)
        if wanted.size > MAX_CHART:
            raise InputError(f"the blob is larger than {MAX_CHART >> 20} MiB, more than a chart can be", Where(url))
        response = self.send("GET", url, Sending(limit=max(wanted.size, 1)), _pull(name))
        if response.status == 404:
            raise InputError("the manifest names a blob that is not there", Where(url))
        expect(response, [200])
        if len(response.content) != wanted.size or not matches(response.content, wanted.digest):
            refuse_page(response, "a blob")
            raise InputError("the blob has other bytes than its digest says", Where(url))
        return response.content

    def has_blob(self, name: str, wanted: str) -> bool:
        """Whether the registry has the blob of this digest, as who wants to put it there asks."""
        response = self.send("HEAD", self._at(name, "blobs", wanted), Sending(), _push(name))
        return expect(response, [200, 404]).status == 200

    # ---- lists ------------------------------------------------------------------------------------------------------

    def tags(self, name: str) -> tuple[str, ...]:
        """The tags of a repository in the registry's own order; none where there is no such repository."""
        url = self._at(name, "tags", "list")
        return tuple(self._listed(f"{url}?n={_PAGE}", "tags", _pull(name), missing=(404,)))

    def repositories(self) -> tuple[str, ...]:
        """The names of all repositories.

        Raises:
            ToolError: the registry does not list them: many do not, or not for everybody.
        """
        url = f"{self._url}/v2/_catalog"
        return tuple(self._listed(f"{url}?n={_PAGE}", "repositories", "registry:catalog:*"))

    def referrers(self, name: str, subject: str) -> tuple[Descriptor, ...]:
        """The manifests that belong to the one of this digest: by the registry's own list, else by the fallback tag."""
        url = self._at(name, "referrers", subject)
        sending = Sending({"Accept": INDEX}, limit=_LARGEST_MANIFEST)
        response = self.send("GET", url, sending, _pull(name))
        if response.status == 200:
            data: Mapping[str, Any] = parsed_json(response, "an index of manifests", _LARGEST_MANIFEST)
        else:
            expect(response, [400, 404, 405])
            found = self.manifest(name, fallback_tag(subject))
            data = found.data if found else {}
        manifests = data.get("manifests")
        where = Where(response.address)
        return tuple(descriptor(each, where) for each in manifests) if isinstance(manifests, list) else ()

    def _listed(self, url: str, key: str, scope: str, missing: Collection[int] = ()) -> Iterator[str]:
        first = url
        for _ in range(_PAGES):
            response = self.send("GET", url, Sending(limit=_LARGEST_MANIFEST), scope)
            if response.status in missing:
                return
            expect(response, [200])
            names = parsed_json(response, f"a list of {key}", _LARGEST_MANIFEST).get(key) or []
            if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
                raise ToolError(f"is no list of {key}", Where(response.address))
            yield from names
            link = _NEXT.search(response.headers.get("link", "")[:8192])
            if link is None:
                return
            url = urllib.parse.urljoin(response.url, link[1])
            if origin(url) != origin(first):
                raise ToolError(f"the list of {key} goes on at another server", Where(response.address))
        raise ToolError(f"the list of {key} has more than {_PAGES} pages", Where(first.partition("?")[0]))

    def at_uploads(self, name: str) -> str:
        """Where an upload into the repository begins."""
        return f"{self._url}/v2/{name}/blobs/uploads/"

    def _at(self, name: str, kind: str, reference: str) -> str:
        return f"{self._url}/v2/{name}/{kind}/{reference}"


def fallback_tag(subject: str) -> str:
    """The tag of the index of what belongs to a manifest, for registries that keep no such list themselves."""
    return subject.replace(":", "-")


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _pull(name: str) -> str:
    return f"repository:{name}:pull"


def _push(name: str) -> str:
    return f"repository:{name}:pull,push"
