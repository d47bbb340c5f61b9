"""A bucket of an object store: objects read whole, and written only where what was there is known."""

from __future__ import annotations

import configparser
import hashlib
import os
import pathlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chartgen.errors import InputError, Problem, ToolError, Where
from chartgen.publish.stores import errors
from chartgen.publish.stores.errors import KINDS

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_OBJECTS = 1_000_000
_CHUNK = 2**20
_CLIENT = {"connect_timeout": timedelta(seconds=10), "read_timeout": timedelta(seconds=60)}
_TOTAL = timedelta(minutes=5)
_RETRIES = {"max_retries": 4, "retry_timeout": timedelta(seconds=60)}
_READS = 3
_MD5 = re.compile(r"[0-9a-f]{32}")
_SEGMENT = re.compile(r"[^\x00-\x1f\x7f?#\\%*\[\]{}^`|<>~\"]+")


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it was read: its bytes, and what its store calls this state of it."""

    content: bytes
    version: Mapping[str, str]


class Bucket:
    """The objects below a prefix of a bucket.

    Credentials, endpoints and regions come from the environment, as the stores' own tools take them: AWS_*, GOOGLE_*,
    AZURE_*; keys of a profile also from `~/.aws/credentials`.

    Arguments:
        address: `s3://bucket/prefix`, `gs://…` or `az://container/prefix`.
        ca_file: certificates of authorities to trust besides the system's; None: those that AWS_CA_BUNDLE names.

    Raises:
        InputError: the address is none.
        ToolError: obstore is not installed, or the environment's settings are none.
    """

    def __init__(self, address: str, ca_file: pathlib.Path | None = None) -> None:
        kind, self.name, prefix = _parts(address)
        self.kind = KINDS[kind]
        self.address = "/".join(part for part in (f"{kind}://{self.name}", prefix) if part)
        try:
            self._store = _opened(kind, self.name, prefix, _authorities(ca_file))
        except _errors() as error:
            raise self._told(error) from None

    def read(self, name: str, limit: int) -> Stored | None:
        """The object; None where there is none.

        Arguments:
            limit: the most bytes that it may have.

        Raises:
            ToolError: it is larger, or the store does not answer or let us.
        """
        for _ in range(_READS):
            stored = self._read(name, limit)
            if stored is None or _of_one_piece(stored):
                break
        return stored

    def _read(self, name: str, limit: int) -> Stored | None:
        import obstore

        try:
            got = obstore.get(self._store, name)
            content = bytearray()
            for chunk in got.stream(min_chunk_size=_CHUNK):
                content += chunk
                if len(content) > limit:
                    raise ToolError(f"has more than {limit} bytes, more than it can be", self.where(name))
        except FileNotFoundError as error:
            self._refuse_more(error)
            return None
        except _errors() as error:
            raise self._told(error) from None
        version = {key: str(got.meta[key]) for key in ("e_tag", "version") if got.meta[key]}
        return Stored(bytes(content), version)

    def create(self, name: str, content: bytes, attributes: Mapping[str, str]) -> bool:
        """Writes an object that is not there yet; False: there is one, which stays as it is."""
        return self._put(name, content, attributes, "create")

    def replace(self, name: str, content: bytes, attributes: Mapping[str, str], version: Mapping[str, str]) -> bool:
        """Writes an object over the state of it that has this version; False: it has another one by now, and stays."""
        return self._put(name, content, attributes, dict(version))

    def names(self) -> Iterator[str]:
        """The objects right below the prefix."""
        import obstore

        count = 0
        try:
            for chunk in obstore.list(self._store):
                count += len(chunk)
                if count > _OBJECTS:
                    raise ToolError(f"has more than {_OBJECTS} objects", Where(self.address))
                yield from (each["path"] for each in chunk if "/" not in each["path"])
        except FileNotFoundError as error:
            self._refuse_more(error)
        except _errors() as error:
            raise self._told(error) from None

    def where(self, name: str) -> Where:
        """The place of an object, for messages."""
        return Where(f"{self.address}/{name}")

    def _put(self, name: str, content: bytes, attributes: Mapping[str, str], mode: Any) -> bool:
        import obstore

        try:
            obstore.put(self._store, name, content, attributes=dict(attributes), mode=mode, use_multipart=False)
        except (
            obstore.exceptions.AlreadyExistsError,
            obstore.exceptions.PreconditionError,
            FileNotFoundError,
        ) as error:
            self._refuse_more(error)
            return False
        except _errors() as error:
            raise self._told(error) from None
        return True

    def _refuse_more(self, error: Exception) -> None:
        """Status 404 says that the object is not there, but also that the bucket is not, or that a key is unknown."""
        if errors.known(str(error)):
            raise self._told(error) from None

    def _told(self, error: Exception) -> ToolError:
        message, hint = errors.told(str(error), self.kind, self.name)
        return ToolError(message, Where(self.address), hint)


def _of_one_piece(stored: Stored) -> bool:
    """Whether the bytes are of the version that came with them, where that can be told.

    Some servers read both one after the other, and somebody may write in between: to write on top of that would lose
    what the other wrote. S3's ETag is the content's MD5, unless a key of the owner's encrypts it.
    """
    tag = stored.version.get("e_tag", "").strip('"')
    return not _MD5.fullmatch(tag) or hashlib.md5(stored.content, usedforsecurity=False).hexdigest() == tag


def _parts(address: str) -> tuple[str, str, str]:
    scheme, _, rest = address.partition("://")
    bucket, _, path = rest.partition("/")
    segments = [segment for segment in path.strip("/").split("/") if path.strip("/")]
    good = all(_SEGMENT.fullmatch(each) and each not in (".", "..") for each in (bucket, *segments))
    if scheme not in KINDS or not good or ":" in bucket:
        expected = "s3://BUCKET/PREFIX, gs://BUCKET/PREFIX or az://CONTAINER/PREFIX"
        raise InputError(Problem(f"`{address}` is no address in an object store", expected=expected))
    return scheme, bucket, "/".join(segments)


def _opened(kind: str, bucket: str, prefix: str, authorities: Mapping[str, bytes]) -> ObjectStore:
    try:
        from obstore.store import AzureStore, GCSStore, S3Store
    except ImportError:
        hint = "pip install 'chartgen[stores]'"
        raise ToolError(Problem(f"{KINDS[kind].name} needs the Python package obstore", hint=hint)) from None
    allow = os.environ.get(f"{KINDS[kind].variables}_ALLOW_HTTP", "").lower() in ("1", "true", "yes")
    client: Any = {**_CLIENT, **authorities, "timeout": _TOTAL, "allow_http": allow}
    retries: Any = _RETRIES
    if kind == "s3":
        keys: Any = _profile(os.environ)
        return S3Store(bucket, prefix=prefix or None, client_options=client, retry_config=retries, **keys)
    store: Any = {"gs": GCSStore, "az": AzureStore}[kind]
    opened: ObjectStore = store(bucket, prefix=prefix or None, client_options=client, retry_config=retries)
    return opened


def _authorities(ca_file: pathlib.Path | None) -> dict[str, bytes]:
    named = ca_file or (pathlib.Path(os.environ["AWS_CA_BUNDLE"]) if os.environ.get("AWS_CA_BUNDLE") else None)
    if named is None:
        return {}
    try:
        return {"root_certificate": named.read_bytes()}
    except OSError as error:
        raise InputError("holds no certificates in PEM form", Where(str(named)), error.strerror or "") from None


def _profile(environment: Mapping[str, str]) -> dict[str, str]:
    """The keys of a profile in AWS' credentials file, unless the environment has some, or another way to get them.

    Source of the names: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".
    """
    others = ("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    if any(environment.get(name) for name in (*others, "AWS_CONTAINER_CREDENTIALS_FULL_URI")):
        return {}
    home = pathlib.Path.home() / ".aws"
    files = (
        environment.get("AWS_CONFIG_FILE") or str(home / "config"),
        environment.get("AWS_SHARED_CREDENTIALS_FILE") or str(home / "credentials"),
    )
    profile = environment.get("AWS_PROFILE") or "default"
    settings: dict[str, str] = {}
    for file in files:
        parser = configparser.RawConfigParser()
        try:
            parser.read(file, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            raise InputError("is no configuration file of AWS", Where(file)) from None
        for section in (f"profile {profile}", profile):
            settings |= dict(parser[section]) if parser.has_section(section) else {}
    names = {"aws_access_key_id": "access_key_id", "aws_secret_access_key": "secret_access_key"}
    names |= {"aws_session_token": "session_token"}
    if not environment.get("AWS_REGION") and not environment.get("AWS_DEFAULT_REGION"):
        names["region"] = "region"
    return {ours: settings[theirs] for theirs, ours in names.items() if settings.get(theirs)}


def _errors() -> tuple[type[Exception], ...]:
    """What obstore raises; some of its failures are the language's own."""
    try:
        from obstore.exceptions import BaseError
    except ImportError:
        return ()
    return (BaseError, ValueError, OSError)
