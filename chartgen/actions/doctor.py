"""`chartgen doctor`: which tools are there, and what to do about those that are not."""

from __future__ import annotations

import importlib.metadata
import platform
import re
from dataclasses import dataclass, replace
from typing import Literal

from chartgen import process
from chartgen.cluster import tools
from chartgen.cluster.tools import Looked
from chartgen.errors import Problem, ToolError

_TIMEOUT = 20.0
_OLDEST_PYTHON = (3, 11)
_DRIVEN = ("helm", "helmfile", "kubectl")

Status = Literal["ok", "missing", "problem"]


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool: its version, what it is for, and what to do when something is wrong with it."""

    name: str
    status: Status
    version: str
    purpose: str
    remedy: str = ""


def doctor() -> tuple[Tool, ...]:
    """What is on this machine, in the order of importance."""
    found = tools.look(_DRIVEN)
    helm, helmfile, kubectl = (_driven(found[name]) for name in _DRIVEN)
    for clash, problem in tools.clashes(found):
        status: Status = "problem" if clash.severity == "error" else helmfile.status
        helmfile = replace(helmfile, status=status, remedy=helmfile.remedy or _remedy(problem))
    gpg = _gpg()
    stores = _library("object stores", "obstore", "publishes charts to s3://, gs://, az://", "stores")
    cosign = _library("cosign keys", "pynacl", "signs charts as cosign does", "cosign")
    return (_python(), _embedded(helm), helm, helmfile, kubectl, gpg, stores, cosign)


def is_usable(tools: tuple[Tool, ...]) -> bool:
    """Whether charts can be rendered here: one engine is enough."""
    return any(tool.status == "ok" for tool in tools if tool.name in ("embedded engine", "helm"))


def _python() -> Tool:
    version = platform.python_version()
    right = tuple(int(part) for part in version.split(".")[:2]) >= _OLDEST_PYTHON
    return Tool("python", "ok" if right else "problem", version, "runs chartgen", "" if right else "use 3.11 or newer")


def _embedded(helm: Tool) -> Tool:
    found = _library("embedded engine", "helm-python-sdk", "renders in process, fast", "embedded")
    if found.status == "ok" or helm.status == "missing":
        return found
    return replace(found, remedy=f"{found.remedy} (helm renders meanwhile)")


def _library(name: str, distribution: str, purpose: str, extra: str) -> Tool:
    try:
        return Tool(name, "ok", importlib.metadata.version(distribution), purpose)
    except importlib.metadata.PackageNotFoundError:
        return Tool(name, "missing", "", purpose, f"pip install 'chartgen[{extra}]'")


def _driven(looked: Looked) -> Tool:
    known, program, problem = looked.known, looked.program, looked.problem
    version = tools.dotted(program.version) if program else ""
    if problem is None:
        return Tool(known.name, "ok", version, known.purpose)
    if process.find(known.name) is None:
        return Tool(known.name, "missing", "", known.purpose, f"install it: {known.source}")
    return Tool(known.name, "problem", version, known.purpose, _remedy(problem))


def _remedy(problem: Problem) -> str:
    return "; ".join(part for part in (problem.message, problem.expected, problem.hint) if part)


def _gpg() -> Tool:
    purpose = "signs charts for `helm verify`"
    if process.find("gpg") is None:
        return Tool("gpg", "missing", "", purpose, process.INSTALL["gpg"])
    try:
        result = process.run(["gpg", "--version"], timeout=_TIMEOUT)
    except ToolError as error:
        return Tool("gpg", "problem", "", purpose, error.problems[0].message)
    found = re.search(r"\d+\.\d+\.\d+", result.stdout.decode(errors="replace"))
    if result.returncode != 0 or found is None:
        return Tool("gpg", "problem", "", purpose, f"`gpg --version` failed; {process.INSTALL['gpg']}")
    return Tool("gpg", "ok", found[0], purpose)
