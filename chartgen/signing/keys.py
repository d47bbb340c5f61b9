"""Which key signs, and what unlocks it: from files, the environment or the user's own keyring, never from arguments."""

from __future__ import annotations

import base64
import binascii
import os
import pathlib
from dataclasses import dataclass, field

from chartgen.errors import InputError, Problem, Where

VARIABLE = "env://"
UNLOCK = "CHARTGEN_PASSPHRASE"
UNLOCK_COSIGN = "COSIGN_PASSWORD"

_MAX_KEY = 2**20
_MAX_PASSPHRASE = 4096


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The key to sign with.

    Attributes:
        reference: `env://NAME` for a variable that holds an exported key; else the path of a file with one, where there
            is such a file; else a key id, a fingerprint or an e-mail address in the user's own keyring.
        passphrase: what unlocks the key; None: nothing does, or an agent knows or asks.
    """

    reference: str
    passphrase: bytes | None = field(default=None, repr=False)

    @property
    def is_exported(self) -> bool:
        """Whether the key comes as a file or in a variable."""
        return self.reference.startswith(VARIABLE) or "/" in self.reference or pathlib.Path(self.reference).is_file()

    @property
    def where(self) -> Where:
        """How messages name the place."""
        return Where(self.reference or "the keyring")


def passphrase(file: pathlib.Path | None, *variables: str) -> bytes | None:
    """What unlocks a key: the first line of the file, else what the first of the variables holds that is set; or None.

    Raises:
        InputError: the file cannot be read, or holds no pass phrase.
    """
    if file is None:
        found = next((os.environ[name] for name in variables or (UNLOCK,) if name in os.environ), None)
        return None if found is None else os.fsencode(found)
    line = read(file, _MAX_PASSPHRASE, "pass phrase").partition(b"\n")[0].rstrip(b"\r")
    if not line or b"\0" in line:
        raise InputError("holds no pass phrase", Where(str(file)), "write it on the first line")
    return line


def exported(key: SigningKey) -> bytes:
    """The bytes of a key that comes as a file or in a variable.

    In a variable it may be in base64 once more: some pipelines mask single lines only.

    Raises:
        InputError: the variable is not set, or the file cannot be read.
    """
    if not key.reference.startswith(VARIABLE):
        return read(pathlib.Path(key.reference), _MAX_KEY, "key")
    name = key.reference.removeprefix(VARIABLE)
    held = os.environ.get(name, "").strip()
    if not held:
        raise InputError(Problem(f"the variable {name} holds no key", key.where, expected="an exported secret key"))
    if held.startswith("-----BEGIN"):
        return held.encode() + b"\n"
    try:
        return base64.b64decode("".join(held.split()), validate=True)
    except (binascii.Error, ValueError):
        expected = "an exported secret key, armored (`-----BEGIN …`), or that in base64"
        raise InputError(Problem(f"the variable {name} holds no key", key.where, expected=expected)) from None


def read(file: pathlib.Path, limit: int, what: str) -> bytes:
    """The content of a small file.

    Raises:
        InputError: it cannot be read, or has more bytes than `limit`.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(limit + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", Where(str(file))) from None
    if len(content) > limit:
        raise InputError(f"is too large for a {what}: more than {limit} bytes", Where(str(file)))
    return content
