"""Small edits of documents, for cases that say what is changed."""

from __future__ import annotations

import copy
from typing import Any


def edited(document: Any, pointer: str, value: Any) -> Any:
    """A copy of the document with another value at `a/b/0/c`; null takes out what stands there.

    What leads there must be there already. `~` in a part of the pointer stands for a slash.
    """
    document = copy.deepcopy(document)
    *above, last = (part.replace("~", "/") for part in pointer.split("/"))
    node = document
    for part in above:
        node = node[int(part) if isinstance(node, list) else part]
    if isinstance(node, list) and last == "+":
        node.append(value)
    elif value is None:
        del node[int(last) if isinstance(node, list) else last]
    else:
        node[int(last) if isinstance(node, list) else last] = value
    return document
