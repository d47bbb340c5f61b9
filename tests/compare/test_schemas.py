"""What two schemas are told to differ in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chartgen import yamlio
from chartgen.chart.fragments import DRAFT
from chartgen.compare.contract import schemas
from chartgen.errors import InputError

CASES = yamlio.loads(Path(__file__).with_name("schemas.yaml").read_bytes(), "schemas.yaml")


def _document(case: dict[str, Any], part: str) -> dict[str, Any] | None:
    if case.get(part, {}) is None:
        return None
    own = case["whole"] if part == "new" and "whole" in case else {"properties": case[part]}
    return {"$schema": case.get("draft", DRAFT), "type": "object", **own}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["it"])
def test_each_difference_is_told_with_its_level_and_path(case: dict[str, Any]):
    found = schemas.changes(_document(case, "old"), _document(case, "new"))
    assert [f"{change.level} {change.path}: {change.message}" for change in found] == case["changes"]


def test_a_new_schema_that_is_none_is_refused():
    with pytest.raises(InputError, match="is not valid"):
        schemas.changes({}, {"type": "text"})


def test_a_schema_that_no_validator_reads_is_told():
    deep: dict[str, Any] = {}
    for _ in range(400):
        deep = {"properties": {"a": deep}}
    with pytest.raises(InputError, match="cannot be used"):
        schemas.changes({}, deep)


def test_what_is_told_does_not_depend_on_the_order_of_keys():
    old = {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a"]}
    new = {"required": ["b"], "properties": {"b": {"type": "string", "maxLength": 1}, "a": {"type": "integer"}}}
    again = {"required": ["a"], "properties": {"b": {"type": "string"}, "a": {"type": "string"}}}
    assert sorted(schemas.changes(old, new), key=str) == sorted(schemas.changes(again, new), key=str)
