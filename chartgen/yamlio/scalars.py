"""What a plain scalar means to Helm.

Helm reads YAML through sigs.k8s.io/yaml, which resolves scalars by YAML 1.1's rules as go-yaml v2 has them and then
passes through JSON: `y` and `on` are booleans, `0o755` and `0755` are 493, `08` is 8, dates stay strings.
"""

from __future__ import annotations

import math
import re

_TRUE = ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE = ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
_NULL = ("", "~", "null", "Null", "NULL")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(_TRUE, True),
    **dict.fromkeys(_FALSE, False),
    **dict.fromkeys(_NULL, None),
}
_INTEGER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_JSON = {sign + word for sign in ("", "+", "-") for word in (".inf", ".Inf", ".INF")} | {".nan", ".NaN", ".NAN"}
_STARTS = frozenset("0123456789+-.")
_EXACT = 2**53


def resolve(text: str) -> str | int | float | bool | None:
    """The value of a plain (unquoted) scalar, as Helm's templates see it.

    Whole floats (`1e3`) come as integers, as they do out of JSON.

    Raises:
        ValueError: the scalar is an infinity or not a number, which JSON cannot hold.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _STARTS:
        return text
    if text in _NOT_JSON:
        raise ValueError(text)
    bare = text.replace("_", "")
    if text[0] != "." and _INTEGER.fullmatch(bare):
        return _integer(bare)
    if _FLOAT.fullmatch(text if text[0] == "." else bare):
        return _number(float(bare))
    return text


def _integer(text: str) -> int | float:
    sign, digits = (-1, text[1:]) if text[0] == "-" else (1, text.lstrip("+"))
    lower = digits.lower()
    if lower[:2] in ("0x", "0b", "0o"):
        number = int(lower, 0)
    else:
        number = int(lower, 8) if lower[0] == "0" and len(lower) > 1 else int(lower)
    number *= sign
    return number if -(2**63) <= number < 2**64 else _number(float(number))


def _number(value: float) -> int | float:
    if math.isinf(value):
        raise ValueError(str(value))
    return int(value) if value.is_integer() and abs(value) <= _EXACT else value
