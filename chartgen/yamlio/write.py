"""Writing: block style, every string in double quotes, so that no reader takes one for something else."""

from __future__ import annotations

import functools
import io
import json
import re
from typing import Any

import yaml
from yaml._yaml import CEmitter

from chartgen.yamlio import scalars

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_UNLIMITED = 2**30
_TAG = "any"


def dumps(data: Any, header: str = "") -> str:
    """The data as one YAML document that ends with a newline.

    Strings stand in double quotes (as a literal block where they have several lines and the block is safe), keys
    without where Helm reads them as they stand. The header's lines go on top as comments.

    Source of the rules: go-yaml takes `n`, `on`, `1e3` and `08` for other things than strings, in keys too.
    """
    comment = "".join(f"# {line}\n" if line else "#\n" for line in header.splitlines())
    stream = io.StringIO()
    emitter = _Emitter(stream)
    emitter.open()
    emitter.serialize(_node(data))
    emitter.close()
    return comment + stream.getvalue()


class _Emitter(CEmitter):
    """libyaml's emitter. One tag for all: the text of a scalar and its quotes tell what it is."""

    def __init__(self, stream: io.StringIO) -> None:
        CEmitter.__init__(self, stream, width=_UNLIMITED, allow_unicode=True)

    def resolve(self, kind: type, value: Any, implicit: Any) -> str:
        return _TAG

    def descend_resolver(self, parent: Any, index: Any) -> None: ...

    def ascend_resolver(self) -> None: ...


def _node(data: Any) -> yaml.Node:
    if isinstance(data, str):
        return yaml.ScalarNode(_TAG, data, style="|" if _is_block(data) else '"')
    if isinstance(data, dict):
        pairs = [(yaml.ScalarNode(_TAG, key, style=_style(key)), _node(value)) for key, value in data.items()]
        return yaml.MappingNode(_TAG, pairs, flow_style=not pairs)
    if isinstance(data, list | tuple):
        return yaml.SequenceNode(_TAG, [_node(item) for item in data], flow_style=not data)
    text = json.dumps(data, allow_nan=False)
    if isinstance(data, float) and "." not in text:
        text = text.replace("e", ".0e")  # to YAML 1.1 no number without the dot
    return yaml.ScalarNode(_TAG, text)


def _is_block(text: str) -> bool:
    """Whether a literal block says the same: several lines, nothing invisible, no spaces where they would get lost."""
    return (
        "\n" in text.rstrip("\n")
        and text[0] not in " \n"
        and all(line == line.rstrip() and line.isprintable() for line in text.split("\n"))
    )


@functools.lru_cache(4096)
def _style(key: str) -> str | None:
    """The quotes of a key: most keys need none, and most are the same in every file."""
    return None if _PLAIN_KEY.fullmatch(key) and isinstance(scalars.resolve(key), str) else '"'
