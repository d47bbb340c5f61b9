"""What a driver chart has rendered, read."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
from typing import Any

from chartgen import yamlio
from chartgen.engine import driver
from chartgen.engine.interface import Document
from chartgen.errors import InputError

_LONGEST_EXACT = 16
_LONG = re.compile(rf"\d{{{_LONGEST_EXACT}}}")


def read(output: str) -> list[list[Document]]:
    """For each release its documents, in the order of rendering."""
    lines = (line for line in output.split("\n") if line.startswith(driver.MARK))
    return [_decode(base64.b64decode(line[len(driver.MARK) :])) for line in lines]


def _decode(line: bytes) -> list[Document]:
    try:
        return [_document(*part) for part in _EXACT.decode(line.decode())]
    except _InexactError:
        read = [_document(*part) for part in json.loads(line)]
        return [_exactly(document) if _LONG.search(document.text) else document for document in read]


def _document(template: str, text: str, data: Any) -> Document:
    error = data.get("Error") if isinstance(data, dict) and len(data) == 1 else None
    return Document(template, text, None, error) if isinstance(error, str) else Document(template, text, data)


def _exactly(document: Document) -> Document:
    """The document read here: Helm's templates read numbers as floats, which are exact up to 2**53 only."""
    try:
        return dataclasses.replace(document, data=yamlio.loads(document.text))
    except InputError:  # stricter than Helm: what Helm made of it will do
        return document


class _InexactError(Exception):
    """A number is too long to have come through a float unchanged."""


def _integer(digits: str) -> int:
    if len(digits) < _LONGEST_EXACT:
        return int(digits)
    raise _InexactError


_EXACT = json.JSONDecoder(parse_int=_integer)
