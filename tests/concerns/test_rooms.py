"""A concern has the same name in every room, and no two concerns have a say in the same thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from chartgen import yamlio
from chartgen.concerns import CONCERNS, NAMESPACE, Concern, Context
from chartgen.fields import Fields
from chartgen.model import Values
from chartgen.plan import namespaces
from chartgen.plan import releases as planning
from chartgen.spec.fields import ServiceSettings
from tests import cases, strategies
from tests.chart.contract import SHARED_HELPERS

ROOT = Path(__file__).resolve().parents[2]
ALL = (*CONCERNS, NAMESPACE)
NAMES = [concern.name for concern in ALL]
SHARED_MODULES = {"__init__", "amounts", "concern", "forms", "httpcall", "jobspec", "reference", "uris", "variables"}
"""What concerns are made of."""

ROOMS = [
    "chartgen/concerns/{}.py",
    "values-schemas/{}.yaml",
    "base-chart/templates/_{}.tpl",
    "tests/cases/{}/",
    "docs/concerns/{}.md",
]
"""Where each concern stands; a new kind of room is a line here."""

OTHERS = {
    "chartgen/concerns/{}.py": SHARED_MODULES,
    "base-chart/templates/_{}.tpl": SHARED_HELPERS,
    "tests/cases/{}/": {"checks", "project"},
}
"""What stands beside the concerns in a room."""


@pytest.mark.parametrize("room", ROOMS)
def test_a_concern_has_the_same_name_in_every_room(room: str):
    before, after = room.split("{}")
    folder = ROOT / before if before.endswith("/") else (ROOT / before).parent
    prefix = "" if before.endswith("/") else Path(before).name
    found = {
        path.name.removeprefix(prefix).removesuffix(after.removesuffix("/"))
        for path in folder.iterdir()
        if path.name.startswith(prefix) and path.name.endswith(after.removesuffix("/")) and path.name != "__pycache__"
    }
    assert found - OTHERS.get(room, set()) == {*NAMES}


def test_each_concern_has_cases_of_every_sort():
    for concern in ALL:
        own = [case for case in cases.collect() if case.concern == concern.name]
        assert len(own) >= 4, concern.name
        assert any(case.error for case in own), f"{concern.name}: nothing is wrong"
        written = [content for case in own for content in case.files.values()]
        assert any(b"null" in content for content in written), f"{concern.name}: nothing is removed by null"
        assert any(case.is_rendered for case in own), f"{concern.name}: nothing is rendered"


def test_no_field_belongs_to_two_concerns():
    owners: dict[str, str] = dict.fromkeys(ServiceSettings.model_fields, "the service itself")
    for concern in CONCERNS:
        for name in concern.known:
            assert owners.setdefault(name, concern.name) == concern.name


def test_every_field_says_what_it_is():
    for concern in ALL:
        for name, description in _descriptions(concern.fields):
            assert description.endswith((".", "…")), f"{concern.name}: {name}"


def _descriptions(fields: type[Fields]) -> Iterator[tuple[str, str]]:
    for name, field in fields.model_fields.items():
        yield name, field.description or ""


def keys_of(concern: Concern) -> set[str]:
    """The part of the values that is a concern's own: the top-level properties of its fragment of the schema."""
    fragment = yamlio.loads((ROOT / f"values-schemas/{concern.name}.yaml").read_bytes())
    return set(fragment["properties"])


OWN = {concern.name: keys_of(concern) for concern in ALL}


def test_no_part_of_the_values_belongs_to_two_concerns():
    owners: dict[str, str] = {}
    for name, keys in OWN.items():
        for key in keys:
            assert owners.setdefault(key, name) == name
    schema = cases.shared_chart().schema
    assert schema is not None
    assert {*owners} == {*schema["properties"]} - {"global"}


def test_each_concern_writes_a_part_of_the_values_that_is_its_own(monkeypatch: pytest.MonkeyPatch):
    """Over all cases and random specs. What few services need is for the values alone to say."""
    written: dict[str, set[str]] = {name: set() for name in NAMES}
    recording = tuple(_recording(concern, written[concern.name]) for concern in CONCERNS)
    monkeypatch.setattr(planning, "CONCERNS", recording)
    monkeypatch.setattr(namespaces, "NAMESPACE", _recording(NAMESPACE, written[NAMESPACE.name]))
    for case in cases.collect():
        if case.error is None and case.chart is None:
            case.plan()

    @given(strategies.projects())
    @strategies.examples(10)
    def plan(files: dict[str, bytes]) -> None:
        cases.plan_of(files)

    plan()
    assert [name for name, keys in written.items() if not keys or keys - OWN[name]] == []


def _recording(concern: Concern, keys: set[str]) -> Concern:
    def values(fields: Any, context: Context) -> Values:
        part = concern.values(fields, context)
        keys.update(part)
        return part

    return replace(concern, values=values)
