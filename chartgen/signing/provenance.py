"""Helm's provenance file: the text that is signed, and what a signed text claims. Nothing here proves anything: `gpg`.

Source of the form: helm, `pkg/provenance/sign.go` (`messageBlock`, `parseMessageBlock`); RFC 4880 §7 for the frame.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chartgen import yamlio
from chartgen.errors import InputError, Problem, Where
from chartgen.model import Package

SUFFIX = ".prov"
MAX_SIZE = 2**20
"""Bytes of a provenance file that we are ready to read: Chart.yaml, two lines and a signature."""

MAX_LINE = 19_000
"""Bytes of a line that can be signed: gpg cuts off what goes beyond 19,995 without a word."""

_BEGIN = b"-----BEGIN PGP SIGNED MESSAGE-----"
_SIGNATURE = b"-----BEGIN PGP SIGNATURE-----"
_END = b"-----END PGP SIGNATURE-----"
_BREAK = "\n...\n"
_SUM = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Claims:
    """What a provenance says.

    Attributes:
        files: the sha256 (64 hex digits) of each file by its name: the package's, as a rule of nothing else.
    """

    files: Mapping[str, str]


def text(package: Package) -> str:
    """What is signed for a package: its Chart.yaml, and the digest of its file.

    Raises:
        InputError: Chart.yaml holds a line that gpg would cut.
    """
    sums = {"files": {package.filename: f"sha256:{package.digest}"}}
    whole = f"{yamlio.dumps(dict(package.metadata))}{_BREAK}{yamlio.dumps(sums)}"
    for key, value in package.metadata.items():
        longest = max(len(line.encode()) for line in yamlio.dumps({key: value}).split("\n"))
        if longest > MAX_LINE:
            message = f"has a line of {longest} bytes, which gpg cannot sign"
            where = Where(f"{package.filename}/Chart.yaml")
            raise InputError(Problem(message, where, key, f"at most {MAX_LINE} bytes a line", "break the text up"))
    return whole


def check_form(content: bytes, where: Where) -> None:
    """That a file looks like one signed text and nothing else, before it is given to gpg or shown to anyone.

    Raises:
        InputError: it does not, or is too large.
    """
    if len(content) > MAX_SIZE:
        raise InputError(f"is larger than {MAX_SIZE >> 20} MiB, which no provenance is", where)
    lines = [line.rstrip() for line in content.strip().split(b"\n")]
    marks = [line for line in lines if line in (_BEGIN, _SIGNATURE, _END)]
    if marks != [_BEGIN, _SIGNATURE, _END] or lines[0] != _BEGIN or lines[-1] != _END:
        hint = "sign the package: `chartgen build --sign KEY`"
        raise InputError(Problem("is no provenance", where, "", "one clear-signed text, nothing around it", hint))


def claims(signed: bytes, where: Where) -> Claims:
    """What a signed text claims.

    Arguments:
        signed: the text, without the signature around it.

    Raises:
        InputError: it is not of Helm's form.
    """
    try:
        parts = signed.decode().replace("\r\n", "\n").split(_BREAK)
    except UnicodeDecodeError:
        raise InputError("the signed text is not UTF-8", where) from None
    if len(parts) != 2:
        raise InputError(Problem("the signed text has another form", where, expected="Chart.yaml, `...`, `files:`"))
    data = yamlio.loads(parts[1], where.file)
    files = data.get("files") if isinstance(data, dict) else None
    if not isinstance(files, dict) or not all(_SUM.fullmatch(str(value)) for value in files.values()):
        raise InputError(Problem("the signed text names no digests", where, "files", "`NAME: sha256:…`"))
    return Claims({str(name): str(value).removeprefix("sha256:") for name, value in files.items()})


def check_claims(package: Package, found: Claims, where: Where) -> None:
    """That the claims are about this very package.

    Raises:
        InputError: they are about other bytes, or a file of another name.
    """
    claimed = found.files.get(package.filename)
    if claimed is None:
        names = ", ".join(sorted(found.files)) or "nothing"
        raise InputError(f"speaks of {names}, not of {package.filename}", where, "a signature binds the file's name")
    if claimed != package.digest:
        message = f"speaks of other bytes: {package.filename} was changed after it was signed, or is another build"
        raise InputError(Problem(message, where, "", f"sha256:{claimed}", f"the package is sha256:{package.digest}"))
