"""Reading: libyaml composes (fast, with positions), Helm's rules resolve, what Helm would swallow is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml._yaml import CParser

from chartgen.errors import InputError, Problem, Where
from chartgen.yamlio import scalars
from chartgen.yamlio.nodes import Document, List, Map, Node, Scalar, origins, plain

_MAX_DEPTH = 100
_MAX_ALIASED_NODES = 10_000
_CORE = "tag:yaml.org,2002:"
_MAYBE_DEEP = re.compile(r"^(?: {200}|.*(?:[-?] ){20})", re.MULTILINE)
_MANY_FLOWS = 1_000


def load(text: bytes | str, file: str, *, keys_as_written: bool = False) -> Document:
    """One document, with the place of every part.

    Arguments:
        text: the file's content, UTF-8.
        file: its name, for messages.
        keys_as_written: True leaves plain keys as they stand (`on:` is `on`); else they are what Helm makes of them.

    Raises:
        InputError: the text is not UTF-8, not YAML, holds several documents, a key twice, or grows without bound.
    """
    reader = _Reader(file, keys_as_written)
    nodes = list(_compose(_decode(text, file), file))
    if len(nodes) > 1:
        problem = "the file holds several documents; Helm 3 reads the first only, Helm 4 merges them"
        raise InputError(problem, _where(file, nodes[1]), "keep one document; remove the `---`")
    root = reader.node(nodes[0], 0) if nodes else Scalar(None, "", Where(file, 1, 1))
    if reader.problems:
        raise InputError(reader.problems)
    return Document(file, root, plain(root), origins(root))


def loads(text: bytes | str, file: str = "") -> Any:
    """The plain data of one document.

    Raises:
        InputError: as `load` does.
    """
    return load(text, file).data


def load_all(text: bytes | str, file: str = "") -> list[Any]:
    """The plain data of every document that is not empty.

    Raises:
        InputError: as `load` does, several documents excepted.
    """
    reader = _Reader(file, keys_as_written=False)
    found = [plain(reader.node(node, 0)) for node in _compose(_decode(text, file), file)]
    if reader.problems:
        raise InputError(reader.problems)
    return [data for data in found if data is not None]


def _decode(text: bytes | str, file: str) -> str:
    if isinstance(text, str):
        return text
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        where = Where(file, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise InputError(
            f"byte 0x{text[error.start]:02x} is not UTF-8", where, "save the file in the UTF-8 encoding"
        ) from None


def _compose(text: str, file: str) -> Iterator[yaml.Node]:
    """The trees of all documents. libyaml's composer recurses in C, so what might be deep is measured first."""
    try:
        if text.count("[") + text.count("{") > _MANY_FLOWS or _MAYBE_DEEP.search(text):
            _check_depth(text, file)
        composer = _Composer(text)
        try:
            while composer.check_node():
                node = composer.get_node()
                if node is not None:
                    yield node
        finally:
            composer.dispose()
    except yaml.MarkedYAMLError as error:
        raise InputError(_syntax_problem(error, text, file)) from None
    except yaml.reader.ReaderError as error:
        raise InputError(_character_problem(error, text, file)) from None


def _check_depth(text: str, file: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                raise InputError(f"nested more than {_MAX_DEPTH} levels deep", _where(file, event))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _character_problem(error: yaml.reader.ReaderError, text: str, file: str) -> Problem:
    character = error.character if isinstance(error.character, int) else ord(error.character)
    before = text[: text.find(chr(character))]
    where = Where(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
    hint = 'write it as an escape in a "quoted" string'
    return Problem(f"the character U+{character:04X} is not allowed in YAML", where, hint=hint)


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    where = Where(file, mark.line + 1, mark.column + 1) if mark else Where(file)
    problem = error.problem or "cannot be read"
    line = "".join(text.split("\n")[mark.line : mark.line + 1]) if mark else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return Problem("a tab stands in the indentation", where, expected="spaces", hint="replace the tab by spaces")
    context = f", {error.context}" if error.context else ""
    return Problem(f"not YAML: {problem}{context}", where, hint=_syntax_hint(problem, line))


def _syntax_hint(problem: str, line: str) -> str:
    """What is most often behind a complaint of libyaml's."""
    value = line.partition(": ")[2].strip()
    if value.startswith("{") and not value.endswith("}"):
        return f'a value that starts with a brace must stand in quotes: `"{value}"`'
    if "mapping values are not allowed" in problem:
        return "a value that holds a colon and a space must stand in quotes"
    if "cannot start any token" in problem:
        return "a value that starts with `@`, a backquote or `%` must stand in quotes"
    return ""


def _where(file: str, node: yaml.Node | yaml.Event) -> Where:
    mark = node.start_mark
    return Where(file, mark.line + 1, mark.column + 1) if mark else Where(file)


class _Composer(CParser):
    """libyaml's composer, with the tag of a scalar telling only whether it was plain: Helm's rules do the rest."""

    def __init__(self, stream: str) -> None:
        CParser.__init__(self, stream)

    def resolve(self, kind: type, value: Any, implicit: Any) -> str:
        return "plain" if kind is yaml.ScalarNode and implicit[0] else ""

    def descend_resolver(self, parent: Any, index: Any) -> None: ...

    def ascend_resolver(self) -> None: ...

    def dispose(self) -> None: ...


@dataclass(slots=True)
class _Reader:
    """Turns libyaml's nodes into ours, gathering every problem on the way."""

    file: str
    keys_as_written: bool
    problems: list[Problem] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    aliased: int = 0

    def node(self, node: yaml.Node, depth: int) -> Node:
        if depth > _MAX_DEPTH:
            raise InputError(f"nested more than {_MAX_DEPTH} levels deep", _where(self.file, node))
        if id(node) in self.seen or self.aliased:
            self._count_alias(node)
        self.seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        if isinstance(node, yaml.MappingNode):
            return self._map(node, depth)
        return List(tuple(self.node(item, depth + 1) for item in node.value), _where(self.file, node))

    def _count_alias(self, node: yaml.Node) -> None:
        self.aliased += id(node) in self.seen
        if self.aliased > _MAX_ALIASED_NODES:
            problem = f"aliases repeat more than {_MAX_ALIASED_NODES} entries"
            raise InputError(problem, _where(self.file, node), "write the content out, or use `defaults` and `vars`")

    def _scalar(self, node: yaml.ScalarNode) -> Scalar:
        where = _where(self.file, node)
        tag = node.tag.removeprefix(_CORE)
        if tag in ("", "str"):
            return Scalar(node.value, node.value, where)
        if tag not in ("plain", "int", "float", "bool", "null"):
            self.problems.append(Problem(f"the tag `{node.tag}` is not supported", where, hint="remove the tag"))
        try:
            return Scalar(scalars.resolve(node.value), node.value, where)
        except ValueError:
            self.problems.append(Problem(f"`{node.value}` is a number that JSON cannot hold", where, hint="quote it"))
            return Scalar(None, node.value, where)

    def _map(self, node: yaml.MappingNode, depth: int) -> Map:
        entries: dict[str, Node] = {}
        keys: dict[str, Where] = {}
        merged: list[Map] = []
        for key_node, value_node in node.value:
            where = _where(self.file, key_node)
            if key_node.tag == "plain" and key_node.value == "<<":
                merged += self._merged(value_node, depth)
                continue
            key = self._key(key_node)
            if key is None:
                continue
            if key in keys:
                first = keys[key].line
                problem = f"the key `{key}` stands here twice: it was given in line {first} already"
                self.problems.append(Problem(problem, where, hint="remove one of the two; Helm would drop the first"))
            entries[key], keys[key] = self.node(value_node, depth + 1), where
        for source in merged:
            for key, entry in source.entries.items():
                if key not in entries:
                    entries[key], keys[key] = entry, source.keys[key]
        return Map(entries, keys, _where(self.file, node))

    def _merged(self, node: yaml.Node, depth: int) -> list[Map]:
        value = self.node(node, depth + 1)
        sources = value.items if isinstance(value, List) else (value,)
        for source in sources:
            if not isinstance(source, Map):
                self.problems.append(Problem("`<<` merges maps only", _where(self.file, node), expected="a map"))
        return [source for source in sources if isinstance(source, Map)]

    def _key(self, node: yaml.Node) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self.problems.append(Problem("a key must be a string", _where(self.file, node)))
            return None
        if self.keys_as_written or node.tag.removeprefix(_CORE) in ("", "str"):
            return str(node.value)
        try:
            key = scalars.key(node.value)
        except ValueError:
            hint = f'quote it: `"{node.value}"`'
            self.problems.append(Problem(f"`{node.value}` is no key", _where(self.file, node), hint=hint))
            return None
        if key is None:
            self.problems.append(Problem("a key is missing before the colon", _where(self.file, node)))
        return key
