"""The engines, over each Helm there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartgen import engine

ENGINES = ("embedded", "helm3", "helm4")


@pytest.fixture(params=ENGINES)
def any_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> engine.Engine:
    """Each engine, the one over the helm program with both majors."""
    if request.param == "embedded":
        pytest.importorskip("helm_python")
        return engine.choose("embedded")
    program: Path = request.getfixturevalue(request.param)
    monkeypatch.setenv("CHARTGEN_HELM", str(program))
    return engine.choose("cli")
