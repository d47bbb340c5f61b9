"""Validation against a JSON Schema: quick where all is well, and one clear sentence a mistake where it is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chartgen.errors import InputError, Problem, Where, did_you_mean, dotted

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

Path = tuple[str | int, ...]
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing in a document that its schema does not allow.

    Attributes:
        path: the offending entry; for a missing one, where it should stand.
        message: what is wrong with it (`is a string`), to be read after the path.
        expected: what the schema allows instead (`an integer`).
        hint: what to do about it.
    """

    path: Path
    message: str
    expected: str = ""
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.message}, expected {self.expected}" if self.expected else self.message


class Validator:
    """A JSON Schema, compiled once for many documents.

    Remote references are never fetched, and patterns are those that Helm knows (RE2: no look-around).

    Args:
        schema: the schema; without `$schema` it is read as draft 2020-12, as Helm 4 does.
        file: where the schema stands, for the error.

    Raises:
        InputError: the schema itself is not valid.
    """

    def __init__(self, schema: Schema, file: str = "") -> None:
        import jsonschema_rs

        self._schema = dict(schema)
        try:
            self._compiled = jsonschema_rs.validator_for(
                self._schema, offline=True, mask="the value", pattern_options=jsonschema_rs.RegexOptions()
            )
        except jsonschema_rs.ValidationError as error:
            raise InputError(_schema_problems(error, file)) from error
        except ValueError as error:
            problem = Problem(f"the JSON Schema cannot be used: {error}", Where(file) if file else None)
            raise InputError(problem) from None

    def is_valid(self, document: Any) -> bool:
        """Whether the document fits; a few microseconds for a Kubernetes object."""
        return self._compiled.is_valid(document)

    def violations(self, document: Any) -> list[Violation]:
        """Everything that does not fit, each once."""
        errors = _telling(list(self._compiled.iter_errors(document)))
        found = dict.fromkeys(violation for error in errors for violation in _explain(error, self._schema))
        return _without_echoes([replace(each, path=_as_in(document, each.path)) for each in found])


def _as_in(document: Any, path: Path) -> Path:
    """The path with the keys of the document: a key such as `443` is told as if it were the place in a list."""
    found: list[str | int] = []
    for part in path:
        found.append(str(part) if isinstance(document, Mapping) else part)
        try:
            document = document[found[-1]]
        except (KeyError, IndexError, TypeError):
            document = None
    return tuple(found)


def _schema_problems(error: ValidationError, file: str) -> Iterator[Problem]:
    """The mistakes in a schema itself: here the paths lead into the schema, the keywords come from its meta-schema."""
    where = Where(file) if file else None
    for violation in _explain(error, {}):
        message = f"the JSON Schema is not valid: {violation}"
        yield Problem(message, where, dotted(violation.path), hint=violation.hint)


def _without_echoes(violations: list[Violation]) -> list[Violation]:
    """A misspelt required field is one mistake: that the right one is missing then goes without saying."""
    meant = {(violation.path[:-1], violation.hint) for violation in violations if violation.hint}

    def is_echo(violation: Violation) -> bool:
        *parent, name = violation.path or ("",)
        return violation.message == _MISSING and (tuple(parent), did_you_mean(str(name), [str(name)])) in meant

    return [violation for violation in violations if not is_echo(violation)]


def _telling(errors: Sequence[ValidationError]) -> list[ValidationError]:
    """Without the wrong types of entries that have but a few right values: those say more."""
    listed = [error.instance_path for error in errors if error.kind.name == "enum"]
    return [error for error in errors if error.kind.name != "type" or error.instance_path not in listed]


# ---- one error, explained -------------------------------------------------------------------------------------------

NULL = "is null"
_MISSING = "is missing"
_NOT_ALLOWED = "is not allowed here"
_AMBIGUOUS = "fits more than one of the forms allowed here"


def _explain(error: ValidationError, schema: Schema) -> Iterator[Violation]:
    """The violations that one error stands for: several where the likeliest branch of a choice has several."""
    keyword, wanted, path = error.kind.name, error.kind.value, tuple(error.instance_path)
    if keyword in ("additionalProperties", "unevaluatedProperties"):
        yield from _unknown_fields(error, schema)
    elif keyword in ("anyOf", "oneOf") and all(wanted):
        yield from _choice(error, schema)
    elif keyword in ("oneOf", "not"):
        yield _excluded(error, schema)
    elif keyword == "required":
        yield Violation((*path, wanted), _MISSING)
    elif keyword == "type":
        yield _wrong_type(error, wanted)
    elif keyword == "propertyNames":
        reason = next(_explain(wanted, schema))
        yield Violation((*path, str(wanted.instance)), "is not allowed as a name", reason.expected, reason.hint)
    elif keyword == "enum":
        yield _not_listed(error)
    elif keyword == "pattern":
        title = _holder(error, schema).get("title")
        yield Violation(path, f"is {_shown(error.instance)}", str(title or f"text that matches `{wanted}`"))
    elif keyword in _BOUNDS:
        says, expects = _BOUNDS[keyword]
        yield Violation(path, says(error.instance), expects(wanted))
    else:
        yield Violation(path, error.message)


def _holder(error: ValidationError, schema: Schema) -> Schema:
    """The part of the schema that holds the keyword which failed."""
    node: Any = schema
    for part in error.schema_path[:-1]:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            return {}
    return node if isinstance(node, Mapping) else {}


def _unknown_fields(error: ValidationError, schema: Schema) -> Iterator[Violation]:
    known = [str(name) for name in _holder(error, schema).get("properties", ())]
    for name in error.kind.value:
        path = (*error.instance_path, name)
        yield Violation(path, f"unknown field `{name}`", _one_of(known) if known else "none", did_you_mean(name, known))


def _wrong_type(error: ValidationError, types: Sequence[str]) -> Violation:
    named = [name for name in types if name != "null"] or list(types)
    expected = _or([_TYPES[name] for name in named])
    return Violation(tuple(error.instance_path), _is(error.instance), expected, _quotes(error.instance, named))


def _quotes(value: Any, types: Sequence[str]) -> str:
    """The commonest mistake in YAML: quotes too many or too few."""
    if isinstance(value, bool | int | float) and "string" in types:
        return f'write it in quotes: `"{json.dumps(value)}"`'
    if isinstance(value, str):
        fits = {"boolean": value in ("true", "false"), "integer": value.isdecimal(), "number": value.isdecimal()}
        if any(fits.get(name) for name in types):
            return f"write it without quotes: `{value}`"
    return ""


def _not_listed(error: ValidationError) -> Violation:
    options = [option for option in error.kind.value if option is not None] or [None]
    near = did_you_mean(error.instance, map(str, options)) if isinstance(error.instance, str) else ""
    return Violation(tuple(error.instance_path), f"is {_shown(error.instance)}", _one_of(options), near)


# ---- choices --------------------------------------------------------------------------------------------------------


def _choice(error: ValidationError, schema: Schema) -> Iterator[Violation]:
    """What is wrong with the branch that was most likely meant, never with all of them."""
    path = tuple(error.instance_path)
    branches: list[list[ValidationError]] = error.kind.value
    fitting = [branch for branch in branches if not _types_wanted(branch, path)]
    if not fitting:
        wanted = [name for branch in branches for name in _types_wanted(branch, path)]
        yield _wrong_type(error, list(dict.fromkeys(wanted)))
    elif len(fitting) > 1 and all(_wants_one_field(branch, path) for branch in fitting):
        yield Violation(path, f"needs {_or([f'`{branch[0].kind.value}`' for branch in fitting])}")
    else:
        for inner in _telling(min(fitting, key=_unlikeliness)):
            yield from _explain(inner, schema)


def _types_wanted(branch: Sequence[ValidationError], path: Path) -> list[str]:
    """The types that a branch wants of the entry itself, where the entry is of another."""
    return [name for e in branch if e.kind.name == "type" and tuple(e.instance_path) == path for name in e.kind.value]


def _wants_one_field(branch: Sequence[ValidationError], path: Path) -> bool:
    return [error.kind.name for error in branch] == ["required"] and tuple(branch[0].instance_path) == path


def _unlikeliness(branch: Sequence[ValidationError]) -> tuple[int, int]:
    """Least likely meant is a branch whose fixed values (`type: http`) differ; then one with many mistakes."""
    return sum(error.kind.name in ("const", "enum") for error in branch), len(branch)


def _excluded(error: ValidationError, schema: Schema) -> Violation:
    """`not: {required: […]}` and a `oneOf` of such lists are how a schema says that fields exclude each other."""
    path, holder = tuple(error.instance_path), _holder(error, schema)
    forms = holder.get("oneOf", ()) if error.kind.name == "oneOf" else [holder.get("not")]
    names = [name for form in forms if isinstance(form, Mapping) for name in form.get("required", ())]
    present = [name for name in dict.fromkeys(names) if isinstance(error.instance, dict) and name in error.instance]
    if len(present) > 1:
        return Violation(path, f"{' and '.join(f'`{name}`' for name in present)} exclude each other")
    if present and error.kind.name == "not":
        return Violation((*path, present[0]), _NOT_ALLOWED)
    return Violation(path, _AMBIGUOUS if error.kind.name == "oneOf" else _NOT_ALLOWED)


# ---- words ----------------------------------------------------------------------------------------------------------

_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "a map",
    "string": "a string",
}
_LONGEST_LIST = 8
_LONGEST_VALUE = 60


def _is(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return f"is the boolean {_json(value)}"
    if isinstance(value, int | float):
        return f"is the number {_json(value)}"
    return f"is {_TYPES['string' if isinstance(value, str) else 'array' if isinstance(value, list) else 'object']}"


def _has(noun: str, plural: str) -> Callable[[Any], str]:
    return lambda value: f"has {_count(len(value), noun, plural)}" if value else "is empty"


def _limit(words: str, noun: str = "", plural: str = "") -> Callable[[Any], str]:
    return lambda limit: f"{words} {_count(limit, noun, plural) if noun else _json(limit)}"


def _count(number: int, noun: str, plural: str) -> str:
    return f"{number} {noun if number == 1 else plural}"


def _one_of(options: Sequence[Any]) -> str:
    shown = [_shown(option) for option in options[:_LONGEST_LIST]]
    if len(options) > _LONGEST_LIST:
        return f"one of {', '.join(shown)}, … ({len(options)} in all)"
    return f"one of {', '.join(shown)}" if len(shown) > 1 else shown[0]


def _or(names: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _shown(value: Any) -> str:
    if value == "":
        return "empty"
    text = value if isinstance(value, str) else _json(value)
    return f"`{text[:_LONGEST_VALUE]}…`" if len(text) > _LONGEST_VALUE else f"`{text}`"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


_TEXT, _LIST, _MAP = ("character", "characters"), ("entry", "entries"), ("field", "fields")
_BOUNDS: Mapping[str, tuple[Callable[[Any], str], Callable[[Any], str]]] = {
    "const": (lambda value: f"is {_shown(value)}", _shown),
    "exclusiveMaximum": (lambda value: f"is {_json(value)}", _limit("less than")),
    "exclusiveMinimum": (lambda value: f"is {_json(value)}", _limit("more than")),
    "falseSchema": (lambda _: _NOT_ALLOWED, lambda _: ""),
    "format": (lambda value: f"is {_shown(value)}", lambda wanted: f"the format `{wanted}`"),
    "maxItems": (_has(*_LIST), _limit("at most", *_LIST)),
    "maxLength": (_has(*_TEXT), _limit("at most", *_TEXT)),
    "maxProperties": (_has(*_MAP), _limit("at most", *_MAP)),
    "maximum": (lambda value: f"is {_json(value)}", _limit("at most")),
    "minItems": (_has(*_LIST), _limit("at least", *_LIST)),
    "minLength": (_has(*_TEXT), _limit("at least", *_TEXT)),
    "minProperties": (_has(*_MAP), _limit("at least", *_MAP)),
    "minimum": (lambda value: f"is {_json(value)}", _limit("at least")),
    "multipleOf": (lambda value: f"is {_json(value)}", _limit("a multiple of")),
    "uniqueItems": (lambda _: "has an entry twice", lambda _: "entries that all differ"),
}
