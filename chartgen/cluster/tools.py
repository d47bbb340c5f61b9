"""The programs that the live side drives: are they there, new enough, and do they go together?

What is known of them is data, the same for `doctor` and for everything that is about to use them.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from chartgen import process
from chartgen.errors import Problem, ToolError

Version = tuple[int, int, int]

_TIMEOUT = 20.0
_OFFLINE = {"HELMFILE_UPGRADE_NOTICE_DISABLED": "1"}
_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")
_CRASH = re.compile(r"^(panic: |fatal error: |[Ee]rror: |error: )", re.MULTILINE)
_LONGEST = 160
_NEVER: Final[Version] = (999, 0, 0)

_HELMFILE = "https://github.com/helmfile/helmfile/releases"
_HELM = "https://github.com/helm/helm/releases"
_KUBECTL = "https://kubernetes.io/docs/tasks/tools"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a program.

    Attributes:
        name: its usual name.
        asked: how it is asked for its version; without network and cluster.
        oldest: the oldest version that does what we need.
        because: what older ones lack.
        purpose: what it is for.
        source: where it is to be had.
    """

    name: str
    asked: tuple[str, ...]
    oldest: Version
    because: str
    purpose: str
    source: str


@dataclass(frozen=True, slots=True)
class Clash:
    """Versions of helm and helmfile that do not go together.

    Attributes:
        helm, helmfile: the versions it is about: from the first on, before the second.
        severity: `error`: it does not work; `warning`: it works, but not well.
        message: what happens, with `{helm}` and `{helmfile}` for their versions.
        remedy: what to install.
    """

    helm: tuple[Version, Version]
    helmfile: tuple[Version, Version]
    severity: Literal["error", "warning"]
    message: str
    remedy: str


KNOWN: Final = {
    known.name: known
    for known in (
        Known(
            "helm",
            ("version", "--short"),
            (3, 10, 0),
            "older ones look at all that `and` and `or` are given, and templates fail there (helm 11146)",
            "installs; the engine `cli`",
            f"{_HELM} (or: brew install helm)",
        ),
        Known(
            "helmfile",
            ("--version",),
            (0, 160, 0),
            "only 0.166 and 1.x are tested with what `chartgen render` writes",
            "installs the releases",
            f"{_HELMFILE} (or: brew install helmfile)",
        ),
        Known(
            "kubectl",
            ("version", "--client"),
            (1, 24, 0),
            "kubeconfigs of today sign in with plugins that older ones do not know",
            "reaches clusters",
            f"{_KUBECTL} (or: brew install kubectl)",
        ),
    )
}
"""What the live side drives."""

CLASHES: Final = (
    Clash(
        helm=((4, 0, 0), _NEVER),
        helmfile=((0, 0, 0), (1, 2, 0)),
        severity="error",
        message="helmfile {helmfile} crashes with helm {helm}: it asks `helm version --client`, which Helm 4 refuses",
        remedy=f"install helmfile 1.8.0 (1.2.0 or newer) from {_HELMFILE}, "
        f"or Helm 3.18.6 (3.10.0 or newer) from {_HELM} and set CHARTGEN_HELM to its path",
    ),
    Clash(
        helm=((0, 0, 0), _NEVER),
        helmfile=((1, 7, 0), (1, 7, 4)),
        severity="warning",
        message="helmfile {helmfile} installs releases that share a chart of an HTTP repository one after another",
        remedy=f"install helmfile 1.7.4 or newer ({_HELMFILE}): it does several at once",
    ),
)
"""Pairs that do not go together. Sources: helmfile 2262 and 2741."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is there and works."""

    name: str
    path: Path
    version: Version

    def __str__(self) -> str:
        return f"{self.name} {dotted(self.version)}"


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look for a program found: the program, or what is wrong. A version that is too old comes with both."""

    known: Known
    program: Program | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Tools:
    """The programs, fit for use; `warnings` are what works, but not well."""

    helm: Program
    helmfile: Program | None
    kubectl: Program
    warnings: tuple[Problem, ...] = ()


def ready(*, helmfile: bool = True) -> Tools:
    """The programs that the live side drives, after a look whether they are fit for it.

    Arguments:
        helmfile: whether it is needed.

    Raises:
        ToolError: all that is missing, too old, broken, or does not go together.
    """
    found = look(["helm", *(["helmfile"] if helmfile else []), "kubectl"])
    told = list(clashes(found))
    problems = [each.problem for each in found.values() if each.problem]
    problems += [problem for clash, problem in told if clash.severity == "error"]
    if problems:
        raise ToolError(problems)
    programs = {name: each.program for name, each in found.items() if each.program}
    warnings = tuple(problem for _, problem in told)
    return Tools(programs["helm"], programs.get("helmfile"), programs["kubectl"], warnings)


def look(names: Sequence[str]) -> dict[str, Looked]:
    """What there is of some programs of KNOWN; all are asked at once, each within 20 seconds."""
    with ThreadPoolExecutor(len(names)) as pool:
        return dict(zip(names, pool.map(_look, (KNOWN[name] for name in names)), strict=True))


def clashes(found: dict[str, Looked]) -> Iterator[tuple[Clash, Problem]]:
    """What is known against the pair of helm and helmfile that was found."""
    helm, helmfile = (found[name].program if name in found else None for name in ("helm", "helmfile"))
    if helm is None or helmfile is None:
        return
    for clash in CLASHES:
        if _within(helm.version, clash.helm) and _within(helmfile.version, clash.helmfile):
            said = clash.message.format(helm=dotted(helm.version), helmfile=dotted(helmfile.version))
            yield clash, Problem(said, hint=clash.remedy)


def dotted(version: Version) -> str:
    """The version as people write it: `4.3.1`."""
    return ".".join(map(str, version))


def crash(name: str, result: process.Result) -> str:
    """How a program ended that failed, in one line: the signal that ended it, or what it said first of an error."""
    if result.returncode < 0:
        return f"{name} was ended by {_signal(-result.returncode)}"
    said = result.stderr.strip() or result.stdout.decode("utf-8", "replace").strip()
    sign = _CRASH.search(said)
    lines = said[sign.start() :].splitlines() if sign else said.splitlines()[-1:]
    reason = f": {lines[0].strip()[:_LONGEST]}" if lines else " without a word"
    return f"{name} failed with exit code {result.returncode}{reason}"


def _look(known: Known) -> Looked:
    path = process.find(known.name)
    command = " ".join((known.name, *known.asked))
    try:
        result = process.run([known.name, *known.asked], timeout=_TIMEOUT, environment=_OFFLINE)
    except ToolError as error:
        [problem] = error.problems
        hint = problem.hint or f"try `{command}`; to install it anew: {known.source}"
        return Looked(known, problem=Problem(problem.message, hint=hint))
    asked = f"`{command}` ({path})"
    said = _VERSION.search(result.stdout.decode("utf-8", "replace"))
    if result.returncode != 0 or said is None or path is None:
        reason = crash(asked, result) if result.returncode else f"{asked} says no version"
        return Looked(known, problem=Problem(reason, hint=f"install it anew: {known.source}"))
    major, minor, patch = map(int, said.groups())
    program = Program(known.name, path, (major, minor, patch))
    if program.version < known.oldest:
        expected = f"{dotted(known.oldest)} or newer: {known.because}"
        problem = Problem(f"{program} ({path}) is too old", expected=expected, hint=f"install it anew: {known.source}")
        return Looked(known, program, problem)
    return Looked(known, program)


def _within(version: Version, span: tuple[Version, Version]) -> bool:
    return span[0] <= version < span[1]


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
