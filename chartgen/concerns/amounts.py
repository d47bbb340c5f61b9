"""Amounts of CPU, memory and disk: how they are written, and the limits that follow from requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from chartgen.fields import Fault, Fields, Read, describe, located, pattern, wrong
from chartgen.model import Values
from chartgen.yamlio import Path, Scalar

_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]+)?)([numkMGTPE]|[KMGTPE]i|)")
_SCALES = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = "KMGTPE"
_FACTOR = 2
"""Limits that nobody set are twice the request (the field reference, and the practice)."""


def quantity(unit: str, examples: str) -> Read:
    """A whole number in the field's own unit, or a quantity with a unit, taken as written.

    CPU may also be a number of cores with a fraction (`0.5`), which nobody takes for millicores.
    """
    expected = f"a whole number of {_UNITS[unit]}, or a quantity with its unit ({examples})"

    def read(value: Any) -> str:
        if not isinstance(value, Scalar) or isinstance(value.value, bool):
            raise wrong(f"is {describe(value)}", expected)
        whole = isinstance(value.value, int)
        written = f"{value.value}{unit}" if whole else value.text
        match = _QUANTITY.fullmatch(written)
        if match is None or not (match[2] or not unit or (unit == "m" and "." in written)):
            hint = f"write it without quotes, or with a unit: `{value.text}{unit}`" if value.text.isdecimal() else ""
            raise wrong(f"is {describe(value)}", expected, hint)
        return located(written, value.where)  # type: ignore[no-any-return]

    return Read(read, {"anyOf": [{"type": "integer", "minimum": 0}, {"type": ["string", "number"]}]})


def amount(quantity: str) -> Decimal:
    """A quantity as a number. Source: Kubernetes, "Quantity"."""
    match = _match(quantity)
    if match[2].endswith("i"):
        return Decimal(match[1]) * (1 << 10 * (_BINARY.index(match[2][0]) + 1))
    return Decimal(match[1]).scaleb(_SCALES[match[2]])


_UNITS = {"": "cores", "m": "millicores", "Mi": "MiB", "Gi": "GiB"}
Cpu = Annotated[str, quantity("m", "`250m`, `0.5`")]
Cores = Annotated[str, quantity("", "`7910m`, `7.5`")]
Memory = Annotated[str, quantity("Mi", "`128Mi`, `1Gi`")]
Quantity = Annotated[str, pattern(_QUANTITY.pattern, "a quantity as Kubernetes writes it: `4`, `500m`, `64Gi`")]
Disk = Annotated[str, quantity("Gi", "`500Mi`, `10Gi`")]


class AmountFields(Fields):
    """Amounts of what a pod uses."""

    cpu: Cpu | None = Field(None, description="Millicores, or a quantity.", examples=[100])
    memory: Memory | None = Field(None, description="MiB, or a quantity.", examples=[128])
    ephemeral_storage: Memory | None = Field(
        None, description="Disk for logs and temporary files: MiB, or a quantity.", examples=["1Gi"]
    )


def resources(request: AmountFields | None, limits: AmountFields | None) -> Values:
    """Requests and limits as containers have them; limits follow from requests that are set.

    A limit set to null stays null, which drops the chart's own.
    """
    asked = _by_name(request)
    requests = {name: amount for name, amount in asked.items() if amount is not None}
    most = {name: _twice(amount) for name, amount in requests.items()} | _by_name(limits)
    return ({"requests": requests} if requests else {}) | ({"limits": most} if most else {})


def faults(path: Path, request: AmountFields | None, limits: AmountFields | None) -> Iterator[Fault]:
    """Limits below what is requested, which Kubernetes refuses; `path` is of what has the two."""
    asked, most = _by_name(request), _by_name(limits)
    for name, limit in most.items():
        requested = asked.get(name)
        if limit is not None and requested is not None and amount(limit) < amount(requested):
            message = f"is {limit}, less than the request, {requested}"
            yield Fault((*path, "resource_limits", name.replace("-", "_")), message, f"at least {requested}")


def _by_name(amounts: AmountFields | None) -> dict[str, str | None]:
    if amounts is None:
        return {}
    return {name.replace("_", "-"): getattr(amounts, name) for name in sorted(amounts.model_fields_set)}


def _twice(quantity: str) -> str:
    match = _match(quantity)
    number = (Decimal(match[1]) * _FACTOR).normalize()
    return f"{number:f}{match[2]}"


def _match(quantity: str) -> re.Match[str]:
    match = _QUANTITY.fullmatch(quantity)
    assert match is not None  # noqa: S101  # every quantity was read by `quantity`
    return match
