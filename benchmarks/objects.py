"""What tools printed, as objects: they are timed against each other only when they give the same ones."""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

_COMMENT = re.compile(r"^#.*\n", re.MULTILINE)


def check(outputs: Mapping[str, Path]) -> int:
    """The number of objects that every tool printed; ends the program where they differ, naming the first."""
    (first, path), *others = outputs.items()
    expected = _read(path)
    for title, output in others:
        found = _read(output)
        differing = [name for name in {**expected, **found} if expected.get(name) != found.get(name)]
        if differing:
            sys.exit(f"{title} and {first} differ in {len(differing)} objects, the first: {' '.join(differing[0])}")
    return len(expected)


def _read(path: Path) -> dict[tuple[str, ...], Any]:
    """The objects by kind, namespace and name."""
    found: dict[tuple[str, ...], Any] = {}
    for text in re.split(r"^---\n", path.read_text(), flags=re.MULTILINE):
        document = _parsed(_COMMENT.sub("", text).strip())
        if document is None:
            continue
        metadata = document["metadata"]
        name = (document["kind"], metadata.get("namespace", ""), metadata["name"])
        if name in found:
            sys.exit(f"{path.name}: {' '.join(name)} twice")
        found[name] = document
    return found


@functools.cache
def _parsed(text: str) -> Any:
    """Most texts are the same in every tool, to the byte."""
    return yaml.load(text, Loader=yaml.CSafeLoader)  # the C version of the safe one
