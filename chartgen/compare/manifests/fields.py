"""Where two documents differ, with the entries of lists told by their names rather than by their numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chartgen.compare.manifests.reading import part
from chartgen.errors import dotted
from chartgen.model import Path
from chartgen.yamlio import same

_KEYS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "ports": (("name",), ("containerPort",), ("port",)),
    "volumeMounts": (("mountPath",),),
    "volumeDevices": (("devicePath",),),
    "hostAliases": (("ip",),),
    "topologySpreadConstraints": (("topologyKey",),),
    "volumeClaimTemplates": (("metadata", "name"),),
    "rules": (("name",), ("host",)),
    "paths": (("path",),),
    "items": (("key",), ("name",)),
}
"""What tells the entries of a list apart; for any other it is their `name`.

Source: the merge keys of the Kubernetes API (`x-kubernetes-patch-merge-key`), and what an Ingress says each of once. A
port has a name where it can.
"""

_BY_NAME = (("name",),)


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two documents differ.

    Attributes:
        path: keys and list indexes from the root; an entry that a list has by name is its name's text.
        text: the path as people write it: `spec.template.spec.containers["web"].image`.
        before, after: what stands there; None: nothing. Where only the order of a list's entries differs, their names.
        order: whether that is so.
    """

    path: Path
    text: str
    before: Any
    after: Any
    order: bool = False


def differences(before: Any, after: Any, path: Path = (), text: str = "") -> Iterator[Difference]:
    """The smallest parts in which two documents differ, in the order of the first.

    A part that only one of them has is told whole; so is a list whose entries have no names, if its length differs.
    """
    if _same(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            yield from differences(before.get(key), after.get(key), (*path, key), _below(text, str(key)))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _lists(before, after, path, text)
    elif not same(before, after):
        yield Difference(path, text, before, after)


def numbered(node: Any, path: Path) -> Path:
    """The path of a difference with the numbers that entries have in one of the documents in place of their names.

    It ends where it leads nowhere.
    """
    found: list[str | int] = []
    for index, key in enumerate(path):
        if isinstance(node, list) and isinstance(key, str):
            key = _index(node, key, str(path[index - 1]) if index else "")  # noqa: PLW2901
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            break
        found.append(key)
    return tuple(found)


def _index(entries: Sequence[Any], name: str, field: str) -> int:
    """The number of the entry of that name; one past the last where there is none."""
    for key in _KEYS.get(field, _BY_NAME):
        names = _names(entries, key) or []
        if name in names:
            return names.index(name)
    return len(entries)


def _below(text: str, key: str) -> str:
    """The path of a map's entry."""
    part = dotted((key,))
    return part if not text else f"{text}{part}" if part.startswith("[") else f"{text}.{part}"


def _same(one: Any, other: Any) -> bool:
    """Whether they are surely the same to Kubernetes; Python takes true for 1, at any depth."""
    return bool(one == other) and repr(one) == repr(other)


def _lists(before: list[Any], after: list[Any], path: Path, text: str) -> Iterator[Difference]:
    names = named(before, after, str(path[-1]) if path else "")
    if names is None:
        if len(before) != len(after) or not all(isinstance(each, dict) for each in (*before, *after)):
            if not same(before, after):
                yield Difference(path, text, before, after)
            return
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from differences(old, new, (*path, index), f"{text}[{index}]")
        return
    old, new = (dict(zip(own, entries, strict=True)) for own, entries in zip(names, (before, after), strict=True))
    for name in [*old, *(name for name in new if name not in old)]:
        yield from differences(old.get(name), new.get(name), (*path, name), f'{text}["{name}"]')
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield Difference(path, text, list(old), list(new), order=True)


def named(before: Sequence[Any], after: Sequence[Any], field: str) -> tuple[list[str], list[str]] | None:
    """The names of both lists' entries; None where an entry has none, or two have one.

    Args:
        field: the name of the field that holds the lists.
    """
    for key in _KEYS.get(field, _BY_NAME):
        both = _names(before, key), _names(after, key)
        if both[0] is not None and both[1] is not None:
            return both[0], both[1]
    return None


def _names(entries: Sequence[Any], key: tuple[str, ...]) -> list[str] | None:
    found = [part(entry, *key) for entry in entries]
    if any(isinstance(name, bool) or not isinstance(name, str | int) for name in found):
        return None
    names = [str(name) for name in found]
    return names if len(set(names)) == len(names) else None
