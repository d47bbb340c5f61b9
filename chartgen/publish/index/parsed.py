"""An `index.yaml` laid out otherwise than helm would (braces, JSON, anchors): parsed, and edited part by part."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from chartgen import yamlio
from chartgen.errors import InputError, Problem, Where, dotted
from chartgen.publish.index import order
from chartgen.publish.interface import Entry
from chartgen.yamlio import List, Map, Node, Scalar

_HINT = "move it away, or name another repository"


def parse(content: bytes, place: str) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
    """The entries of each chart, in the order in which they stand.

    Raises:
        InputError: it is no index of a chart repository.
    """
    root = yamlio.load(content, place).root
    entries = root.get("entries") if isinstance(root, Map) else None
    if not isinstance(root, Map) or not root.get("apiVersion") or not (_is_null(entries) or isinstance(entries, Map)):
        message = "is not the index of a chart repository"
        raise InputError(Problem(message, Where(place), expected="a map with `apiVersion` and `entries`", hint=_HINT))
    charts = entries.entries if isinstance(entries, Map) else {}
    return tuple((name, _entries(name, node)) for name, node in charts.items())


def with_deprecated(text: str, name: str, at: int, place: str) -> str:
    """The text with the entry at that position of its chart's list marked as deprecated.

    Raises:
        InputError: as `changed`.
    """
    return yamlio.edit(text, {("entries", name, at, "deprecated"): True}, file=place)


def changed(
    text: str, added: Mapping[str, list[dict[str, Any]]], removed: Collection[tuple[str, str]], stamp: str, place: str
) -> str:
    """The text without some versions, and with further entries.

    Arguments:
        added: entries by chart.
        removed: names and versions.
        stamp: what stands as `generated`; empty: what stands there.

    Raises:
        InputError: the text does not let it in (an anchor, a merge).
    """
    changes: dict[yamlio.Path, Any] = {("generated",): stamp} if stamp else {}
    charts = yamlio.loads(text)["entries"] or {}
    for name in {name for name, _ in removed} | added.keys():
        entries = [entry for entry in charts.get(name) or () if (name, _version(entry)) not in removed]
        for entry in added.get(name, ()):
            entries.insert(order.place([_version(old) for old in entries], entry["version"]), entry)
        changes["entries", name] = entries or yamlio.REMOVE
    return yamlio.edit(text, changes, file=place)


def _version(entry: Mapping[str, Any]) -> str:
    version = entry.get("version")
    return "" if version is None else str(version)


def _is_null(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _entries(name: str, node: Node) -> tuple[Entry, ...]:
    if _is_null(node):
        return ()
    if not isinstance(node, List):
        raise InputError(Problem("is not a list of versions", node.where, dotted(("entries", name))))
    return tuple(_entry(name, item, number) for number, item in enumerate(node.items))


def _entry(name: str, node: Node, number: int) -> Entry:
    if not isinstance(node, Map):
        raise InputError(Problem("is no version of a chart", node.where, dotted(("entries", name, number))))
    deprecated, urls = node.get("deprecated"), node.get("urls")
    return Entry(
        name,
        _text(node.get("version")),
        _text(node.get("digest")).removeprefix("sha256:"),
        _text(node.get("created")),
        isinstance(deprecated, Scalar) and deprecated.value is True,
        tuple(_text(url) for url in urls.items) if isinstance(urls, List) else (),
    )


def _text(node: Node | None) -> str:
    return "" if not isinstance(node, Scalar) or node.value is None else str(node.value)
