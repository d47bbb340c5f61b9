"""The types that spec fields are made of, and how what was written becomes them.

pydantic checks and converts. It is given the scalars of `yamlio` as they are, so that a field that wants a string can
take one as it was written (`1.10` stays `1.10`, `on` stays `on`) while one that wants a number or a boolean takes what
Helm would read. What a field becomes remembers where it was written, so that the values made of it can tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from chartgen.errors import Where
from chartgen.yamlio import List, Map, Node, Path, Scalar, plain


class Fields(BaseModel):
    """The fields of one concern, or of a part of it: no others are allowed, and nothing changes them later."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at `path` below a service: what `errors.Problem` says, its place not looked up yet."""

    path: Path
    message: str
    expected: str = ""
    hint: str = ""


def loose(node: Node) -> Any:
    """The node as pydantic is given it: maps, lists and null as such, other scalars as their node."""
    if isinstance(node, Map):
        return {key: loose(entry) for key, entry in node.entries.items()}
    if isinstance(node, List):
        return [loose(item) for item in node.items]
    return None if node.value is None else node


class WrittenText(str):
    """A string that knows where it was written."""

    where: Where


class WrittenNumber(int):
    """A whole number that knows where it was written."""

    where: Where


class WrittenFlag(int):
    """A boolean that knows where it was written (`bool` itself takes no attribute)."""

    where: Where


def located(value: Any, where: Where) -> Any:
    """The value, knowing where it was written, as far as its type can."""
    kind = {str: WrittenText, int: WrittenNumber, bool: WrittenFlag}.get(type(value))
    if kind is None:
        return value
    copy = kind(value)
    copy.where = where
    return copy


def unlocated(value: Any, path: Path, origins: dict[Path, Where]) -> Any:
    """The plain value; where its parts were written goes into `origins`, a map's or list's place is its first part's."""
    if isinstance(value, WrittenText | WrittenNumber | WrittenFlag):
        origins[path] = value.where
        return str(value) if isinstance(value, str) else bool(value) if isinstance(value, WrittenFlag) else int(value)
    if not isinstance(value, dict | list):
        return value
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    parts = [(str(key) if isinstance(key, str) else key, item) for key, item in pairs]
    plain_parts = [(key, unlocated(item, (*path, key), origins)) for key, item in parts]
    first = next(((*path, key) for key, _ in parts if (*path, key) in origins), None)
    if first is not None:
        origins[path] = origins[first]
    return dict(plain_parts) if isinstance(value, dict) else [item for _, item in plain_parts]


def wrong(message: str, expected: str = "", hint: str = "") -> PydanticCustomError:
    """The error that a validator raises, in the terms of `errors.Problem`."""
    return PydanticCustomError("chartgen", "{message}", {"message": message, "expected": expected, "hint": hint})


def describe(value: Any) -> str:
    """What a wrong value is, for a message: `the string "8080"`, `the number 3`, `a list`."""
    if isinstance(value, Scalar):
        value = value.value
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, str):
        return f'the string "{value if len(value) <= 60 else value[:57] + "…"}"'
    if isinstance(value, int | float):
        return f"the number {value}"
    return "a map" if isinstance(value, dict) else "a list"


def _text(value: Any) -> str:
    if isinstance(value, Scalar):
        return located(value.text, value.where)  # type: ignore[no-any-return]
    raise wrong(f"is {describe(value)}", "a string")


def _integer(value: Any) -> int:
    if isinstance(value, Scalar) and isinstance(value.value, int) and not isinstance(value.value, bool):
        return located(value.value, value.where)  # type: ignore[no-any-return]
    raise wrong(f"is {describe(value)}", "a whole number")


def _number(value: Any) -> int | float:
    if isinstance(value, Scalar) and isinstance(value.value, int | float) and not isinstance(value.value, bool):
        return value.value
    raise wrong(f"is {describe(value)}", "a number")


def _flag(value: Any) -> bool:
    if isinstance(value, Scalar) and isinstance(value.value, bool):
        return located(value.value, value.where)  # type: ignore[no-any-return]
    raise wrong(f"is {describe(value)}", "true or false")


def _json(value: Any) -> Any:
    if isinstance(value, Scalar | List | Map):
        return plain(value)
    if isinstance(value, dict):
        return {key: _json(entry) for key, entry in value.items()}
    return [_json(item) for item in value] if isinstance(value, list) else value


def _map(value: Any) -> Any:
    if isinstance(value, dict):
        return value
    raise wrong(f"is {describe(value)}", "a map")


def _list(value: Any) -> Any:
    if isinstance(value, list):
        return value
    raise wrong(f"is {describe(value)}", "a list")


def matching(pattern: str, expected: str, *, longest: int | None = None) -> Callable[[str], str]:
    """A check that a text matches the pattern whole and is not too long."""
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise wrong(f'is "{text}"', expected)
        if longest is not None and len(text) > longest:
            raise wrong(f'is "{text}", {len(text)} characters long', f"at most {longest} characters")
        return text

    return check


def between(low: int, high: int | None = None) -> Callable[[int], int]:
    """A check that a number lies within the bounds, both included."""
    expected = f"at least {low}" if high is None else f"{low} to {high}"

    def check(number: int) -> int:
        if number < low or (high is not None and number > high):
            raise wrong(f"is {number}", expected)
        return number

    return check


def one_of(*choices: str) -> Callable[[str], str]:
    """A check that a text is one of the choices."""

    def check(text: str) -> str:
        if text not in choices:
            raise wrong(f'is "{text}"', f"one of {', '.join(choices)}")
        return text

    return check


_WRITTEN_TEXT = {"type": ["string", "number", "boolean"]}


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """How a field reads what was written, and the JSON Schema of what may be written. Goes into `Annotated`."""

    convert: Callable[[Any], Any]
    schema: dict[str, Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.convert)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self.schema)


def text(check: Callable[[str], str] | None = None, **schema: Any) -> Read:
    """A string, taken as written and checked."""
    return Read(_text if check is None else lambda value: check(_text(value)), schema or _WRITTEN_TEXT)


def choice(*choices: str) -> Read:
    """A string out of a fixed set."""
    return text(one_of(*choices), type="string", enum=list(choices))


def integer(low: int, high: int | None = None) -> Read:
    """A whole number within bounds, both included."""
    check = between(low, high)
    schema = {"type": "integer", "minimum": low} | ({} if high is None else {"maximum": high})
    return Read(lambda value: check(_integer(value)), schema)


def _int_or_percent(value: Any) -> int | str:
    if isinstance(value, Scalar) and isinstance(value.value, int) and not isinstance(value.value, bool):
        return between(0)(_integer(value))
    return matching(r"(100|[1-9]?[0-9])%", "a whole number or a percentage (`25%`)")(_text(value))


LABEL = "[a-z]([-a-z0-9]*[a-z0-9])?"
"""A DNS label that a Service may have as its name (RFC 1035; Kubernetes, "Object Names and IDs")."""

Text = Annotated[str, text()]
Flag = Annotated[bool, Read(_flag, {"type": "boolean"})]
Number = Annotated[float, Read(_number, {"type": "number"})]
Seconds = Annotated[int, integer(0)]
PortNumber = Annotated[int, integer(1, 65535)]
Json = Annotated[Any, Read(_json, {})]
Name = Annotated[
    str,
    text(
        matching(LABEL, "lower-case letters, digits and dashes, a letter first", longest=63),
        type="string",
        pattern=f"^{LABEL}$",
        maxLength=63,
    ),
]
AbsolutePath = Annotated[str, text(matching(r"/[^\0]*", "a path that starts with /"), type="string", pattern="^/")]
IntOrPercent = Annotated[
    int | str,
    Read(
        _int_or_percent,
        {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+%$"}]},
    ),
]

Entries = BeforeValidator(_map)
"""Goes with a `dict` field: says in our words that a map was expected."""

Items = BeforeValidator(_list)
"""Goes with a `list` field: says in our words that a list was expected."""

Texts = Annotated[list[Text], Items]
TextMap = Annotated[dict[str, Text | None], Entries]
"""A map of strings; an entry that is null was removed by a layer."""

T = TypeVar("T")


def present(entries: Mapping[str, T | None]) -> dict[str, T]:
    """The entries that no layer removed."""
    return {key: value for key, value in entries.items() if value is not None}
