"""What the comparison of schemas promises, over random ones."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, assume, event, given, settings

from chartgen.compare.contract import schemas
from chartgen.errors import InputError
from chartgen.jsonvalidation import Validator
from tests.compare import random_schemas

VALUES = [value for value in random_schemas.values(800) if isinstance(value, dict)]


def _accepts(schema: dict[str, Any]) -> Any:
    try:
        return Validator(schema).is_valid
    except InputError:
        assume(condition=False)


@settings(max_examples=1000, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(random_schemas.pairs())
def test_law_where_nothing_is_major_all_that_fitted_still_fits(pair):
    old, new = pair
    accepted, accepts = _accepts(old), _accepts(new)
    levels = {change.level for change in schemas.changes(old, new)}
    event(", ".join(sorted(levels)))
    if "major" not in levels:
        assert [value for value in VALUES if accepted(value) and not accepts(value)] == []
    if not levels & {"major", "minor"}:
        assert [value for value in VALUES if accepted(value) != accepts(value)] == []


@given(random_schemas.schemas())
def test_law_a_schema_is_like_itself(schema):
    _accepts(schema)
    reworded = {**schema, "title": "another"}
    assert {change.level for change in schemas.changes(schema, reworded)} <= {"patch", "major"}
