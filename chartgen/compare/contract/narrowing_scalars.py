"""What one schema lets through and another may not of values that hold no others: texts, numbers, and how many."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import Any

from chartgen.chart.fragments import DRAFT
from chartgen.compare.contract.gap import Gap, shown
from chartgen.compare.contract.shape import MINIMA, NUMBERS, Shape, canonical, kind_of
from chartgen.jsonvalidation import Validator

_OF_KIND = {"Length": "string", "Items": "array", "Properties": "object"}
"""Which type a bound is about, by the end of its keyword; else a number's."""

_ALIKE = {
    keyword: pair for pair in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")) for keyword in pair
}
"""Bounds of one side, of which the stricter holds."""


def gaps(first: Shape, second: Shape) -> Iterator[Gap]:
    """All of the value itself: its type, which values it may be, its bounds."""
    if first.values is not None:
        yield from _values(first, second)
    else:
        yield from _types(first, second)
        yield from _scalars(first, second, first.kinds & second.kinds)


def _types(first: Shape, second: Shape) -> Iterator[Gap]:
    lost = first.kinds - second.kinds
    if lost:
        yield Gap((), "type", first.kinds, second.kinds)


def _values(first: Shape, second: Shape) -> Iterator[Gap]:
    """A first schema of a few values: each that fits it must fit the second."""
    fitted, fits = _fits(first), _fits(second)
    for value in first.values or ():
        if fitted(value) and not fits(value):
            yield Gap((), "value", None, shown(value))


def _fits(shape: Shape) -> Callable[[Any], bool]:
    """Whether a value fits, but for what is asked of entries."""
    wanted: list[dict[str, Any]] = [dict(shape.limits)]
    wanted += [{keyword: value} for keyword, value in sorted(shape.texts)]
    wanted += [{"multipleOf": float(multiple)} for multiple in sorted(shape.multiples)]
    valid = Validator({"$schema": DRAFT, "allOf": wanted}).is_valid
    allowed = None if shape.values is None else set(map(canonical, shape.values))

    def fits(value: Any) -> bool:
        listed = allowed is None or canonical(value) in allowed
        return listed and kind_of(value) in shape.kinds and valid(value)

    return fits


def _scalars(first: Shape, second: Shape, kinds: frozenset[str]) -> Iterator[Gap]:
    if second.values is not None:
        all_of = {"null": (None,), "boolean": (True, False)}
        allowed = set(map(canonical, second.values))
        every = [value for kind in kinds for value in all_of.get(kind, (Ellipsis,))]
        if any(value is Ellipsis or canonical(value) not in allowed for value in every):
            yield Gap((), "enum", None, tuple(map(shown, second.values)))
        return
    yield from _limits(first, second, kinds)
    if "string" in kinds:
        for keyword, text in sorted(second.texts - first.texts):
            yield Gap((), keyword, _text(first.texts, keyword), text)
    if kinds & NUMBERS:
        held: list[Fraction] = [*first.multiples, *([Fraction(1)] if kinds & NUMBERS == {"integer"} else [])]
        for multiple in sorted(second.multiples):
            if not any(own % multiple == 0 for own in held):
                yield Gap((), "multipleOf", min(first.multiples, default=None), multiple)


def _text(texts: Iterable[tuple[str, str]], keyword: str) -> str | None:
    return next((text for key, text in sorted(texts) if key == keyword), None)


def _limits(first: Shape, second: Shape, kinds: frozenset[str]) -> Iterator[Gap]:
    whole = kinds & NUMBERS == {"integer"}
    for keyword, limit in second.limits.items():
        concerned = {_OF_KIND[ending] for ending in _OF_KIND if keyword.endswith(ending)} or NUMBERS
        held, wanted = _held(first, keyword, whole=whole), _bound(keyword, limit, whole=whole)
        if concerned & kinds and (held < wanted if keyword in MINIMA else held > wanted):
            yield Gap((), keyword, first.limits.get(keyword), limit)


def _held(shape: Shape, keyword: str, *, whole: bool) -> tuple[float, bool]:
    """The strictest bound that holds already on that side."""
    bounds = [
        _bound(each, shape.limits[each], whole=whole)
        for each in _ALIKE.get(keyword, (keyword,))
        if each in shape.limits
    ]
    if keyword in MINIMA:
        return max(bounds, default=(-math.inf if keyword in _ALIKE else 0.0, False))
    return min(bounds, default=(math.inf, True))


def _bound(keyword: str, limit: float, *, whole: bool) -> tuple[float, bool]:
    """A bound so that a stricter minimum is the larger, a stricter maximum the smaller; `whole`: of whole numbers."""
    strict, is_low = keyword.startswith("exclusive"), keyword in MINIMA
    if strict and whole:
        return (math.floor(limit) + 1, False) if is_low else (math.ceil(limit) - 1, True)
    return (limit, strict == is_low)
