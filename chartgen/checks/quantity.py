"""Kubernetes quantities as numbers."""

from __future__ import annotations

import functools
from decimal import Decimal, InvalidOperation

_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = "KMGTPE"


@functools.lru_cache(maxsize=4096)
def number(quantity: str | float) -> Decimal | None:
    """What a quantity comes to, None for what is none. Source: Kubernetes, "Quantity"."""
    text = str(quantity)
    try:
        if text.endswith("i") and text[-2] in _BINARY:
            return Decimal(text[:-2]) * (1 << 10 * (_BINARY.index(text[-2]) + 1))
        if text and text[-1] in _DECIMAL:
            return Decimal(text[:-1]).scaleb(_DECIMAL[text[-1]])
        return Decimal(text)
    except (InvalidOperation, IndexError):
        return None
