"""References that somebody forgot to quote: YAML takes `{vars.domain}` for a map with one key and no value."""

from __future__ import annotations

import re
from dataclasses import replace

from chartgen.errors import Problem
from chartgen.yamlio import List, Map, Node, Scalar

_REFERENCE = re.compile(r"(vars|parent)([.\[].*)")


def mended(node: Node, problems: list[Problem]) -> Node:
    """The node with every such map read as the reference that was meant; each is a problem."""
    if isinstance(node, List):
        return replace(node, items=tuple(mended(item, problems) for item in node.items))
    if not isinstance(node, Map):
        return node
    if len(node.entries) == 1:
        [(key, entry)] = node.entries.items()
        if isinstance(entry, Scalar) and entry.value is None and _REFERENCE.fullmatch(key):
            message = f"`{{{key}}}` stands without quotes, so that YAML takes it for a map"
            problems.append(Problem(message, node.where, hint=f'write `"{{{key}}}"`'))
            return Scalar(f"{{{key}}}", f"{{{key}}}", node.where)
    changed = {key: new for key, entry in node.entries.items() if (new := mended(entry, problems)) is not entry}
    return replace(node, entries=node.entries | changed) if changed else node
