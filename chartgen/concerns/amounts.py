"""Amounts of CPU, memory and disk: how they are written, and the limits that follow from requests."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from chartgen.fields import Fields, Read, describe, located, wrong
from chartgen.model import Values
from chartgen.yamlio import Scalar

_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(m|k|[MGTPE]|[KMGTPE]i|)")
_EXPECTED = "a number, or a quantity with its unit (`500m`, `128Mi`)"
_FACTOR = 2
"""Limits that nobody set are twice the request (the field reference, and the practice)."""


def _quantity(unit: str) -> Read:
    """A number in the field's own unit, or a text with a unit, taken as written."""

    def read(value: Any) -> str:
        if not isinstance(value, Scalar) or isinstance(value.value, bool):
            raise wrong(f"is {describe(value)}", _EXPECTED)
        written = f"{value.value}{unit}" if isinstance(value.value, int) else value.text
        if not _QUANTITY.fullmatch(written):
            raise wrong(f'is "{value.text}"', _EXPECTED)
        return located(written, value.where)  # type: ignore[no-any-return]

    schema = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": ["string", "number"]}]}
    return Read(read, schema)


class AmountFields(Fields):
    """Amounts of what a pod uses."""

    cpu: Annotated[str, _quantity("m")] | None = Field(None, description="Millicores, or a quantity.", examples=[100])
    memory: Annotated[str, _quantity("Mi")] | None = Field(None, description="MiB, or a quantity.", examples=[128])
    ephemeral_storage: Annotated[str, _quantity("Mi")] | None = Field(
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


def _by_name(amounts: AmountFields | None) -> dict[str, str | None]:
    if amounts is None:
        return {}
    return {name.replace("_", "-"): getattr(amounts, name) for name in sorted(amounts.model_fields_set)}


def _twice(quantity: str) -> str:
    match = _QUANTITY.fullmatch(quantity)
    assert match is not None  # noqa: S101  # every quantity was read by `_quantity`
    number = (Decimal(match[1]) * _FACTOR).normalize()
    return f"{number:f}{match[2]}"
