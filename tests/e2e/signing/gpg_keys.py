"""Keys for tests, made by the real gpg in a home of their own."""

from __future__ import annotations

import contextlib
import os
import pathlib
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from chartgen.chart import assemble, bundled
from chartgen.chart.package import package
from chartgen.errors import InputError

PASSPHRASE = "correct horse"


@dataclass(frozen=True, slots=True)
class Keyring:
    """A GNUPGHOME."""

    home: pathlib.Path

    def gpg(self, *arguments: str, stdin: bytes = b"") -> bytes:
        command = ["gpg", "--homedir", str(self.home), "--batch", "--no-tty", "--quiet", "--pinentry-mode", "loopback"]
        return subprocess.run([*command, *arguments], input=stdin, check=True, capture_output=True).stdout

    def make(self, name: str, algorithm: str = "rsa2048", expires: str = "never", *, locked: bool = False) -> str:
        """The fingerprint of a new key that signs."""
        passphrase = PASSPHRASE if locked else ""
        mail = f"{name} <{name}@example.org>"
        self.gpg("--passphrase", passphrase, "--quick-generate-key", mail, algorithm, "sign", expires)
        return self.fingerprint(name)

    def fingerprint(self, name: str) -> str:
        listing = self.gpg("--with-colons", "--list-keys", f"<{name}@example.org>").decode()
        return next(line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr:"))

    def public(self, *names: str, armored: bool = True) -> bytes:
        users = [f"<{name}@example.org>" for name in names]
        return self.gpg(*(["--armor"] if armored else []), "--export", *users)

    def secret(self, *names: str, armored: bool = True, verb: str = "--export-secret-keys") -> bytes:
        users = [f"<{name}@example.org>" for name in names]
        return self.gpg(*(["--armor"] if armored else []), "--passphrase", PASSPHRASE, verb, *users)

    def stop(self) -> None:
        subprocess.run(["gpgconf", "--homedir", str(self.home), "--kill", "all"], check=True)


@contextlib.contextmanager
def keyring() -> Iterator[Keyring]:
    """An empty keyring, with a short path: an agent's socket has to fit."""
    with tempfile.TemporaryDirectory(prefix="kr-", dir="/tmp") as directory:
        ring = Keyring(pathlib.Path(directory))
        try:
            yield ring
        finally:
            ring.stop()


@contextlib.contextmanager
def faked_time(ring: Keyring, now: str) -> Iterator[Keyring]:
    """The keyring at another time (`20200101T000000`)."""
    conf = ring.home / "gpg.conf"
    conf.write_text(f"faked-system-time {now}\n", encoding="utf-8")
    try:
        yield ring
    finally:
        conf.unlink()


def run_helm(helm: pathlib.Path, *arguments: str | pathlib.Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "GNUPGHOME": "/nonexistent"}
    return subprocess.run([helm, *arguments], capture_output=True, text=True, check=False, env=environment)


def write(directory: pathlib.Path, files: Mapping[str, bytes | None]) -> list[pathlib.Path]:
    for name, content in files.items():
        (directory / name).write_bytes(content or b"")
    return [directory / name for name in files]


def chart(version="1.0.0", **wishes):
    return package(assemble.assemble(bundled.sources(), assemble.Build(version=version, **wishes)))


def refused(call, *expected):
    with pytest.raises(InputError) as caught:
        call()
    for text in expected:
        assert text in str(caught.value)
    return caught.value


def still_there(below):
    """The programs that still have to do with a directory. An agent takes a moment to go."""
    for _ in range(100):
        found = [line for line in command_lines().values() if str(below) in line]
        if not found:
            return []
        time.sleep(0.05)
    return found


def command_lines():
    lines = {}
    for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            lines[entry.parent.name] = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return lines
