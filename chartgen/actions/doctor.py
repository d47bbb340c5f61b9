"""`chartgen doctor`: which tools are there, and what to do about those that are not."""

from __future__ import annotations

import importlib.metadata
import platform
import re
from dataclasses import dataclass, replace
from typing import Literal

from chartgen import process
from chartgen.errors import ToolError

_TIMEOUT = 20.0
_OLDEST_PYTHON = (3, 11)
_HELMFILE_FOR_HELM_4 = (1, 2, 0)
"""The first helmfile that drives Helm 4 (helmfile 2262); older ones crash on its `version`."""

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
    helm = _program("helm", ("version", "--short"), "installs; the engine `cli`", "https://helm.sh/docs/intro/install")
    helmfile = _program("helmfile", ("--version",), "installs the releases", "https://helmfile.readthedocs.io")
    kubectl = _program(
        "kubectl", ("version", "--client"), "looks into clusters", "https://kubernetes.io/docs/tasks/tools"
    )
    gpg = _program("gpg", ("--version",), "signs charts for `helm verify`", "https://gnupg.org/download")
    stores = _library("object stores", "obstore", "publishes charts to s3://, gs://, az://", "stores")
    cosign = _library("cosign keys", "pynacl", "signs charts as cosign does", "cosign")
    return (_python(), _embedded(helm), helm, _pair(helmfile, helm), kubectl, gpg, stores, cosign)


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


def _program(name: str, arguments: tuple[str, ...], purpose: str, source: str) -> Tool:
    if process.find(name) is None:
        return Tool(name, "missing", "", purpose, f"install it: {source}")
    try:
        result = process.run([name, *arguments], timeout=_TIMEOUT)
    except ToolError as error:
        return Tool(name, "problem", "", purpose, error.problems[0].message)
    found = re.search(r"v?(\d+\.\d+\.\d+)", result.stdout.decode(errors="replace"))
    if result.returncode != 0 or found is None:
        return Tool(name, "problem", "", purpose, f"`{name} {' '.join(arguments)}` failed; reinstall it: {source}")
    return Tool(name, "ok", found[1], purpose)


def _pair(helmfile: Tool, helm: Tool) -> Tool:
    """helmfile, with its remedy when it does not work together with this helm."""
    if helmfile.status != "ok" or helm.status != "ok":
        return helmfile
    old = tuple(int(part) for part in helmfile.version.split(".")) < _HELMFILE_FOR_HELM_4
    if old and helm.version.startswith("4."):
        remedy = f"it crashes with helm {helm.version}: use helmfile 1.2.0 or newer, or helm 3"
        return Tool(helmfile.name, "problem", helmfile.version, helmfile.purpose, remedy)
    return helmfile
