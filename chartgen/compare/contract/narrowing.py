"""What one JSON Schema lets through and another may not: by place, each with what is asked there.

Sound, not complete: where nothing is found, every value that fits the first schema fits the second. What cannot be
judged, such as two patterns, is told as found.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from chartgen.chart.fragments import DRAFT
from chartgen.compare.contract import narrowing_keys, narrowing_scalars
from chartgen.compare.contract.document import Document
from chartgen.compare.contract.gap import Gap
from chartgen.compare.contract.shape import NUMBERS, Node, Shape, both, canonical, conjunction
from chartgen.jsonvalidation import Validator

_MOST = 30_000
"""How many pairs are compared at most: a schema of 600 properties takes some 3,000."""

_MAP = Shape(kinds=frozenset(("object",)))


class TooMuchError(Exception):
    """The schemas are too large, or too deep, to be compared."""


class Comparison:
    """Two schemas, and what of the first the second lacks."""

    def __init__(self, first: Document, second: Document, reverse: Comparison | None = None) -> None:
        self.first = first
        self.second = second
        self._done: dict[tuple[str, str], tuple[Gap, ...]] = {}
        self._under_way: set[tuple[str, str]] = set()
        self._assumed: set[tuple[str, str]] = set()
        self._left = _MOST
        self._patterns: dict[str, Validator] = {}
        self._reverse = reverse

    @property
    def reverse(self) -> Comparison:
        """What of the second the first lacks."""
        if self._reverse is None:
            self._reverse = Comparison(self.second, self.first, self)
        return self._reverse

    def gaps(self) -> tuple[Gap, ...]:
        """All of them. Values as a whole are a map, whatever the schemas say.

        Raises:
            TooMuchError: the schemas are too large or too deep.
        """
        try:
            return self.shapes(
                both(self.first.shape(self.first.root), _MAP), both(self.second.shape(self.second.root), _MAP)
            )
        except RecursionError:
            raise TooMuchError from None

    def nodes(self, first: Node, second: Node) -> tuple[Gap, ...]:
        """What the one part lets through and the other may not.

        A pair that is met again inside itself, further down in the value, is taken to hold there: if it does not, that
        shows where it was met first. What was found on such a ground is kept only once the ground is sure.
        """
        key = (canonical(first), canonical(second))
        if key in self._done:
            return self._done[key]
        if key in self._under_way:
            self._assumed.add(key)
            return ()
        self._under_way.add(key)
        outer, self._assumed = self._assumed, set()
        found = self.shapes(self.first.shape(first), self.second.shape(second))
        origin = self.address(first, second)
        if origin:
            found = tuple(gap if gap.origin else replace(gap, origin=(origin, gap.path)) for gap in found)
        self._under_way.discard(key)
        self._assumed.discard(key)
        if not self._assumed:
            self._done[key] = found
        self._assumed |= outer
        return found

    def shapes(self, first: Shape, second: Shape) -> tuple[Gap, ...]:
        """The same of what the parts ask."""
        self._left -= 1
        if self._left < 0:
            raise TooMuchError
        if first.is_impossible:
            return ()
        if second.is_impossible:
            return (Gap((), "forbidden"),)
        found = tuple(dict.fromkeys(self._direct(first, second)))
        pieces = self._pieces(first, second) if found else []
        if not pieces:
            return found
        of_pieces = tuple(dict.fromkeys(gap for piece in pieces for gap in self.shapes(piece, second)))
        return of_pieces if len(of_pieces) <= len(found) else found

    def address(self, first: Node, second: Node) -> str:
        """The shared part that both stand for, or nothing."""
        return self.second.address(second) or self.first.address(first)

    def takes(self, pattern: str, key: str) -> bool:
        """Whether a key matches a pattern, as a validator reads it."""
        if pattern not in self._patterns:
            self._patterns[pattern] = Validator({"$schema": DRAFT, "pattern": pattern})
        return self._patterns[pattern].is_valid(key)

    def same(self, first: Node, second: Node) -> bool:
        """Whether both let the same through."""
        return not self.nodes(first, second) and not self.reverse.nodes(second, first)

    def _pieces(self, first: Shape, second: Shape) -> list[Shape]:
        """The first as several that together are all of it, of which each may fit where the whole does not."""
        if first.choices:
            (_, branches), *rest = first.choices
            whole = replace(first, choices=tuple(rest))
            return [both(whole, self.first.shape(branch)) for branch in branches]
        if not (second.choices or second.nots or second.conditions):
            return []
        if first.values is not None and len(first.values) > 1:
            return [both(first, Shape(values=(value,))) for value in first.values]
        groups = [first.kinds & NUMBERS, *(frozenset([kind]) for kind in sorted(first.kinds - NUMBERS))]
        held = [group for group in groups if group]
        return [both(first, Shape(kinds=group)) for group in held] if len(held) > 1 and first.values is None else []

    def _direct(self, first: Shape, second: Shape) -> Iterator[Gap]:
        kinds = first.kinds & second.kinds
        yield from narrowing_scalars.gaps(first, second)
        first = both(first, Shape(kinds=kinds))
        if kinds:
            if "array" in kinds:
                yield from self._lists(first, second)
            if "object" in kinds:
                yield from narrowing_keys.gaps(self, first, second)
            for keyword, branches in second.choices:
                yield from self._choice(first, second, keyword, branches)
            yield from self._exclusions(first, second)
        yield from (Gap((), "unclear") for text in second.opaque if text not in first.opaque)

    def _lists(self, first: Shape, second: Shape) -> Iterator[Gap]:
        if second.unique and not first.unique and first.limits.get("maxItems", math.inf) > 1:
            yield Gap((), "uniqueItems")
        for items in second.items:
            length = max([len(items.first), *(len(own.first) for own in first.items)])
            for index in range(length):
                own = conjunction(each.first[index] if index < len(each.first) else each.rest for each in first.items)
                other = items.first[index] if index < len(items.first) else items.rest
                if index < first.limits.get("maxItems", math.inf):
                    yield from (gap.below(f"[{index}]") for gap in self.nodes(own, other))
            if length < first.limits.get("maxItems", math.inf):
                own = conjunction(each.rest for each in first.items)
                yield from (gap.below("[]") for gap in self.nodes(own, items.rest))
        for node in second.contains:
            if all(self.nodes(own, node) for own in first.contains):
                yield Gap((), "contains")

    def _choice(self, first: Shape, second: Shape, keyword: str, branches: tuple[Node, ...]) -> Iterator[Gap]:
        """One of the branches must take all of the first; of `oneOf` no two may meet, or all be as they were."""
        if keyword == "oneOf" and not self._is_clear(branches):
            if not any(kind == "oneOf" and self._all_same(own, branches) for kind, own in first.choices):
                yield Gap((), "oneOf")
            return
        shapes = [self.second.shape(branch) for branch in branches]
        found = [self._partly(first, shape) for shape in shapes if shape.kinds & first.kinds]
        if all(found):
            yield from min(found, key=len, default=(Gap((), keyword),))

    def _partly(self, first: Shape, second: Shape) -> tuple[Gap, ...]:
        """The gaps towards one of the parts that the second is made of: what it does not name, another may."""
        return tuple(gap for gap in self.shapes(first, second) if gap.keyword != "forgotten")

    def _all_same(self, first: tuple[Node, ...], second: tuple[Node, ...]) -> bool:
        return len(first) == len(second) and all(map(self.same, first, second))

    def _is_clear(self, branches: tuple[Node, ...]) -> bool:
        """Whether no value fits two of the branches."""
        shapes = [self.second.shape(branch) for branch in branches]
        return all(
            self.apart(one, other, self.second) for index, one in enumerate(shapes) for other in shapes[index + 1 :]
        )

    def apart(self, one: Shape, other: Shape, document: Document) -> bool:
        """Whether it shows that no value fits both: other types, other values, or another value of a required key."""
        together = both(one, other)
        if together.is_impossible:
            return True
        if together.kinds != {"object"}:
            return False
        nodes = (narrowing_keys.at(self, together.keys, key) for key in together.required)
        return any(document.shape(node).is_impossible for node in nodes)

    def _exclusions(self, first: Shape, second: Shape) -> Iterator[Gap]:
        for node in second.nots:
            excluded = self.second.shape(node)
            if not both(first, excluded).is_impossible and not any(
                not self.reverse.nodes(node, own) for own in first.nots
            ):
                yield Gap((), "not")
        for condition in second.conditions:
            if not any(self._follows(own, condition) for own in first.conditions) and any(
                self._partly(first, self.second.shape(outcome)) for outcome in condition[1:]
            ):
                yield Gap((), "if")
        for key, node in second.needs:
            own = [wanted for name, wanted in first.needs if name == key]
            if self._partly(first, self.second.shape(node)) and all(self.nodes(wanted, node) for wanted in own):
                yield Gap((), "dependencies", None, key)

    def _follows(self, first: tuple[Node, Node, Node], second: tuple[Node, Node, Node]) -> bool:
        return self.same(first[0], second[0]) and not any(map(self.nodes, first[1:], second[1:]))
