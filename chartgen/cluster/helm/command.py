"""pyhelm3's command, run as we run programs. Importing pyhelm3 takes 0.2 s: import this where helm is about to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyhelm3.command import Command as Pyhelm3Command
from semver import Version

from chartgen import process
from chartgen.cluster.helm.errors import HelmError, complaint
from chartgen.process import Stop


@dataclass(frozen=True, slots=True)
class Running:
    """How helm is run.

    Attributes:
        context: of the kubeconfig; None: the current one. Credentials are the kubeconfig's matter alone.
        limit: seconds that it may take as a whole.
        stop: what another thread may end it with.
    """

    context: str | None
    limit: float
    stop: Stop


class Command(Pyhelm3Command):  # type: ignore[misc]  # it carries no types
    """helm's commands as pyhelm3 spells them.

    What pyhelm3 does to run them is replaced: it goes through a shell, tells its log all arguments (a token among
    them), knows no time limit, and leaves helm running when its task is cancelled.
    """

    def __init__(self, running: Running, history_max: int) -> None:
        super().__init__(history_max_revisions=history_max)
        self._running = running

    async def run(self, command: Sequence[Any], input: bytes | None = None) -> bytes:  # noqa: A002  # pyhelm3's name
        """What helm prints. It waits for nothing but helm: no event loop is needed to drive it.

        Raises:
            HelmError: helm failed.
            ToolError: it is missing, took too long, or was stopped.
        """
        where = [f"--kube-context={self._running.context}"] if self._running.context else []
        arguments = ["helm", *map(str, command), *where]
        done = process.run(arguments, timeout=self._running.limit, stdin=input or b"", stop=self._running.stop)
        if done.returncode:
            raise HelmError(complaint(done.stderr))
        return done.stdout

    def client_version(self) -> Version:
        """The version of helm."""
        done = process.run(["helm", "version", "--template", "{{.Version}}"], timeout=self._running.limit)
        if done.returncode:
            raise HelmError(complaint(done.stderr))
        return Version.parse(done.stdout.decode().strip().removeprefix("v"))
