"""Two versions of values.schema.json: what no longer fits (major), what fits now (minor), what reads otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from chartgen.compare.change import Change, Level
from chartgen.compare.contract.document import ANNOTATIONS, Document
from chartgen.compare.contract.gap import Gap, narrowed, widened
from chartgen.compare.contract.narrowing import Comparison, TooMuchError
from chartgen.compare.contract.shape import Node, canonical
from chartgen.errors import InputError
from chartgen.jsonvalidation import Validator

FILE = "values.schema.json"

Known = Callable[[tuple[str, ...]], bool]
"""Whether the old chart knew a value of that path, though its schema does not name it."""

_ROOMS = ("properties", "patternProperties", "definitions", "$defs", "dependentSchemas")
_MOST_NAMED = 3
_ANSWERED = {"checked": "forgotten", "type": "", "value": ""}
"""What need not be told the other way round, by what was told: one keyword is told once, but for what came and went."""


def changes(
    old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, known: Known = lambda _: True
) -> tuple[Change, ...]:
    """What changed for whoever writes values.

    What no longer fits is major, and so is what cannot be judged; what fits now and did not is minor. A property that
    is new where unknown keys were let through is an addition, unless the chart knew it.

    Arguments:
        old, new: the schemas, None for a chart without one.

    Raises:
        InputError: the new schema is not valid.
    """
    if canonical(old) == canonical(new):
        return ()
    if new is None:
        return (Change("minor", "schema", FILE, "is gone: nothing is checked any longer"),)
    Validator(new, FILE)
    why = "the published one is not valid"
    if _is_valid(old):
        try:
            return tuple(_changes(old, new, known))
        except TooMuchError:
            why = "it is too large or too deep"
    return (Change("major", "schema", FILE, f"changed in a way that cannot be judged: {why}"),)


def _is_valid(schema: Mapping[str, Any] | None) -> bool:
    try:
        Validator(schema or {})
    except InputError:
        return False
    return True


def _changes(old: Mapping[str, Any] | None, new: Mapping[str, Any], known: Known) -> Iterator[Change]:
    comparison = Comparison(Document(True if old is None else old), Document(new))
    if old is None:
        yield _first_schema(comparison.gaps())
        return
    lost = [gap for gap in comparison.gaps() if not _is_addition(gap, known)]
    said = {(gap.path, _ANSWERED.get(gap.keyword, gap.keyword)) for gap in lost}
    won = [gap for gap in comparison.reverse.gaps() if (gap.path, gap.keyword) not in said]
    yield from _grouped(lost, "major", narrowed)
    yield from _grouped(won, "minor", widened)
    same = canonical(_without_defaults(old)) == canonical(_without_defaults(new))
    if not lost and not won and not same and not _annotations(old, new):
        yield Change("patch", "schema", FILE, "is written otherwise, and takes the same values")
    yield from _reworded(_annotations(old, new))


def _first_schema(gaps: Iterable[Gap]) -> Change:
    found = list(gaps)
    if not found:
        return Change("minor", "schema", FILE, "is there now, and refuses nothing")
    closed = ["refuses unknown keys"] if any(gap.keyword == "closed" and not gap.path for gap in found) else []
    names = [f"`{gap.place}`" for gap in found if gap.path]
    checks = [f"checks {_some(names)}"] if names else []
    return Change(
        "major", "schema", FILE, f"is there now, and was not: it {' and '.join([*closed, *checks]) or 'checks values'}"
    )


def _is_addition(gap: Gap, known: Known) -> bool:
    """Whether a property was only let through, as any other key, and nobody can have meant anything by it."""
    return gap.keyword == "checked" and gap.first is False and not known(gap.path)


def _grouped(gaps: Iterable[Gap], level: Level, say: Callable[[Gap], str]) -> Iterator[Change]:
    """What lies in a shared part of the schema is said once, at the first of its places."""
    groups: dict[tuple[str, Any], list[Gap]] = {}
    for gap in gaps:
        origin = gap.origin or (f"#/properties/{gap.path[0] if gap.path else ''}", gap.path[1:])
        groups.setdefault((say(gap), origin), []).append(gap)
    for (message, _), group in groups.items():
        first, *others = dict.fromkeys(gap.place for gap in sorted(group, key=lambda gap: len(gap.path)))
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        also = f" (so too at `{others[0]}`{more})" if others else ""
        yield Change(level, "schema", first, message + also)


def _some(names: list[str]) -> str:
    if len(names) <= _MOST_NAMED:
        return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
    return f"{', '.join(names[:_MOST_NAMED])} and {len(names) - _MOST_NAMED} more"


# ---- what reads otherwise -------------------------------------------------------------------------------------------


def _reworded(places: dict[str, None]) -> Iterator[Change]:
    if places:
        names = [f"`{place}`" for place in places]
        yield Change("patch", "schema", FILE, f"describes {_some(names)} otherwise")


def _without_defaults(node: Any) -> Any:
    """A schema without its defaults, which values.yaml tells."""
    if isinstance(node, Mapping):
        return {key: _without_defaults(value) for key, value in node.items() if key != "default"}
    return [_without_defaults(item) for item in node] if isinstance(node, list) else node


def _annotations(old: Node, new: Node) -> dict[str, None]:
    """The places that both have and that say something else to people."""
    return dict.fromkeys(Gap(path, "").place for path in _differing(old, new, ()))


def _differing(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if not isinstance(old, Mapping) or not isinstance(new, Mapping) or canonical(old) == canonical(new):
        return
    words = ANNOTATIONS - {"default", "definitions", "$defs"}  # a default is told by values.yaml
    if any(canonical(old.get(key)) != canonical(new.get(key)) for key in words):
        yield path
    for key in (key for key in _ROOMS if key in old and key in new):
        for name in old[key]:
            if name in new[key]:
                yield from _differing(old[key][name], new[key][name], (*path, name))
    for key, part in (("items", "[]"), ("additionalProperties", "<name>")):
        yield from _differing(old.get(key), new.get(key), (*path, part))
