"""Which engine renders."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from chartgen import process
from chartgen.engine import cli, embedded
from chartgen.engine.batch import HelmEngine
from chartgen.engine.interface import Engine, Helm
from chartgen.errors import InputError, Problem, ToolError, did_you_mean

VARIABLE = "CHARTGEN_ENGINE"

_HELMS: Mapping[str, Callable[[], Helm]] = {"embedded": embedded.EmbeddedHelm, "cli": cli.CliHelm}

NAMES = tuple(_HELMS)
"""What an engine may be called."""


def choose(name: str | None = None) -> Engine:
    """The engine called `name`; by default the one that CHARTGEN_ENGINE names, else embedded, else the helm program.

    Raises:
        InputError: no engine is called so.
        ToolError: the engine asked for is not there; or none was asked for, and there is none.
    """
    named = name or os.environ.get(VARIABLE)
    if not named:
        return HelmEngine(_default())
    if named not in _HELMS:
        expected = " or ".join(f"`{known}`" for known in NAMES)
        problem = Problem(f"no engine is called `{named}`", expected=expected, hint=did_you_mean(named, NAMES))
        raise InputError(problem)
    return HelmEngine(_HELMS[named]())


def _default() -> Helm:
    try:
        return embedded.EmbeddedHelm()
    except ToolError:
        if process.find("helm"):
            return cli.CliHelm()
    hint = f"{embedded.INSTALL}, or {process.INSTALL['helm']}"
    raise ToolError("there is nothing to render charts with: no embedded engine, no helm program", hint=hint)
