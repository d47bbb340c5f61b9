"""What a plain scalar means to Helm.

Helm reads YAML through sigs.k8s.io/yaml, which resolves scalars by YAML 1.1's rules as go-yaml v2 has them and then
passes through JSON: `y` and `on` are booleans, `0o755` and `0755` are 493, `08` is 8, dates stay strings.
"""

from __future__ import annotations

import math
import re
import struct
from decimal import Decimal

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
_DOTTED = re.compile(r"\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?")
_EXACT = 2**53
_FIRST_UNSIGNED = 2**63
_DIGITS = 9
"""So many decimal digits tell all numbers of 32 bits apart."""
_LEAST, _MOST = -4, 6
"""The exponents between which a short number has none."""


def resolve(text: str) -> str | int | float | bool | None:
    """The value of a plain (unquoted) scalar, as Helm's templates see it.

    Whole floats (`1e3`) come as integers, as they do out of JSON. Integers are exact, where templates see floats.

    Raises:
        ValueError: the scalar is an infinity or not a number, which JSON cannot hold.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _STARTS:
        return text
    if text in _NOT_JSON:
        raise ValueError(text)
    number = _number(text)
    if isinstance(number, float):
        return int(number) if number.is_integer() and abs(number) <= _EXACT else number
    return text if number is None else number


def key(text: str) -> str | None:
    """The key that a plain scalar becomes; None where it is null.

    Source: sigs.k8s.io/yaml, `convertToJSONableObject`: floats go through 32 bits.

    Raises:
        ValueError: Helm has no such key.
    """
    value = resolve(text)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or isinstance(value, str):
        return value
    number = _number(text)
    if isinstance(number, float):
        return _short(number)
    if value >= _FIRST_UNSIGNED:
        raise ValueError(text)
    return str(number)


def _number(text: str) -> int | float | None:
    """The number that a text is to go-yaml, None where it is none; one beyond all floats is none either."""
    bare = text.replace("_", "")
    if text[0] != "." and _INTEGER.fullmatch(bare):
        return _integer(bare)
    if not (_DOTTED.fullmatch(text) if text[0] == "." else _FLOAT.fullmatch(bare)):
        return None
    number = float(bare)
    return None if math.isinf(number) else number


def _integer(text: str) -> int | float:
    sign, digits = (-1, text[1:]) if text[0] == "-" else (1, text.lstrip("+"))
    lower = digits.lower()
    if lower[:2] in ("0x", "0b", "0o"):
        number = int(lower, 0)
    else:
        number = int(lower, 8) if lower[0] == "0" and len(lower) > 1 else int(lower)
    number *= sign
    return number if -_FIRST_UNSIGNED <= number < 2 * _FIRST_UNSIGNED else float(number)


def _short(number: float) -> str:
    """The fewest digits that tell the number from others of 32 bits, as Go's `FormatFloat(number, 'g', -1, 32)`."""
    try:
        single = _single(number)
    except OverflowError:
        return "-.inf" if number < 0 else ".inf"
    attempts = (f"{single:.{digits}e}" for digits in range(_DIGITS))
    shortest = next(text for text in attempts if _single(float(text)) == single)
    exponent = int(shortest.partition("e")[2])
    return f"{Decimal(shortest):f}" if _LEAST <= exponent < _MOST else shortest


def _single(number: float) -> float:
    return float(struct.unpack("<f", struct.pack("<f", number))[0])
