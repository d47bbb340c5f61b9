"""Every row of what there was to be had is shown here, by names that exist."""

from __future__ import annotations

import difflib
import re

import pytest

from scripts import coverage
from tests import properties
from tests.test_case_coverage import ELSEWHERE, spec_fields

ENTRIES = coverage.entries()
ROOMS = ("service.", "project.", "versions.", "")
"""What a field is one of, where its entry does not say."""

ROWS = {(source, row) for source, of_source in coverage.rows().items() for row in of_source["rows"]}


def test_every_entry_is_about_a_row_that_there_is():
    unknown = [(entry.file, entry.source, entry.row) for entry in ENTRIES if (entry.source, entry.row) not in ROWS]
    assert unknown == [], [
        (*one, difflib.get_close_matches(one[2], [row for source, row in ROWS if source == one[1]], cutoff=0.2))
        for one in unknown
    ]


def test_every_row_names_a_field_or_a_value_and_each_entry_a_case():
    named = {(entry.source, entry.row) for entry in ENTRIES if entry.spec or entry.values or entry.note}
    assert {(entry.source, entry.row) for entry in ENTRIES} - named == set()
    assert [(entry.file, entry.row) for entry in ENTRIES if not entry.cases] == []


def test_every_field_is_one_of_the_spec():
    known = {*spec_fields(), *(f"project.{name}" for name in ELSEWHERE)}
    named = [(entry.file, entry.row, name) for entry in ENTRIES for name in entry.spec]
    assert [one for one in named if not {f"{room}{one[2].replace('<name>', '*')}" for room in ROOMS} & known] == []


def test_every_value_is_one_of_the_charts():
    paths = [(entry.file, entry.row, path) for entry in ENTRIES for path in entry.values]
    wrong = [one for one in paths if not properties.is_known(tuple(one[2].replace("*", "<name>").split(".")))]
    assert wrong == []


def test_every_case_is_there():
    cases = [(entry.file, entry.row, case) for entry in ENTRIES for case in entry.cases]
    assert [one for one in cases if not coverage.case_file(one[2]).is_file()] == []


def test_every_field_stands_in_one_of_its_cases():
    wrong = [(entry.file, entry.row, name) for entry in ENTRIES for name in entry.spec if not is_written(entry, name)]
    assert wrong == []


def is_written(entry: coverage.Entry, field: str) -> bool:
    last = [part for part in field.split(".") if part not in ("*", "<name>")][-1]
    texts = [coverage.case_file(case).read_text(encoding="utf-8") for case in entry.cases]
    return any(re.search(rf"\b{last}\b", text) for text in texts)


def test_no_row_is_empty():
    missing = sorted(ROWS - {(entry.source, entry.row) for entry in ENTRIES})
    if missing:
        pytest.xfail(f"{len(missing)} rows have nothing that shows them: {missing}")
