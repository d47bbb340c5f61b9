"""One thing that a schema lets through and another does not, and how that is said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chartgen.errors import dotted

_LONGEST = 60
_MOST = 8


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that the first schema lets through and the second may not.

    Attributes:
        path: the property; `<name>` is an entry of a map, `[]` one of a list.
        keyword: what tells them apart: a keyword of JSON Schema, or `removed` (the second refuses such a property),
            `forgotten` (it lets it through as any other), `forbidden` (it lets nothing stand there), `closed` (it
            refuses unknown keys), `checked` (the first lets anything stand there), `value` (the second lacks it),
            `unclear`.
        first, second: what each says, where that helps.
        of_keys: whether it is about a map's keys.
        origin: the shared part of the schema that it lies in, and where in it; None: in none.
    """

    path: tuple[str, ...]
    keyword: str
    first: Any = None
    second: Any = None
    of_keys: bool = False
    origin: tuple[str, tuple[str, ...]] | None = None

    def below(self, *path: str) -> Gap:
        """The same gap, seen from further up."""
        return replace(self, path=(*path, *self.path))

    @property
    def place(self) -> str:
        """The path as people write it."""
        return place(self.path)


def place(path: Iterable[str]) -> str:
    """A path into the values as people write it: `ports.<name>.containerPort`, `tolerations[].key`."""
    text = ""
    for part in path:
        one = part if part.startswith(("[", "<")) else dotted([part])
        text += one if one.startswith("[") or not text else f".{one}"
    return text or "values"


def shown(value: Any) -> str:
    """A value as JSON, in one line that is not long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def narrowed(gap: Gap) -> str:
    """What it means where the first schema is the old one."""
    said = _NARROWED.get(gap.keyword, _limit_now)(gap)
    return f"as a key, {said}" if gap.of_keys else said


def widened(gap: Gap) -> str:
    """What it means where the first schema is the new one."""
    said = _WIDENED.get(gap.keyword, _limit_was)(gap)
    return f"as a key, {said}" if gap.of_keys else said


_KINDS = {
    "array": "a list",
    "boolean": "true or false",
    "fraction": "a number that is not whole",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "a map",
    "string": "a string",
}


def _kinds(kinds: frozenset[str]) -> str:
    names = set(kinds)
    if {"integer", "fraction"} <= names:
        names = names - {"integer", "fraction"} | {"number"}
    *before, last = (_KINDS[name] for name in sorted(names))
    return f"{', '.join(before)} or {last}" if before else last


def _some(values: tuple[str, ...]) -> str:
    listed = ", ".join(values[:_MOST])
    return f"{listed}, … ({len(values)} in all)" if len(values) > _MOST else listed


def _limit_now(gap: Gap) -> str:
    before = "there was none" if gap.first is None else f"it was {_number(gap.first)}"
    return f"{gap.keyword} is {_number(gap.second)}, {before}"


def _limit_was(gap: Gap) -> str:
    if gap.first is None:
        return f"has no {gap.keyword} any longer, it was {_number(gap.second)}"
    return f"{gap.keyword} is {_number(gap.first)}, it was {_number(gap.second)}"


def _number(value: Any) -> str:
    return str(value)


def _pattern_now(gap: Gap) -> str:
    if gap.first is None:
        return f"must match `{gap.second}` now"
    return f"must match `{gap.second}` now, it was `{gap.first}`: whether that takes less cannot be judged"


def _unclear(gap: Gap) -> str:
    name = "" if gap.keyword == "unclear" else f": `{gap.keyword}`"
    return f"changed in a way that cannot be judged{name}"


_Say = Callable[[Gap], str]

_NARROWED: Mapping[str, _Say] = {
    "removed": lambda _: "is removed",
    "forgotten": lambda _: "is removed",
    "forbidden": lambda _: "is no longer allowed",
    "closed": lambda _: "refuses unknown keys now",
    "checked": lambda _: "took anything, and is checked now",
    "required": lambda _: "is required now",
    "type": lambda gap: f"no longer takes {_kinds(gap.first - gap.second)}",
    "value": lambda gap: f"{gap.second} is no longer allowed",
    "enum": lambda gap: f"takes only {_some(gap.second)} now",
    "pattern": _pattern_now,
    "format": lambda gap: f"must have the format `{gap.second}` now",
    "multipleOf": lambda gap: f"must be a multiple of {gap.second} now",
    "uniqueItems": lambda _: "takes no entry twice any longer",
    "dependencies": lambda gap: f"asks for more where `{gap.second}` is set, or cannot be judged",
} | dict.fromkeys(("contains", "anyOf", "oneOf", "not", "if", "unclear"), _unclear)

_WIDENED: Mapping[str, _Say] = {
    "removed": lambda _: "is added",
    "forgotten": lambda _: "is added",
    "forbidden": lambda _: "is allowed now",
    "closed": lambda _: "takes unknown keys now",
    "checked": lambda _: "takes anything now",
    "required": lambda _: "is no longer required",
    "type": lambda gap: f"takes {_kinds(gap.first - gap.second)} too now",
    "value": lambda gap: f"{gap.second} is allowed now",
    "enum": lambda gap: f"takes more than {_some(gap.second)} now",
    "pattern": lambda gap: f"need not match `{gap.second}` any longer",
    "format": lambda gap: f"need not have the format `{gap.second}` any longer",
    "multipleOf": lambda gap: f"need not be a multiple of {gap.second} any longer",
    "uniqueItems": lambda _: "takes an entry twice now",
    "dependencies": lambda gap: f"asks for less where `{gap.second}` is set",
    "unclear": lambda _: "asks for less, as far as can be judged",
} | dict.fromkeys(("contains", "anyOf", "oneOf", "not", "if"), lambda gap: f"`{gap.keyword}` asks for less now")
