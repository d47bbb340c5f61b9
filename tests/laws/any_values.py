"""Any values whatever, as hypothesis strategies."""

from __future__ import annotations

from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

Strategy = st.SearchStrategy[Any]

WORDS = st.sampled_from(
    ["", "yes", "1.10", "0755", "1e3", "~", "null", "---", "{{ .Values }}", "a: b", "- a", "x\n", "x\n\n", " x", "# x"]
)
TEXT = WORDS | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(-1e15, 1e15)
"""Those that come through Helm's JSON as the same digits."""

KEYS = st.sampled_from(["a", "b", "c", "d"]) | TEXT
"""Few keys beside the many, so that two documents often share some."""


def values(
    numbers: Strategy = NUMBERS, keys: Strategy = KEYS, text: Strategy = TEXT, *, nulls: bool = True
) -> Strategy:
    """Maps of anything that JSON holds, a few levels deep."""
    leaves = st.booleans() | numbers | text
    leaves = leaves | st.none() if nulls else leaves
    anything = st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=8
    )
    return st.dictionaries(keys, anything, max_size=5)


def many(strategy: Strategy, how: settings | None = None) -> list[Any]:
    """As many examples as a property is tried with, for what costs a process each time and can take all at once."""
    found: list[Any] = []

    @settings(how or settings(), phases=[Phase.generate], database=None)
    @given(strategy)
    def gather(example: Any) -> None:
        found.append(example)

    gather()
    return found
