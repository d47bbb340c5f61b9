"""Provenance files, made and checked with gpg: any key that gpg can use signs, on disk, in an agent or on a card."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
from collections.abc import Iterable, Iterator, Sequence

from chartgen.errors import InputError, Problem, ToolError, Where
from chartgen.model import Package
from chartgen.signing import keyring, keys, provenance
from chartgen.signing.keyring import Answer, Signer
from chartgen.signing.keys import SigningKey

_MAX_KEYS = 10 * 2**20
_WRONG_PASSPHRASE = 11
_NOBODY_ASKED = (83, 85, 86, 99, 177, 0x8000 | 25, 0x8000 | 102)
"""Codes of libgpg-error: no pinentry, cancelled, no pass phrase given, not a terminal (ENOTTY)."""

_STRONG = ("8", "9", "10")
"""SHA-256, SHA-384 and SHA-512 in RFC 4880 §9.4."""

_TO_UNLOCK = f"give it with --passphrase-file FILE or in {keys.UNLOCK}, or unlock the key in gpg-agent"
_EXPORT = "gpg --armor --export KEY > signing-key.asc"


def signer(key: SigningKey) -> Signer:
    """The key that `sign` would take.

    Raises:
        InputError: there is no such key, there are several, or it expired, was revoked or cannot sign.
        ToolError: gpg is missing.
    """
    with _opened(key) as home:
        return _chosen(key, home)


def sign(package: Package, key: SigningKey) -> Package:
    """The package with Helm's provenance; raises as `sign_all`."""
    [signed] = sign_all([package], key)
    return signed


def sign_all(packages: Iterable[Package], key: SigningKey) -> tuple[Package, ...]:
    """The packages with Helm's provenance, signed with SHA-512; the key is unlocked once for all.

    Raises:
        InputError: as `signer`; the pass phrase is missing or wrong; a package's Chart.yaml cannot be signed.
        ToolError: gpg is missing, or failed.
    """
    texts = [(package, provenance.text(package).encode()) for package in packages]
    with _opened(key) as home:
        chosen = _chosen(key, home)
        return tuple(_signed(package, text, key, chosen, home) for package, text in texts)


def verify(package: Package, public: Sequence[pathlib.Path]) -> Signer:
    """Who signed the package: one of the keys in the files.

    Arguments:
        public: files of exported public keys, armored or binary, one or several a file.

    Raises:
        InputError: it is not signed; its provenance is damaged, was changed, or speaks of another file or other bytes;
            the key is none of these, expired or was revoked; a file holds no public key.
        ToolError: gpg is missing.
    """
    where = Where(f"{package.filename}{provenance.SUFFIX}")
    if package.provenance is None:
        hint = "sign it: `chartgen build --sign KEY`"
        raise InputError(f"is not signed: there is no {where} beside it", Where(package.filename), hint)
    provenance.check_form(package.provenance, where)
    with keyring.temporary_home() as home:
        _import_public(public, home)
        limit = ["--max-output", str(provenance.MAX_SIZE), "--output", "-", "--decrypt"]
        answer = keyring.gpg(limit, home, package.provenance)
        known = keyring.listed(home, secret=False)
    found = _good(answer, known, where)
    provenance.check_claims(package, provenance.claims(answer.output, where), where)
    return found


def public_key(file: pathlib.Path) -> Signer:
    """The first key in a file of public keys.

    Raises:
        InputError: it holds none.
        ToolError: gpg is missing.
    """
    with keyring.temporary_home() as home:
        _import_public((file,), home)
        return keyring.listed(home, secret=False)[0]


def required(package: Package, public: Sequence[pathlib.Path]) -> None:
    """That the package is signed with one of the keys, as a project with `require_signature: true` wants it.

    Raises:
        InputError: it is not (`verify`), or no key is named.
        ToolError: gpg is missing.
    """
    if not public:
        expected = "the files of the public keys that may sign"
        where = Problem("names no key, so that no signature can be checked", None, "build.signature_keys", expected)
        raise InputError(dataclasses.replace(where, hint=_EXPORT))
    verify(package, public)


@contextlib.contextmanager
def _opened(key: SigningKey) -> Iterator[pathlib.Path | None]:
    """The home that holds the key: the user's own (None), or one for as long as we need it."""
    if not key.is_exported:
        yield None
        return
    content = keys.exported(key)
    with keyring.temporary_home() as home:
        answer = keyring.gpg(["--import"], home, content)
        read = _imported(answer)
        if not read[1]:
            message = "holds a public key only" if read[0] else "holds no OpenPGP key"
            hint = "gpg --armor --export-secret-keys KEY > FILE"
            raise InputError(Problem(message, key.where, expected="an exported secret key", hint=hint))
        yield home


def _chosen(key: SigningKey, home: pathlib.Path | None) -> Signer:
    name = "" if home else key.reference
    if name.startswith("-"):
        raise InputError(f"`{name}` is no name of a key")
    if "@" in name and "<" not in name:
        name = f"<{name}>"  # this address, not every one that holds it
    found = keyring.listed(home, name, secret=True)
    usable = [each for each in found if not each.problem]
    if len(usable) == 1:
        return usable[0]
    if usable:
        several = ", ".join(str(each) for each in usable)
        hint = "name one by its fingerprint" if not home else "export one: gpg --armor --export-secret-keys KEY"
        raise InputError(f"fits several keys: {several}", key.where, hint)
    if found:
        raise InputError(f"the key {found[0]} {found[0].problem}", key.where)
    hint = "`gpg --list-secret-keys` shows what is there; a file or env://NAME can hold a key too"
    raise InputError("there is no such secret key", key.where, hint)


def _signed(package: Package, text: bytes, key: SigningKey, chosen: Signer, home: pathlib.Path | None) -> Package:
    # A subkey that is asked for by name (`…!`) is meant; else gpg takes the key's newest one that signs.
    user = key.reference if key.reference.endswith("!") else chosen.fingerprint
    arguments = ["--local-user", user, "--digest-algo", "SHA512", "--output", "-", "--clearsign"]
    answer = keyring.gpg(arguments, home, text, key.passphrase)
    if answer.words("SIG_CREATED") is None:
        raise _unsigned(answer, key, chosen)
    provenance.check_form(answer.output, Where(f"{package.filename}{provenance.SUFFIX}"))
    return dataclasses.replace(package, provenance=answer.output)


def _unsigned(answer: Answer, key: SigningKey, chosen: Signer) -> InputError | ToolError:
    words = answer.words("FAILURE")
    code = int(words[1]) & 0xFFFF if words and len(words) > 1 and words[1].isdecimal() else 0
    if code == _WRONG_PASSPHRASE:
        return InputError(f"the pass phrase does not unlock the key {chosen}", key.where)
    if code in _NOBODY_ASKED:
        return InputError(f"the key {chosen} is locked by a pass phrase, which is not given", key.where, _TO_UNLOCK)
    return ToolError(f"gpg cannot sign with {chosen}: {answer.reason}", key.where)


def _import_public(files: Sequence[pathlib.Path], home: pathlib.Path) -> None:
    problems: list[Problem] = []
    for file in files:
        try:
            _import_file(file, home)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


def _import_file(file: pathlib.Path, home: pathlib.Path) -> None:
    where = Where(str(file))
    content = keys.read(file, _MAX_KEYS, "file of keys")
    if b"PRIVATE KEY" in content:
        raise InputError("holds a secret key, which does not belong here", where, f"keep the public one: {_EXPORT}")
    if b"-BEGIN PUBLIC KEY-" in content:
        raise InputError("is a key for cosign; provenance is checked with OpenPGP keys", where, _EXPORT)
    read, secret = _imported(keyring.gpg(["--no-autostart", "--import"], home, content))
    if secret:
        raise InputError("holds a secret key, which does not belong here", where, f"keep the public one: {_EXPORT}")
    if not read:
        raise InputError(Problem("holds no OpenPGP public key", where, expected="exported keys", hint=_EXPORT))


def _imported(answer: Answer) -> tuple[int, int]:
    """How many keys gpg has seen, and how many of them were secret. Source: doc/DETAILS, IMPORT_RES."""
    words = answer.words("IMPORT_RES") or ()
    numbers = [int(word) for word in words if word.isdecimal()]
    return (numbers[0], numbers[9]) if len(numbers) > 9 else (0, 0)


def _good(answer: Answer, known: Sequence[Signer], where: Where) -> Signer:
    """The key of a good signature. Source: doc/DETAILS, "General status codes" of signatures."""
    by = ", ".join(str(each) for each in known) or "none"
    bad, missing = answer.words("BADSIG"), answer.words("ERRSIG")
    if bad is not None:
        raise InputError("was changed after it was signed: the signature does not fit the text", where)
    if missing is not None:
        key = missing[6] if len(missing) > 6 else missing[0]
        raise InputError(f"is signed by a key that is not known, {key}", where, f"known are: {by}")
    for keyword, problem in (("EXPSIG", "has expired"), ("REVKEYSIG", "is by a key that was revoked")):
        if answer.words(keyword) is not None:
            raise InputError(f"the signature {problem}", where)
    valid = answer.words("VALIDSIG") or ()
    found = next((each for each in known if valid and each.fingerprint == valid[-1]), None)
    if answer.words("EXPKEYSIG") is not None:
        hint = "let its owner extend it, and export the public key anew"
        raise InputError(f"is signed by {found or 'a key'}, which expired", where, hint)
    if answer.words("GOODSIG") is None or found is None or len(valid) < 10:
        raise InputError(f"the signature cannot be checked: {answer.reason}", where)
    if valid[7] not in _STRONG or valid[8] not in ("00", "01"):
        raise InputError("is signed with a weak digest", where, "sign it anew, with SHA-256 or stronger")
    return found
