"""gpg as we call it: without questions, with its answers as data, and in a home of its own where keys come as files."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import pathlib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chartgen import process
from chartgen.errors import ToolError

_STATUS = "[GNUPG:] "
_TIMEOUT = 60.0
_ASKING = 180.0
_ALWAYS = ("--batch", "--no-tty", "--status-fd", "2", "--trust-model", "always", "--disable-dirmngr")

_LONGEST_SOCKET = "/cg-12345678/S.gpg-agent.browser"
_MAX_SOCKET = 104
"""Bytes of a socket's path on the strictest system, macOS; Linux allows 108."""

_ALGORITHMS = {"1": "rsa", "17": "dsa"}
_OLD_CURVES = ("nistp256", "nistp384", "nistp521")
_PROBLEMS = {"e": "expired", "r": "was revoked", "d": "is disabled", "i": "is invalid"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What gpg said: its output, and its status lines as words (`("GOODSIG", "8C71…", "Chart", "Team")`)."""

    output: bytes
    statuses: tuple[tuple[str, ...], ...]
    messages: str

    def words(self, keyword: str) -> tuple[str, ...] | None:
        """The words after the first such keyword, None without one."""
        return next((status[1:] for status in self.statuses if status[0] == keyword), None)

    @property
    def reason(self) -> str:
        """The last words of gpg itself."""
        lines = [line for line in self.messages.splitlines() if line.strip() and not line.startswith(_STATUS)]
        return lines[-1].removeprefix("gpg: ") if lines else "it gave no reason"


@dataclass(frozen=True, slots=True)
class Signer:
    """A key, as a person tells it from another.

    Attributes:
        fingerprint: of the primary key, 40 hex digits.
        uid: its first user id: `Chart Team <charts@example.org>`.
        algorithm: `rsa4096`, `ed25519`.
        old_helm: whether Helm 3 before 3.21.4 can check what it signs: it knows RSA, DSA and the NIST curves only.
        problem: why it must not be used (`expired on 2026-01-31`); empty: it may.
    """

    fingerprint: str
    uid: str
    algorithm: str
    old_helm: bool
    problem: str = ""

    @property
    def note(self) -> str:
        """What to know before charts are signed with it; empty: nothing."""
        what = f"Helm 3 before 3.21.4 cannot check signatures of {self.algorithm} keys"
        return "" if self.old_helm else f"{what}: take an RSA key where such are in use"

    def __str__(self) -> str:
        return f"{self.uid} ({self.fingerprint})" if self.uid else self.fingerprint


@contextlib.contextmanager
def temporary_home() -> Iterator[pathlib.Path]:
    """A GNUPGHOME that only we can read, gone at the end together with the agent that gpg starts for it."""
    home = pathlib.Path(tempfile.mkdtemp(prefix="cg-", dir=_short_directory()))
    try:
        yield home
    finally:
        try:
            with contextlib.suppress(ToolError):
                process.run(["gpgconf", "--homedir", str(home), "--kill", "all"], timeout=10)
        finally:
            shutil.rmtree(home, ignore_errors=True)


def gpg(arguments: Sequence[str], home: pathlib.Path | None, stdin: bytes = b"", secret: bytes | None = None) -> Answer:
    """Runs gpg; that it failed is part of the answer.

    Arguments:
        home: its home; None: the user's own.
        stdin: what it reads.
        secret: the pass phrase, which gpg reads as the first line before `stdin`. None: an agent that knows it, or that
            can ask on a terminal or a screen; where there is neither, gpg fails at once.
    """
    own = [] if home is None else ["--homedir", str(home)]
    if secret is not None:
        asking = ["--pinentry-mode", "loopback", "--passphrase-fd", "0"]
        stdin = secret + b"\n" + stdin
    else:
        asking = [] if _somebody() else ["--pinentry-mode", "error"]
    command = ["gpg", *own, *_ALWAYS, *asking, *arguments]
    environment = {"LC_ALL": "C.UTF-8", "LANGUAGE": "", **_terminal()}
    result = process.run(command, timeout=_TIMEOUT if asking else _ASKING, stdin=stdin, environment=environment)
    lines = result.stderr.splitlines()
    statuses = (tuple(line.removeprefix(_STATUS).split(" ")) for line in lines if line.startswith(_STATUS))
    return Answer(result.stdout, tuple(statuses), result.stderr)


def listed(home: pathlib.Path | None, name: str = "", *, secret: bool) -> tuple[Signer, ...]:
    """The keys that fit the name, or all; of secret ones those whose secret part is there.

    Source of the format: GnuPG, doc/DETAILS, "Format of the colon listings".
    """
    mode = "--list-secret-keys" if secret else "--list-keys"
    answer = gpg(["--with-colons", mode, *(["--", name] if name else [])], home)
    keys: list[list[list[str]]] = []
    for line in answer.output.decode("utf-8", "replace").splitlines():
        record = line.split(":")
        if record[0] in ("pub", "sec"):
            keys.append([])
        if keys and len(record) > 9:
            keys[-1].append(record)
    return tuple(_signer(records, secret=secret) for records in keys)


def _signer(records: Sequence[Sequence[str]], *, secret: bool) -> Signer:
    """One key from the records of its listing: the primary key, its fingerprint, its user ids, its subkeys."""
    parts = [record for record in records if record[0] in ("pub", "sec", "sub", "ssb")]
    primary = parts[0]
    signing = [part for part in parts if "s" in part[11] and part[1] not in _PROBLEMS]
    if secret:
        signing = [part for part in signing if part[14] != "#"]
    uids = [record[9] for record in records if record[0] == "uid" and record[1] not in _PROBLEMS]
    uids += [record[9] for record in records if record[0] == "uid"]
    return Signer(
        fingerprint=next((record[9] for record in records if record[0] == "fpr"), primary[4]),
        uid=_unescaped(uids[0]) if uids else "",
        algorithm=_algorithm(signing[-1] if signing else primary),
        old_helm=all(_known_to_old_helm(part) for part in (primary, *signing)),
        problem=_problem(primary, signing),
    )


def _problem(primary: Sequence[str], signing: Sequence[Sequence[str]]) -> str:
    if primary[1] == "e" and primary[6].isdecimal():
        return f"expired on {dt.datetime.fromtimestamp(int(primary[6]), dt.UTC):%Y-%m-%d}"
    if primary[1] in _PROBLEMS:
        return _PROBLEMS[primary[1]]
    return "" if signing else "has no part that can sign"


def _algorithm(part: Sequence[str]) -> str:
    return f"{_ALGORITHMS[part[3]]}{part[2]}" if part[3] in _ALGORITHMS else part[16] or f"algorithm {part[3]}"


def _known_to_old_helm(part: Sequence[str]) -> bool:
    return part[3] in _ALGORITHMS or (part[3] == "19" and part[16] in _OLD_CURVES)


def _unescaped(text: str) -> str:
    r"""A user id as it is: gpg writes a colon as `\x3a`."""
    return text.replace(r"\x3a", ":").replace(r"\x5c", "\\")


def _somebody() -> bool:
    """Whether an agent could ask for a pass phrase."""
    return bool(_terminal() or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _terminal() -> dict[str, str]:
    """The terminal that we were started from, for the agent: our gpg has none, it reads from us."""
    try:
        return {"GPG_TTY": os.ttyname(sys.__stdin__.fileno())} if sys.__stdin__ and hasattr(os, "ttyname") else {}
    except (OSError, ValueError):
        return {}


def _short_directory() -> str | None:
    """Where the agent's sockets still fit: the directory for temporary files, or /tmp where that is too deep."""
    usual = tempfile.gettempdir()
    if len(os.fsencode(usual + _LONGEST_SOCKET)) < _MAX_SOCKET or not os.access("/tmp", os.W_OK):
        return None
    return "/tmp"
