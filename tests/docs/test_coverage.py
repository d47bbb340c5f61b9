"""Every row of what there was to be had is shown here, by names that exist, in cases that write them."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest

from chartgen import values
from chartgen.errors import InputError
from scripts import coverage
from tests import cases, properties
from tests.cases import Case
from tests.test_case_coverage import ELSEWHERE, spec_fields, written_fields

ENTRIES = {(entry.source, entry.row): entry for entry in coverage.entries()}
ROWS = {(source, row) for source, of_source in coverage.rows().items() for row in of_source["rows"]}

TESTS = "tests/"
OTHERS = ("project.", "versions.", "resources.")
"""How fields begin that are none of a service."""

each_entry = pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: f"{entry.source}/{entry.row}")


def test_every_row_has_an_entry_and_every_entry_is_about_a_row():
    assert ENTRIES.keys() == ROWS


@each_entry
def test_it_names_a_field_or_a_value_or_says_why_not(entry: coverage.Entry):
    assert entry.cases
    assert entry.spec or entry.values or entry.note


@each_entry
def test_its_fields_and_its_values_are_there(entry: coverage.Entry):
    known = {*spec_fields(), *(f"project.{name}" for name in ELSEWHERE)}
    assert [name for name in entry.spec if canonical(name) not in known] == []
    assert [path for path in entry.values if not properties.is_known(tuple(path.split(".")))] == []


@each_entry
def test_its_cases_are_there(entry: coverage.Entry):
    assert [case for case in entry.cases if not coverage.case_file(case).is_file()] == []


@each_entry
def test_its_cases_write_its_fields_and_its_values(entry: coverage.Entry):
    own = [case for case in entry.cases if not case.startswith(TESTS)]
    fields = set().union(*map(fields_of, own))
    assert [name for name in entry.spec if canonical(name) not in fields] == []
    given = set().union(*map(values_of, own))
    assert [path for path in entry.values if properties.named(tuple(path.split("."))) not in given] == []


def canonical(name: str) -> str:
    """The dotted path of a field as `spec_fields` has it."""
    return name if name.startswith(OTHERS) else f"service.{name}"


@functools.cache
def fields_of(case: str) -> set[str]:
    """The fields that a case writes; none where it is no YAML."""
    try:
        return written_fields(read(case))
    except InputError:
        return set()


@functools.cache
def values_of(case: str) -> set[str]:
    """The chart's values that come of a case, or that it gives straight; none where its spec is wrong."""
    try:
        releases = cases.shared(read(case).releases())
    except InputError:
        return set()
    merged = (values.merge_all(layer.values for layer in release.layers) for release in releases)
    return {name for one in merged for path in properties.paths(one) for name in upward(properties.named(path))}


def read(name: str) -> Case:
    """A case, by its name in an entry."""
    folder, _, wrong = name.partition("/")
    own = cases.collect("wrong") if folder == "wrong" else cases.collect()
    return next(case for case in own if case.name == (wrong if folder == "wrong" else name))


def upward(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]
