"""Properties of references in strings."""

from __future__ import annotations

import itertools
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartgen.errors import Problem, Where
from chartgen.spec.interpolation import ROOTS, Scope, interpolate
from chartgen.yamlio import Map, Scalar, dumps, load, plain

NAMES = {"environment": "prod", "region": "eu", "project": "shop", "service": "web"}
VARS = {"a": 1, "b": True, "c": "text", "d": "1.10", "map": {"x": [1, {"k": "v"}]}, "list": [1, "2"], "empty": ""}

FOREIGN = [
    '{"json": {"vars": [1, 2]}}',
    "${HOME}",
    "${vars_x}",
    "{{ $labels.pod }}",
    "{{ .Values.vars }}",
    "{% raw %}{varsity}{parents}{environments}{services}",
    "^[a-z]{2,3}(\\d{1})$",
    "{}",
    "{ vars.a }",
    "{VARS.a}",
    "{var.a}",
    "{project_id}",
    "a{b}c{{d}}e",
    "%{vars-a}",
    "#{region:1}",
]


def resolved(text: str, names: dict[str, str] | None = None, variables: Any = VARS) -> tuple[Any, list[Problem]]:
    problems: list[Problem] = []
    tree = load(dumps(variables), "vars").root
    assert isinstance(tree, Map)
    found = interpolate(Scalar(text, text, Where("file", 3, 5)), Scope(names or NAMES, tree, problems=problems))
    return plain(found), problems


@pytest.mark.parametrize("text", FOREIGN)
def test_foreign_braces_pass_untouched(text):
    assert resolved(text) == (text, [])


_around = st.text(string.ascii_letters + " {}$:.[]\"'\\-", max_size=12)


@given(st.text(string.printable + "{}{}{}$é", max_size=40))
def test_a_text_without_a_root_in_braces_passes_untouched(text):
    if not any(f"{{{root}" in text for root in ROOTS):
        assert resolved(text) == (text, [])


@given(_around, st.sampled_from([*NAMES]), _around)
def test_a_reference_within_a_text_is_replaced_and_nothing_else(before, name, after):
    if before.endswith("{") or after.startswith("}"):
        return
    assert resolved(f"{before}{{{name}}}{after}") == (f"{before}{NAMES[name]}{after}", [])


@given(_around, st.sampled_from(["vars.c", "parent.c", "vars[c]", "parent[c]"]), _around)
def test_every_way_of_writing_a_variable_is_the_same(before, reference, after):
    if before.endswith("{") or after.startswith("}"):
        return
    assert resolved(f"{before}{{{reference}}}{after}") == (f"{before}text{after}", [])


@pytest.mark.parametrize("name", VARS)
def test_a_string_that_is_one_reference_takes_the_value_with_its_type(name):
    for text in (f"{{vars.{name}}}", f"{{parent[{name}]}}"):
        value, problems = resolved(text)
        assert (value, problems) == (VARS[name], [])
        assert type(value) is type(VARS[name])


@given(st.sampled_from([*NAMES, "vars", "vars.a", "vars[a]", "parent.map.x", "parent[no].such"]), _around, _around)
def test_doubled_braces_are_literal(reference, before, after):
    if before.endswith("{") or after.startswith("}"):
        return
    assert resolved(f"{before}{{{{{reference}}}}}{after}") == (f"{before}{{{reference}}}{after}", [])


_references = st.one_of(
    st.sampled_from([f"{{{name}}}" for name in NAMES]),
    st.sampled_from(
        [f"{{vars.{name}}}" for name in ("a", "b", "c", "d", "empty", "no", "map", "list", "map.x", "c.d")]
    ),
    st.sampled_from(["{vars}", "{vars.}", "{parent[}", "{region}", "{vars.a b}"]),
)


@given(st.lists(st.one_of(_references, st.text(string.ascii_letters + " :/", min_size=1, max_size=3)), max_size=5))
def test_no_brace_leaks_without_a_problem(parts):
    """Whatever a text is made of: its references are gone, or somebody is told."""
    value, problems = resolved("".join(parts))
    if not problems and isinstance(value, str):
        assert "{" not in value
        assert "}" not in value
    for problem in problems:
        assert problem.where in (Where("file", 3, 5), None) or problem.where.file == "vars"


@given(st.permutations(["a", "b", "c", "d"]))
def test_variables_may_refer_to_each_other_in_any_order(order):
    chain = {name: f"<{{vars.{below}}}>" for name, below in itertools.pairwise(order)}
    assert resolved(f"{{vars.{order[0]}}}", variables={**chain, order[-1]: "{service}"}) == ("<<<web>>>", [])


@given(st.integers(1, 6))
def test_a_circle_of_variables_is_told_once(size):
    names = "abcdef"[:size]
    circle = {name: f"-{{vars.{names[(index + 1) % size]}}}-" for index, name in enumerate(names)}
    _, problems = resolved("{vars.a} {vars.a}", variables=circle)
    [problem] = problems
    assert "in a circle" in problem.message


def test_references_in_keys_are_left_alone():
    root = load('{"{service}": "{service}", list: ["{region}", 1]}', "file").root
    tree = load("{}", "vars").root
    assert isinstance(tree, Map)
    assert plain(interpolate(root, Scope(NAMES, tree))) == {"{service}": "web", "list": ["eu", 1]}
    untouched = load('{a: [1, "x{y}", {b: null}]}', "file").root
    assert interpolate(untouched, Scope(NAMES, tree)) is untouched
