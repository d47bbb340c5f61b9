"""Edits change the entries named and nothing else: cases in edits.yaml, laws here."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chartgen import yamlio
from chartgen.errors import InputError
from chartgen.yamlio import REMOVE, Comment
from tests.laws import any_values

CASES = yamlio.loads(Path(__file__).with_name("edits.yaml").read_text(encoding="utf-8"))

DOCUMENTS = any_values.values()
PATHS = st.lists(any_values.KEYS, min_size=1, max_size=3).map(tuple)
CHANGES = st.dictionaries(PATHS, st.just(REMOVE) | any_values.values().map(lambda values: values.get("a", values)))


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_an_edit(case):
    changes = {tuple(path): value for path, value in case.get("set", ())}
    changes.update({tuple(path): REMOVE for path in case.get("remove", ())})
    comments = {tuple(path): Comment(tuple(above), beside) for path, above, beside in case.get("comments", ())}
    if "error" in case:
        with pytest.raises(InputError) as caught:
            yamlio.edit(case["before"], changes or {("a",): 1}, comments, "values/web.yaml")
        assert case["error"] in str(caught.value)
    else:
        assert yamlio.edit(case["before"], changes, comments, "values/web.yaml") == case["after"]


@given(DOCUMENTS, CHANGES)
def test_what_is_read_back_is_what_was_asked_for(document, changes):
    assert yamlio.loads(yamlio.edit(yamlio.dumps(document), changes)) == applied(document, changes)


@given(DOCUMENTS, DOCUMENTS)
def test_one_document_becomes_any_other(document, other):
    changes: dict[yamlio.Path, Any] = {(key,): other.get(key, REMOVE) for key in [*document, *other]}
    assert yamlio.loads(yamlio.edit(yamlio.dumps(document), changes)) == other


@given(DOCUMENTS, any_values.KEYS, DOCUMENTS)
def test_all_other_entries_stay_byte_by_byte(document, key, value):
    assume(document.keys() - {key})
    edited = yamlio.edit(yamlio.dumps(document), {(key,): value})
    for other in document.keys() - {key}:
        assert yamlio.dumps({other: document[other]}) in edited


@given(st.dictionaries(any_values.KEYS, any_values.TEXT, min_size=1), st.data())
def test_every_comment_is_found_where_it_was_written(document, data):
    lines = st.text("abc #:{'", max_size=5).map(lambda text: f"# {text}".rstrip())
    notes: dict[yamlio.Path, Comment] = {
        (key,): Comment(tuple(data.draw(st.lists(lines, max_size=2, unique=True))), data.draw(lines))
        for key in document
    }
    assume(not any("\n" in value for value in document.values()))  # no room beside a literal
    assert yamlio.comments(yamlio.edit(yamlio.dumps(document), {}, notes)) == notes


@given(DOCUMENTS)
def test_an_edit_of_nothing_is_nothing(document):
    text = yamlio.dumps(document)
    assert yamlio.edit(text, {}) == text
    assert yamlio.edit(text, {(key,): value for key, value in document.items()}) == text


def applied(document, changes):
    changed = copy.deepcopy(document)
    for path, value in changes.items():
        put(changed, path, value)
    return changed


def put(values, path, value):
    key, *rest = path
    if rest and isinstance(values.get(key), dict):
        put(values[key], rest, value)
    elif rest and value is not REMOVE:
        values[key] = {}
        put(values[key], rest, value)
    elif not rest and value is REMOVE:
        values.pop(key, None)
    elif not rest:
        values[key] = copy.deepcopy(value)
