"""Writing: block style, every string in double quotes, so that no reader takes one for something else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from chartgen.yamlio import scalars

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_./-]*")
_UNLIMITED = 2**30


def dumps(data: Any, header: str = "") -> str:
    """The data as one YAML document that ends with a newline.

    Strings stand in double quotes (as a literal block where they have several lines and the block is safe), keys
    without where Helm reads them as they stand. The header's lines go on top as comments.

    Source of the rules: go-yaml takes `n`, `on`, `1e3` and `08` for other things than strings, in keys too.
    """
    comment = "".join(f"# {line}\n" if line else "#\n" for line in header.splitlines())
    body = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_UNLIMITED, default_flow_style=False
    )
    return comment + body


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.Node:
    return yaml.ScalarNode("tag:yaml.org,2002:str", text, style="|" if _is_block(text) else '"')


def _is_block(text: str) -> bool:
    """Whether a literal block says the same: several lines, nothing invisible, no spaces where they would get lost."""
    return (
        "\n" in text.rstrip("\n")
        and text[0] not in " \n"
        and all(line == line.rstrip() and line.isprintable() for line in text.split("\n"))
    )


def _represent_map(dumper: _Dumper, data: dict[str, Any]) -> yaml.Node:
    pairs = [(_key(key), dumper.represent_data(value)) for key, value in data.items()]
    return yaml.MappingNode("tag:yaml.org,2002:map", pairs, flow_style=not pairs)


def _key(key: str) -> yaml.Node:
    safe = _PLAIN_KEY.fullmatch(key) and isinstance(scalars.resolve(key), str)
    return yaml.ScalarNode("tag:yaml.org,2002:str", key, style=None if safe else '"')


def _represent_list(dumper: _Dumper, data: Sequence[Any]) -> yaml.Node:
    items = [dumper.represent_data(item) for item in data]
    return yaml.SequenceNode("tag:yaml.org,2002:seq", items, flow_style=not items)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(dict, _represent_map)
_Dumper.add_representer(list, _represent_list)
_Dumper.add_representer(tuple, _represent_list)
