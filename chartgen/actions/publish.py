"""`chartgen publish`: packages, signed or checked, put into repositories."""

from __future__ import annotations

import datetime as dt
import pathlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chartgen import signing
from chartgen.chart import package as packages
from chartgen.errors import ChartgenError, InputError, Problem, Where
from chartgen.model import Package
from chartgen.publish import cosigned
from chartgen.publish.interface import Access, Published, Repository
from chartgen.publish.oci import Registry
from chartgen.publish.open import repository
from chartgen.signing import pairs
from chartgen.signing.keys import UNLOCK_COSIGN
from chartgen.signing.pairs import PrivateKey
from chartgen.spec.project import Project


@dataclass(frozen=True, slots=True)
class Signing:
    """The keys to sign with; None: unsigned.

    Attributes:
        key: of Helm's provenance: a key id, fingerprint or mail address of gpg's keyring, a file, or `env://NAME`.
        cosign_key: for what goes into OCI registries: a file, or `env://NAME`.
        passphrase_file: a file whose first line is the keys' pass phrase; without it CHARTGEN_PASSPHRASE
            and COSIGN_PASSWORD.
    """

    key: str | None = None
    cosign_key: str | None = None
    passphrase_file: pathlib.Path | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """A package, and what came of publishing it in each repository."""

    package: Package
    published: tuple[tuple[Repository, Published], ...]


def publish(
    files: Sequence[pathlib.Path], addresses: Sequence[str], keys: Signing, access: Access, project: Project | None
) -> tuple[Made, ...]:
    """Publishes packages with the provenance beside them; none before all are read and checked.

    Arguments:
        project: whose `build.require_signature` and `signature_keys` hold; None: no project's.

    Raises:
        InputError: a file is no packaged chart, it is not signed as the project wants, or a version is published
            already with other bytes.
        ToolError: a repository cannot be reached.
    """
    destinations = [repository(address, access) for address in addresses]
    ready: list[Package] = []
    problems: list[Problem] = []
    for file in files:
        try:
            ready.append(_read(file))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    key, now = cosign_key(keys), dt.datetime.now(dt.UTC)
    return tuple(publish_all(package, destinations, key, now) for package in signed(ready, keys, project))


def publish_all(
    package: Package, destinations: Sequence[Repository], cosign_key: PrivateKey | None, now: dt.datetime
) -> Made:
    """Puts a package into every repository, and cosign's signature beside it in those that are registries.

    Raises:
        InputError, ToolError: as `Repository.publish`; what was published before it is told, and stays.
    """
    done: list[tuple[Repository, Published]] = []
    for destination in destinations:
        try:
            published = destination.publish(package, now=now)
            _cosign(destination, published, cosign_key)
        except ChartgenError as error:
            if not done:
                raise
            places = ", ".join(one.location for _, one in done)
            rest = Problem(f"{package.filename} is published in {places}", hint="once this is mended, run it again")
            raise type(error)([*error.problems, rest]) from None
        done.append((destination, published))
    return Made(package, tuple(done))


def signed(packages: Sequence[Package], keys: Signing, project: Project | None) -> tuple[Package, ...]:
    """The packages, with a provenance where there is a key to sign with and they have none; held to what is required.

    Raises:
        InputError: the key is none, or a package is not signed as the project wants.
        ToolError: gpg is missing or failed.
    """
    unsigned = [package for package in packages if package.provenance is None]
    if keys.key is not None and unsigned:
        key = signing.SigningKey(keys.key, signing.passphrase(keys.passphrase_file))
        made = {package.filename: package for package in signing.sign_all(unsigned, key)}
        packages = [made.get(package.filename, package) for package in packages]
    if project is not None and project.build.require_signature:
        problems: list[Problem] = []
        for package in packages:
            try:
                signing.required(package, _public_keys(project))
            except InputError as error:
                problems += error.problems
        if problems:
            raise InputError(problems)
    return tuple(packages)


def signer(project: Project) -> Mapping[str, str] | None:
    """Fingerprint and address of the first public key, for Artifact Hub; None where the project names no address.

    Raises:
        InputError: the file holds no key.
        ToolError: gpg is missing.
    """
    url, keys = project.build.signature_key_url, _public_keys(project)
    if not url or not keys:
        return None
    return {"fingerprint": signing.public_key(keys[0]).fingerprint, "url": str(url)}


def _public_keys(project: Project) -> tuple[pathlib.Path, ...]:
    return tuple(project.directory / str(key) for key in project.build.signature_keys or ())


def cosign_key(keys: Signing) -> PrivateKey | None:
    """The key that signs as cosign does, opened before anything is published; None: there is none.

    Raises:
        InputError: it is no such key, or its pass phrase is missing or wrong.
        ToolError: the libraries for it are not installed.
    """
    if keys.cosign_key is None:
        return None
    unlock = signing.passphrase(keys.passphrase_file, UNLOCK_COSIGN)
    return pairs.private(signing.SigningKey(keys.cosign_key, unlock))


def _cosign(destination: Repository, published: Published, key: PrivateKey | None) -> None:
    if key is not None and isinstance(destination, Registry):
        cosigned.sign(destination, published.package.name, published.manifest, key)


def _read(file: pathlib.Path) -> Package:
    try:
        content = file.read_bytes()
        beside = file.with_name(f"{file.name}.prov")
        return packages.of(content, str(file), beside.read_bytes() if beside.exists() else None)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", Where(str(error.filename or file))) from None
