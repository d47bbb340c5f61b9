from __future__ import annotations

import subprocess
import sys

import pytest

from chartgen import engine
from chartgen.errors import InputError, ToolError
from tests.engine import plain

WITHOUT_EMBEDDED = "import sys; sys.modules['helm_python'] = None\n"
"""To Python, a package that is not installed."""


def test_the_embedded_engine_where_it_is_installed():
    pytest.importorskip("helm_python")
    assert engine.choose().name == "embedded"


def test_the_variable_names_another(monkeypatch):
    monkeypatch.setenv("CHARTGEN_ENGINE", "cli")
    assert engine.choose().name == "cli"


def test_the_argument_beats_the_variable(monkeypatch):
    monkeypatch.setenv("CHARTGEN_ENGINE", "embedded")
    assert engine.choose("cli").name == "cli"


def test_an_engine_that_nobody_knows():
    with pytest.raises(InputError) as caught:
        engine.choose("embeded")
    (problem,) = caught.value.problems
    assert problem.message == "no engine is called `embeded`"
    assert problem.expected == "`embedded` or `cli`"
    assert problem.hint == "did you mean `embedded`?"


@pytest.mark.parametrize("name", engine.NAMES)
def test_every_name_that_is_offered_is_known(name):
    pytest.importorskip("helm_python")
    assert engine.choose(name).name == name


def test_the_program_where_nothing_is_embedded(monkeypatch, helm4):
    monkeypatch.setenv("CHARTGEN_HELM", str(helm4))
    assert _without_embedded("print(choose().name)") == "cli"


def test_nothing_to_render_with(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    said = _without_embedded(
        "from chartgen.errors import ToolError",
        "try: choose()",
        "except ToolError as error: print(error)",
    )
    assert said.startswith(
        "there is nothing to render charts with: no embedded engine, no helm program\n  hint: install"
    )


def test_the_embedded_engine_asked_for_where_it_is_not():
    said = _without_embedded(
        "from chartgen.errors import ToolError",
        "try: choose('embedded')",
        "except ToolError as error: print(error)",
    )
    assert said == "the embedded engine is not installed\n  hint: install `chartgen[embedded]`"


def test_a_program_that_is_not_there(monkeypatch):
    monkeypatch.setenv("CHARTGEN_HELM", "/nowhere/helm")
    with pytest.raises(ToolError, match="CHARTGEN_HELM names /nowhere/helm, which is no program"):
        engine.choose("cli").template(plain.chart("echo"), [plain.release("web")])


def _without_embedded(*lines: str) -> str:
    program = "\n".join([WITHOUT_EMBEDDED, "from chartgen.engine import choose", *lines])
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()
