"""What Helm packs of a release: JSON, with gzip, in base64. Anybody who may write Secrets may have written it."""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import json
import zlib
from typing import Any

_LARGEST = 64 << 20
_GZIP = b"\x1f\x8b\x08"


def outer(entry: str) -> str:
    """What a Secret's entry holds, without the base64 that is Kubernetes'; nothing where that is none."""
    try:
        return base64.b64decode(entry, validate=True).decode("ascii", "replace")
    except (binascii.Error, ValueError):
        return ""


def decoded(packed: str) -> Any:
    """The content, whatever it is.

    Raises:
        ValueError: it is not what Helm packs, or absurdly large; the message says in what way.
    """
    try:
        found = base64.b64decode(packed, validate=True)
        return json.loads(_unpacked(found) if found[:3] == _GZIP else found)
    except RecursionError:
        raise ValueError("it nests too deeply") from None
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(str(error)) from None


def _unpacked(packed: bytes) -> bytes:
    """The content of a gzip stream, as long as it is not absurdly large."""
    with gzip.GzipFile(fileobj=io.BytesIO(packed)) as stream:
        text = stream.read(_LARGEST + 1)
    if len(text) > _LARGEST:
        raise ValueError(f"it unpacks to more than {_LARGEST >> 20} MiB")
    return text
