"""Programs that have to be built: each is a Go module of its own under `tools/`, built once and kept by its content.

Modules of their own, because what one requires another cannot be built with. `python -m tests.e2e.go_tools` builds all.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from tests import tools

MODULES = Path(__file__).resolve().parent / "tools"


@dataclass(frozen=True, slots=True)
class GoTool:
    """A program.

    Attributes:
        module: what it is a part of, whose version is its own.
        package: what to build; `.`: the sources that stand beside its go.mod.
        version_variable: what tells the program its version.
        number_variables: what tells it the major and the minor apart.
    """

    module: str
    package: str
    version_variable: str
    number_variables: tuple[str, ...] = ()


TOOLS = {
    "kubeconform": GoTool(
        "github.com/yannh/kubeconform", "github.com/yannh/kubeconform/cmd/kubeconform", "main.version"
    ),
    "kube-score": GoTool("github.com/zegl/kube-score", "github.com/zegl/kube-score/cmd/kube-score", "main.version"),
    "cosign": GoTool(
        "github.com/sigstore/cosign/v3",
        "github.com/sigstore/cosign/v3/cmd/cosign",
        "sigs.k8s.io/release-utils/version.gitVersion",
    ),
    "kubernetes": GoTool(
        "k8s.io/kubernetes",
        ".",
        "k8s.io/component-base/version.gitVersion",
        ("k8s.io/component-base/version.gitMajor", "k8s.io/component-base/version.gitMinor"),
    ),
    "helmfile": GoTool("github.com/helmfile/helmfile", "github.com/helmfile/helmfile", "go.szostok.io/version.version"),
    "minio": GoTool("github.com/minio/minio", "github.com/minio/minio", "github.com/minio/minio/cmd.ReleaseTag"),
}


def build(name: str) -> Path:
    """The program of that name in TOOLS, built if it is not there yet: in a directory of its own, under its usual name.

    Raises RuntimeError without Go, subprocess.CalledProcessError where the build fails (its output is on stderr).
    """
    source, command = MODULES / name, _command(name)
    files = [source / "go.mod", source / "go.sum", *sorted(source.glob("*.go"))]
    key = tools.digest(*(file.read_bytes() for file in files), *map(str.encode, command))
    directory = tools.cache() / f"{name}-{version(name).removeprefix('v')}-{key}"
    if not directory.exists():
        with tools.locked():
            if not directory.exists():
                _build(source, command, directory)
    return directory / name


def version(name: str) -> str:
    """The version in the program's go.mod (`v1.8.0`)."""
    text = (MODULES / name / "go.mod").read_text(encoding="utf-8")
    [found] = re.findall(rf"^\s+{re.escape(TOOLS[name].module)} (v\S+)", text, re.MULTILINE)
    return str(found)


def _command(name: str) -> list[str]:
    tool = TOOLS[name]
    numbers = version(name).removeprefix("v").split(".")
    told = {tool.version_variable: version(name), **dict(zip(tool.number_variables, numbers, strict=False))}
    link = " ".join(["-s -w", *(f"-X {variable}={value}" for variable, value in told.items())])
    return ["build", "-mod=readonly", "-trimpath", "-buildvcs=false", f"-ldflags={link}", tool.package]


def _build(source: Path, command: list[str], directory: Path) -> None:
    go = shutil.which("go")
    if go is None:
        raise RuntimeError("the end-to-end tests build their tools: install Go (https://go.dev/doc/install)")
    verb, *rest = command
    with tempfile.TemporaryDirectory(dir=tools.cache()) as scratch:
        target = Path(scratch, "bin")
        environment = {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"}
        subprocess.run([go, verb, "-o", f"{target}{os.sep}", *rest], cwd=source, env=environment, check=True)
        target.rename(directory)


def main() -> None:
    for name in TOOLS:
        start = time.monotonic()
        build(name)
        print(f"{name}: {version(name)} ({time.monotonic() - start:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
