"""`helmfile sync`, driven: what it is told, and what it says on the way.

What became of the releases is read from the cluster afterwards: what helmfile says is for whoever waits. Of 0.16x and
1.x alike it understands the lines that both have had for years, and passes over all others.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from chartgen import process
from chartgen.cluster.helm import PHASES
from chartgen.cluster.tools import crash
from chartgen.process import Result

GRACE: Final = 60.0
"""Seconds that helm has to roll back what it is at when it is interrupted."""

_START: Final = 120.0
_STARTED = re.compile(r"Upgrading release=([^,\s]+), chart=")
_NAME = re.compile(r"NAME: (\S+)$")
_DEPLOYED = re.compile(r"STATUS: deployed$")
_REVISION = re.compile(r"REVISION: (\d+)$")
_FAILED = re.compile(r"failed processing release (\S+): (.*)")
_SAID: Final = "COMBINED OUTPUT:"
_INDENT: Final = "  "
_ERROR: Final = "Error: "


@dataclass(frozen=True, slots=True)
class Sync:
    """What helmfile is to do.

    Attributes:
        directory: the project's folder.
        file: the helmfile, project-relative.
        environment: which one of it.
        services: whose releases; empty: all that the file has.
        concurrency: how many releases at once; 0: as many as there are.
        timeout: seconds that all of it may take.
        context: of the kubeconfig; None: the current one.
        force_conflicts: whether helm (4) takes fields that others have set.
        repositories: whether the file names chart repositories, which helm has to know first.
    """

    directory: Path
    file: str
    environment: str
    services: tuple[str, ...]
    concurrency: int
    timeout: float
    context: str | None
    force_conflicts: bool = False
    repositories: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """What helmfile says of a release: helm is at work on it, or has made a revision that is deployed."""

    release: str
    kind: Literal["started", "deployed"]
    revision: int | None = None


class Listener:
    """Hears what helmfile says, line by line.

    Attributes:
        output: all of it.
        begun: the releases that helm has begun with, and of which nobody has heard that they are deployed.
    """

    def __init__(self, told: Callable[[Event], None]) -> None:
        """Has heard nothing yet.

        Args:
            told: is called with what happens.
        """
        self.output: list[str] = []
        self.begun: set[str] = set()
        self._told = told
        self._name = ""
        self._deployed = False

    def hear(self, line: str) -> None:
        """One line, without its end."""
        self.output.append(line)
        if found := _STARTED.match(line):
            self.begun.add(found[1])
            self._told(Event(found[1], "started"))
        elif found := _NAME.match(line):
            self._name, self._deployed = found[1], False
        elif _DEPLOYED.match(line):
            self._deployed = True
        elif self._name and self._deployed and (found := _REVISION.match(line)):
            self.begun.discard(self._name)
            self._told(Event(self._name, "deployed", int(found[1])))
            self._name = ""

    def crash(self, returncode: int) -> str:
        """How helmfile ended where it failed and no release did, in one line."""
        return crash("helmfile", Result(b"", "\n".join(self.output), returncode))


def sync(asked: Sync, helm: Path, listener: Listener) -> int:
    """Runs `helmfile sync` to its end.

    An interrupt lets helm end in order: it takes back what it is at. `KeyboardInterrupt` is raised then. What helmfile
    writes on its way, values among it, stands in a directory that only we can read.

    Arguments:
        helm: the program.
        listener: hears what it says.

    Returns:
        Its exit code; negative where a signal ended it.

    Raises:
        ToolError: helmfile is missing, cannot be started, or took longer than it may.
    """
    with tempfile.TemporaryDirectory(prefix="chartgen-") as private:  # mode 0700
        returncode = 0
        for command in commands(asked, helm):
            returncode = returncode or process.stream(
                command,
                listener.hear,
                timeout=asked.timeout,
                grace=GRACE,
                environment={"TMPDIR": private, "HELMFILE_UPGRADE_NOTICE_DISABLED": "1"},
                directory=asked.directory,
            )
        return returncode


def commands(asked: Sync, helm: Path) -> list[list[str]]:
    """How helmfile is started: to make repositories known, where there are any, and to sync."""
    everywhere = ["helmfile", "-f", asked.file, "-e", asked.environment, "--helm-binary", str(helm), "--no-color"]
    everywhere += ["--kube-context", asked.context] if asked.context else []
    selectors = [part for service in asked.services for part in ("-l", f"service={service}")]
    forced = ["--sync-args", "--force-conflicts"] if asked.force_conflicts else []
    sync = [*everywhere, "sync", "--concurrency", str(asked.concurrency), *forced, *selectors]
    return [*([[*everywhere, "repos"]] if asked.repositories else []), sync]


def timeout(seconds: Sequence[int]) -> float:
    """Seconds that a sync may take, of releases for which helm waits so long: in each phase, and in a rollback's."""
    return _START + 2.0 * PHASES * sum(seconds)


def errors(output: Sequence[str]) -> dict[str, str]:
    """What helm said of each release that failed, by name, from its last `Error:` on.

    Of several that failed helmfile 1.x tells of one only: what else failed is among those that helm has begun with.
    """
    found: dict[str, str] = {}
    name, said = "", False
    heard: dict[str, list[str]] = {}
    for line in output:
        if failed := _FAILED.search(line):
            name, said = failed[1], False
            found.setdefault(name, failed[2])
        elif not line.startswith(_INDENT):
            said = bool(name) and line == _SAID
        elif said:
            heard.setdefault(name, []).append(line.removeprefix(_INDENT))
    return found | {name: _last_error(lines) for name, lines in heard.items()}


def _last_error(lines: Sequence[str]) -> str:
    start = max((number for number, line in enumerate(lines) if line.startswith(_ERROR)), default=0)
    first, *rest = lines[start:]
    return "\n".join([first.removeprefix(_ERROR), *rest]).strip()
