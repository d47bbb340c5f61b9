"""The types that fields are annotated with: each reads what was written, and says in JSON Schema what may be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from chartgen.fields.base import describe, quoted, wrong
from chartgen.fields.written import located
from chartgen.yamlio import List, Map, Scalar, plain

LARGEST = 2**31 - 1
"""The largest number in most fields of Kubernetes (int32)."""


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
    return Read(read_text if check is None else lambda value: check(read_text(value)), schema or dict(_WRITTEN_TEXT))


def pattern(regex: str, expected: str, *, longest: int | None = None) -> Read:
    """A string, taken as written, that matches the regular expression whole and is not too long."""
    limit = {} if longest is None else {"maxLength": longest}
    return text(matching(regex, expected, longest=longest), type=_WRITTEN_TEXT["type"], pattern=f"^({regex})$", **limit)


def choice(*choices: str) -> Read:
    """A string out of a fixed set."""
    return text(_one_of(*choices), type="string", enum=list(choices))


def integer(low: int, high: int = LARGEST) -> Read:
    """A whole number within bounds, both included."""
    check = _between(low, high)
    return Read(lambda value: check(read_integer(value)), {"type": "integer", "minimum": low, "maximum": high})


def matching(regex: str, expected: str, *, longest: int | None = None) -> Callable[[str], str]:
    """A check that a text matches the regular expression whole and is not too long."""
    compiled = re.compile(regex)

    def check(text: str) -> str:
        if not compiled.fullmatch(text):
            raise wrong(f"is {quoted(text)}", expected)
        if longest is not None and len(text) > longest:
            raise wrong(f"is {quoted(text)}, {len(text)} characters long", f"at most {longest} characters")
        return text

    return check


def read_text(value: Any) -> str:
    """A string as it was written: `1.10`, `on` and `true` too."""
    if isinstance(value, Scalar):
        return located(value.text, value.where)  # type: ignore[no-any-return]
    raise wrong(f"is {describe(value)}", "a string")


def read_integer(value: Any) -> int:
    """A whole number, as Helm reads it."""
    if isinstance(value, Scalar) and isinstance(value.value, int) and not isinstance(value.value, bool):
        return located(value.value, value.where)  # type: ignore[no-any-return]
    digits = isinstance(value, Scalar) and value.text.removeprefix("-").isdecimal()
    raise wrong(f"is {describe(value)}", "a whole number", "write it without quotes" if digits else "")


def _flag(value: Any) -> bool:
    if isinstance(value, Scalar) and isinstance(value.value, bool):
        return located(value.value, value.where)  # type: ignore[no-any-return]
    word = isinstance(value, Scalar) and value.text in ("true", "false")
    raise wrong(f"is {describe(value)}", "true or false", "write it without quotes" if word else "")


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
    raise wrong(f"is {describe(value)}", "a list", f"write `[{value.text}]`" if isinstance(value, Scalar) else "")


def _between(low: int, high: int) -> Callable[[int], int]:
    expected = f"at least {low}" if high == LARGEST else f"{low} to {high}"

    def check(number: int) -> int:
        if not low <= number <= high:
            raise wrong(f"is {number}", expected if number < low else f"at most {high}")
        return number

    return check


def _one_of(*choices: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in choices:
            near = next((choice for choice in choices if choice.lower() == text.lower()), None)
            hint = f"did you mean `{near}`?" if near else ""
            raise wrong(f"is {quoted(text)}", f"one of {', '.join(choices)}", hint)
        return text

    return check


_WRITTEN_TEXT = {"type": ["string", "number", "boolean"]}

Text = Annotated[str, text()]
Flag = Annotated[bool, Read(_flag, {"type": "boolean"})]
Seconds = Annotated[int, integer(0)]
Json = Annotated[Any, Read(_json, {})]

Entries = BeforeValidator(_map)
"""Goes with a `dict` field: says in our words that a map was expected."""

Items = BeforeValidator(_list)
"""Goes with a `list` field: says in our words that a list was expected."""

Texts = Annotated[list[Text], Items]
TextMap = Annotated[dict[str, Text | None], Entries]
"""A map of strings; an entry that is null was removed by a layer."""
