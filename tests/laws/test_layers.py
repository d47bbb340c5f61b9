"""Properties of laying layers over each other."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chartgen.spec.layers import EMPTY, locate, merge, one_form, where
from chartgen.yamlio import Map, dumps, load, plain
from tests import strategies

_keys = st.sampled_from("abcd")
_leaves = st.one_of(st.integers(0, 3), st.sampled_from(["x", "z"]), st.lists(st.integers(0, 3), max_size=2))


def _trees(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    below = st.recursive(leaves, lambda inner: st.dictionaries(_keys, inner, max_size=3), max_leaves=8)
    return st.dictionaries(_keys, below, max_size=4)


trees = _trees(_leaves)
trees_with_nulls = _trees(st.one_of(_leaves, st.none()))
shapes = st.fixed_dictionaries(
    {}, optional={"a": st.integers(), "b": st.dictionaries(_keys, st.integers()), "c": st.lists(st.integers())}
)
"""Layers whose entries are of one kind wherever they stand, as fields are: a map is never laid over a number."""


def layer(data: dict[str, Any], file: str = "layer") -> Map:
    node = load(dumps(data), file).root
    assert isinstance(node, Map)
    return node


@given(shapes, shapes, shapes)
def test_layers_may_be_grouped_in_any_way(low, middle, high):
    a, b, c = layer(low), layer(middle), layer(high)
    assert plain(merge(a, merge(b, c))) == plain(merge(merge(a, b), c))


@given(trees_with_nulls, trees_with_nulls)
def test_an_empty_layer_changes_nothing_and_a_layer_over_itself_neither(low, high):
    a, b = layer(low), layer(high)
    assert plain(merge(a, EMPTY)) == plain(merge(EMPTY, a)) == plain(merge(a, a)) == plain(a)
    both = merge(a, b)
    assert plain(merge(both, b)) == plain(both)


@given(trees_with_nulls, trees_with_nulls)
def test_what_the_stronger_layer_says_holds_with_its_place(low, high):
    a, b = layer(low, "low"), layer(high, "high")
    both = merge(a, b)
    for key in high:
        assert where(both, (key,)) == where(b, (key,))
        if not isinstance(high[key], dict):
            assert plain(both)[key] == high[key]
    for key in low.keys() - high.keys():
        assert where(both, (key,)) == where(a, (key,))
        assert plain(both)[key] == low[key]


@given(trees_with_nulls, trees_with_nulls)
def test_keys_keep_their_order_the_weaker_layers_first(low, high):
    both = merge(layer(low), layer(high))
    assert [*both.entries] == [*low, *(key for key in high if key not in low)]


@given(trees_with_nulls, trees_with_nulls)
def test_laying_changes_neither_layer(low, high):
    a, b = layer(low), layer(high)
    merge(a, b)
    assert (plain(a), plain(b)) == (low, high)


@given(strategies.services("web", {}))
@strategies.examples(20)
def test_bringing_a_layer_to_one_form_twice_is_once(fields):
    problems: list[Any] = []
    once = one_form(layer(fields), (), problems)
    assert one_form(once, (), problems) == once
    assert not problems


@given(trees, st.lists(_keys, max_size=4))
def test_every_path_has_a_place(tree, path):
    root = layer(tree, "file")
    place, told = locate(root, tuple(path), ("top",))
    assert place.file == "file"
    assert told == ".".join(("top", *path))
