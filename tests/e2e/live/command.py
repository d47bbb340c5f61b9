"""The command itself, in a process of its own, beside a cluster."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests import tools
from tests.e2e import go_tools
from tests.e2e.cluster.control_plane import Cluster


@dataclass(frozen=True, slots=True)
class Said:
    """How it ended, and what it said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Command:
    """chartgen in a project's folder.

    Attributes:
        cluster: the one that the kubeconfig names.
        directory: the project's.
        environment: what differs from ours: which helm, for example.
    """

    cluster: Cluster
    directory: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, stdin: bytes = b"", code: int | None = 0) -> Said:
        """Runs it; `code` is the exit code that it has to end with, None: whichever."""
        done = subprocess.run(
            [sys.executable, "-m", "chartgen", *arguments],
            cwd=self.directory,
            env=self.settings,
            input=stdin,
            capture_output=True,
            timeout=300,
            check=False,
        )
        said = Said(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert code is None or said.code == code, said
        return said

    @property
    def settings(self) -> dict[str, str]:
        """The environment of its process: helm 4, helmfile 1.x and kubectl unless it says otherwise."""
        programs = {
            "CHARTGEN_HELM": tools.find("helm4"),
            "CHARTGEN_HELMFILE": go_tools.build("helmfile"),
            "CHARTGEN_KUBECTL": tools.find("kubectl"),
            "KUBECONFIG": self.cluster.kubeconfig,
        }
        return {**os.environ, **{name: str(path) for name, path in programs.items()}, **self.environment}
