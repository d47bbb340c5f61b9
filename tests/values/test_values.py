"""The rules of Helm's merging, one by one; that they are Helm's is a law of its own (tests/laws)."""

from __future__ import annotations

import pytest

from chartgen import values


@pytest.mark.parametrize(
    ("lower", "upper", "merged"),
    [
        ({"a": 1, "b": 2}, {"b": 3, "c": 4}, {"a": 1, "b": 3, "c": 4}),
        ({"a": {"b": 1, "c": {"d": 2}}}, {"a": {"c": {"e": 3}}}, {"a": {"b": 1, "c": {"d": 2, "e": 3}}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": {"b": 1}}, {"a": "text"}, {"a": "text"}),
        ({"a": "text"}, {"a": {"b": None}}, {"a": {"b": None}}),
        ({"a": {"b": 1}}, {"a": {"b": None}}, {"a": {"b": None}}),
        ({"a": {"b": 1}}, {"a": None}, {"a": None}),
        ({"a": None}, {"a": {"b": 1}}, {"a": {"b": 1}}),
    ],
)
def test_files_merge(lower, upper, merged):
    assert values.merge(lower, upper) == merged


def test_each_file_beats_those_before_it():
    assert values.merge_all([{"a": 1, "b": 1}, {"a": 2, "c": 2}, {"a": 3}]) == {"a": 3, "b": 1, "c": 2}
    assert values.merge_all([]) == {}


@pytest.mark.parametrize(
    ("defaults", "given", "seen"),
    [
        ({"a": 1, "b": {"c": 2}}, {}, {"a": 1, "b": {"c": 2}}),
        ({"a": 1}, {"a": None}, {}),
        ({"b": {"c": 2, "d": 3}}, {"b": {"c": None}}, {"b": {"d": 3}}),
        ({"b": {"c": {"d": 3}}}, {"b": {"c": None, "e": None}}, {"b": {"e": None}}),
        ({}, {"a": None, "b": {"c": None}}, {"a": None, "b": {"c": None}}),
        ({"a": [1, 2]}, {"a": []}, {"a": []}),
        ({"a": {"b": 1}}, {"a": "text"}, {"a": "text"}),
        ({"a": "text"}, {"a": {"b": None}}, {"a": {"b": None}}),
        ({"a": None, "b": {"c": None, "d": {"e": None}}}, {}, {"b": {"d": {}}}),
        ({"b": {"c": None}}, {"b": {"c": None}}, {"b": {"c": None}}),
        ({"a": None}, {"a": None}, {}),
        ({"a": None}, {"a": {"b": 1}}, {"a": {"b": 1}}),
    ],
)
def test_templates_see_the_defaults_overridden(defaults, given, seen):
    assert values.coalesce(defaults, given) == seen
