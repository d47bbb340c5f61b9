"""What holds for every template, whatever it says."""

from __future__ import annotations

import re

import pytest

from tests.chart.rendering import BASE

TEMPLATES = sorted((BASE / "templates").iterdir())
KINDS = [path for path in TEMPLATES if path.suffix == ".yaml"]
CHANGING = re.compile(
    r"\.(?:Capabilities|Files)\b"
    r"|\b(?:lookup|now|date\w*|ago|rand\w*|uuidv4|gen[A-Z]\w+|derivePassword|bcrypt|htpasswd|getHostByName|tpl)\b"
)
ACTIONS = re.compile(r"\{\{.*?\}\}", re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_what_is_rendered_depends_on_values_alone(path):
    actions = " ".join(ACTIONS.findall(path.read_text(encoding="utf-8")))
    code = re.sub(r'"[^"]*"|/\*.*?\*/', "", actions, flags=re.DOTALL)
    assert CHANGING.findall(code) == []


@pytest.mark.parametrize("path", KINDS, ids=lambda path: path.name)
def test_the_template_of_a_kind_is_short(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 60


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_files_are_read_whole(path):
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert "\t" not in text
    assert len(text.splitlines()) <= 80


def test_every_helper_is_used_and_defined_once():
    texts = {path.name: path.read_text(encoding="utf-8") for path in TEMPLATES}
    defined = [name for text in texts.values() for name in re.findall(r'define "([^"]+)"', text)]
    used = {name for text in texts.values() for name in re.findall(r'(?<!define )"(microservice\.[^"]+)"', text)}
    assert len(set(defined)) == len(defined)
    assert set(defined) == used
    assert all(name.startswith("microservice.") for name in defined)


def test_every_failure_names_the_object_and_the_value():
    for path in TEMPLATES:
        for call in re.findall(r"(?:fail|required) \((.*)$", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert re.match(r'printf? "([A-Z][A-Za-z]+)/%s: |printf "%s[:.]|print \$place', call), call
