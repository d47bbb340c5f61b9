"""Schema fragments: one file a concern, read and checked. They are the single source of the chart's contract.

Writers of a fragment leave out what holds everywhere (null allowed, unknown keys refused): `schema.bundle` adds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chartgen import yamlio
from chartgen.errors import InputError, Problem, did_you_mean, dotted
from chartgen.jsonvalidation import Validator
from chartgen.model import Path

Node = dict[str, Any]
"""One JSON Schema, a part of the document."""

DRAFT = "http://json-schema.org/draft-07/schema#"
"""Said outright: without it Helm 4 reads a schema as draft 2020-12."""

_META = {"$schema": DRAFT, "$ref": DRAFT}
"""Draft-07 in its own words: what a fragment's schemas must be."""

_LAST = 1_000_000

_HEAD: dict[str, type] = {
    "title": str,
    "description": str,
    "order": int,
    "level": str,
    "droppable": bool,
    "templates": list,
    "properties": dict,
    "definitions": dict,
}
_ROOMS = ("properties", "definitions")
_REQUIRED = ("title", "description", "properties")
LEVELS = ("pod", "workload", "release")
"""Whose values they are: of any pod, jobs and tests among them; of a workload, workers among them; of the release."""

_SCHEMA_MAPS = ("properties", "definitions", "patternProperties")
_SCHEMA_LISTS = ("allOf", "anyOf", "oneOf")
_SCHEMA_ONES = ("additionalProperties", "propertyNames", "items", "not", "if", "then", "else")
_PLAIN = (
    *("$ref", "title", "description", "type", "enum", "const", "default", "examples", "required", "pattern", "format"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"),
    *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
)
TAKES = "takes"
"""The one keyword that draft-07 lacks: an object with it has, beside its own, all properties up to that level."""

_KEYWORDS = frozenset((*_SCHEMA_MAPS, *_SCHEMA_LISTS, *_SCHEMA_ONES, *_PLAIN, TAKES))


@dataclass(frozen=True, slots=True)
class Fragment:
    """What one concern gives to the contract.

    Attributes:
        concern: its name, the stem of the file's.
        title, description: for people.
        order: where it stands in the documentation, lower ones first.
        level: one of LEVELS.
        droppable: whether a chart may be made without it.
        templates: the templates that are this concern's alone.
        properties: the values it owns, each with its schema.
        definitions: schemas that any fragment may refer to.
        document: the file, with positions.
    """

    concern: str
    title: str
    description: str
    order: int
    level: str
    droppable: bool
    templates: tuple[str, ...]
    properties: Mapping[str, Node]
    definitions: Mapping[str, Node]
    document: yamlio.Document


def read(files: Mapping[str, bytes]) -> tuple[Fragment, ...]:
    """The fragments in files by name (`values-schemas/ports.yaml`), in the order of the documentation.

    Where two files claim one value, the later one is at fault.

    Raises:
        InputError: files that are not YAML, keywords that draft-07 lacks, properties without a description or a
            type, references to nothing, and properties or definitions that stand in two files.
    """
    problems: list[Problem] = []
    fragments: list[Fragment] = []
    for name, content in files.items():
        try:
            document = yamlio.load(content, name)
        except InputError as error:
            problems += error.problems
            continue
        wrong = list(_head_problems(document))
        problems += wrong
        if not wrong:
            fragments.append(_fragment(document))
    known = {f"#/{room}/{name}" for room in _ROOMS for each in fragments for name in each.document.data.get(room, {})}
    for fragment in fragments:
        problems += _body_problems(fragment.document, known)
    problems += _shared(fragments, "properties")
    problems += _shared(fragments, "definitions")
    if problems:
        raise InputError(problems)
    return tuple(sorted(fragments, key=lambda fragment: (fragment.order, fragment.concern)))


def _fragment(document: yamlio.Document) -> Fragment:
    data = document.data
    return Fragment(
        concern=_stem(document.file),
        title=data["title"],
        description=data["description"],
        order=data.get("order", _LAST),
        level=data.get("level", LEVELS[-1]),
        droppable=data.get("droppable", True),
        templates=tuple(data.get("templates", ())),
        properties=data["properties"],
        definitions=data.get("definitions", {}),
        document=document,
    )


def _stem(file: str) -> str:
    return file.rsplit("/", 1)[-1].removesuffix(".yaml")


def _head_problems(document: yamlio.Document) -> Iterator[Problem]:
    """What is wrong with the outermost keys of a fragment."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", _stem(document.file)):
        yield _problem(document, (), "a fragment is named after its concern", "lower-case letters, digits and `_`")
    data = document.data
    if not isinstance(data, dict):
        yield _problem(document, (), "a fragment is a map", f"the keys {', '.join(_REQUIRED)}")
        return
    for key in _REQUIRED:
        if key not in data:
            yield _problem(document, (), f"`{key}` is missing")
    for key, value in data.items():
        if key not in _HEAD:
            yield _problem(document, (key,), "a fragment has no such key", hint=did_you_mean(str(key), _HEAD))
        elif not isinstance(value, _HEAD[key]):
            yield _problem(document, (key,), "is of the wrong type", _HEAD[key].__name__)
    if data.get("level", LEVELS[0]) not in LEVELS:
        yield _problem(document, ("level",), "is no level", f"one of {', '.join(LEVELS)}")


def _body_problems(document: yamlio.Document, known: set[str]) -> Iterator[Problem]:
    """What is wrong with the schemas of a fragment; `known` is what they may refer to."""
    parts = {room: document.data.get(room, {}) for room in _ROOMS}
    for violation in Validator(_META).violations(parts):
        yield _problem(document, violation.path, violation.message, violation.expected, violation.hint)
    for room in _ROOMS:
        for name, node in document.data.get(room, {}).items():
            yield from _node_problems(document, (room, name), node, known)
            if room == "properties":
                yield from _undescribed(document, (room, name), node)


def _node_problems(document: yamlio.Document, path: Path, node: Any, known: set[str]) -> Iterator[Problem]:
    if not isinstance(node, dict):
        yield _problem(document, path, "is no schema", "a map of keywords")
        return
    for keyword in [keyword for keyword in node if keyword not in _KEYWORDS]:
        message = "JSON Schema draft-07 has no such keyword"
        yield _problem(document, (*path, keyword), message, hint=did_you_mean(str(keyword), _KEYWORDS))
    if "$ref" in node and node["$ref"] not in known:
        expected = "#/definitions/<a definition of a fragment>, or #/properties/<a value>"
        yield _problem(document, (*path, "$ref"), "refers to nothing", expected)
    if TAKES in node and node[TAKES] not in LEVELS[:-1]:
        yield _problem(document, (*path, TAKES), "is no level", f"one of {', '.join(LEVELS[:-1])}")
    if isinstance(node.get("pattern"), str):
        yield from _pattern_problems(document, (*path, "pattern"), node["pattern"])
    for below, child in _children(node):
        yield from _node_problems(document, (*path, *below), child, known)
        if below[0] == "properties" and "object" in node.get("type", ()):
            yield from _undescribed(document, (*path, *below), child)


def _pattern_problems(document: yamlio.Document, path: Path, pattern: str) -> Iterator[Problem]:
    """Helm's regular expressions (RE2) know no look-around and no back-references."""
    try:
        Validator({"$schema": DRAFT, "pattern": pattern})
    except InputError:
        yield _problem(document, path, f"`{pattern}` is no regular expression of Helm's", "one in the syntax of RE2")


def _children(node: Node) -> Iterator[tuple[Path, Any]]:
    """The schemas right below one, with their paths; what is not of the right type is left to the meta-schema."""
    for keyword, value in node.items():
        if keyword in _SCHEMA_MAPS and isinstance(value, dict):
            yield from (((keyword, name), child) for name, child in value.items())
        elif keyword in _SCHEMA_LISTS and isinstance(value, list):
            yield from (((keyword, index), child) for index, child in enumerate(value))
        elif keyword in _SCHEMA_ONES and not isinstance(value, bool):
            yield (keyword,), value


def _undescribed(document: yamlio.Document, path: Path, node: Any) -> Iterator[Problem]:
    """A property says what it is and of which type."""
    if isinstance(node, dict):
        if "description" not in node:
            yield _problem(document, path, "has no description", hint="say in one line what it does for the user")
        if not {"type", "$ref", "allOf"} & node.keys():
            yield _problem(document, path, "has no type", "`type`, or `$ref` to a definition")


def _shared(fragments: list[Fragment], room: str) -> Iterator[Problem]:
    """Every top-level value, and every definition, has one owner."""
    owner: dict[str, Fragment] = {}
    for fragment in fragments:
        for name in fragment.document.data.get(room, {}):
            first = owner.setdefault(name, fragment)
            if first is not fragment:
                message = f"stands in {first.document.file} too: one concern owns it"
                yield _problem(fragment.document, (room, name), message)


def _problem(document: yamlio.Document, path: Path, message: str, expected: str = "", hint: str = "") -> Problem:
    where = next(document.origins[path[:end]] for end in range(len(path), -1, -1) if path[:end] in document.origins)
    return Problem(message, where, dotted(path), expected, hint)
