"""The path of every place in the project's files, as it was written there: for messages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from chartgen.errors import Problem, Where, dotted
from chartgen.yamlio import Document, List, Map, Node, Path

FOLDER = "services/"


class Paths:
    """Where → path, looked up only once something is wrong.

    What layers merge is brought to one form first, and may come from another service's default or an environment's
    overrides: so the path that a mistake has there is not the one that people see in the file.
    """

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents

    def of(self, where: Where, last: str | int | None = None) -> str:
        """The path at a place, dotted; empty where nothing is written. Of several, the one that ends in `last`."""
        found = self._by_place.get(where, [()])
        return dotted(next((path for path in found if path and path[-1] == last), found[0]))

    def named(self, problem: Problem) -> Problem:
        """The problem with the path of its place, where it has none of its own."""
        return problem if problem.path or problem.where is None else replace(problem, path=self.of(problem.where))

    @cached_property
    def _by_place(self) -> dict[Where, list[Path]]:
        """In a service's own file paths start with its name, as they would in `chartgen.yaml`."""
        found: dict[Where, list[Path]] = {}
        for name, document in self._documents.items():
            start = ("services", name[len(FOLDER) : -len(".yaml")]) if name.startswith(FOLDER) else ()
            for where, path in _places(document.root, start):
                found.setdefault(where, []).append(path)
        return found


def _places(node: Node, path: Path) -> Iterator[tuple[Where, Path]]:
    """Keys, items, and the values themselves."""
    if isinstance(node, Map):
        for key, entry in node.entries.items():
            yield node.keys[key], (*path, key)
            yield from _places(entry, (*path, key))
    elif isinstance(node, List):
        for index, item in enumerate(node.items):
            yield from _places(item, (*path, index))
    if path:
        yield node.where, path
