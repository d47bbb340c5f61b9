"""What a concern's fields are, and how a wrong one is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError

from chartgen.yamlio import List, Map, Node, Path, Scalar

_LONGEST = 60


class Fields(BaseModel):
    """The fields of one concern, or of a part of it: no others are allowed, and nothing changes them later."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at `path` below a service: what `errors.Problem` says, its place not looked up yet.

    `absent` tells that something is not there, which may be so only because something else is misspelt or unreadable.
    """

    path: Path
    message: str
    expected: str = ""
    hint: str = ""
    absent: bool = False


T = TypeVar("T")


def present(entries: Mapping[str, T | None] | None) -> dict[str, T]:
    """The entries that no layer removed."""
    return {key: value for key, value in (entries or {}).items() if value is not None}


def loose(node: Node) -> Any:
    """The node as pydantic is given it: maps, lists and null as such, other scalars as their node."""
    if isinstance(node, Map):
        return {key: loose(entry) for key, entry in node.entries.items()}
    if isinstance(node, List):
        return [loose(item) for item in node.items]
    return None if node.value is None else node


def wrong(message: str, expected: str = "", hint: str = "") -> PydanticCustomError:
    """The error that a validator raises, in the terms of `errors.Problem`."""
    return PydanticCustomError("chartgen", "{message}", {"message": message, "expected": expected, "hint": hint})


def quoted(text: str) -> str:
    """A text in quotes, on one line and not too long, for a message."""
    shown = json.dumps(text, ensure_ascii=False)[1:-1].replace('\\"', '"')
    return f'"{shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"}"'


def describe(value: Any) -> str:
    """What a wrong value is, for a message: `the string "8080"`, `the number 3`, `a list`."""
    if isinstance(value, List | Map):
        value = loose(value)
    if isinstance(value, Scalar):
        value = value.value
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, str):
        return f"the string {quoted(value)}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return "a map" if isinstance(value, dict) else "a list"
