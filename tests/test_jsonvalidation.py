from __future__ import annotations

import re
from typing import Any

import pytest

from chartgen.errors import InputError
from chartgen.jsonvalidation import Path, Validator, Violation

POD = {
    "definitions": {
        "container": {
            "type": "object",
            "required": ["name"],
            "additionalProperties": False,
            "properties": {"name": {"type": "string"}, "port": {"type": "integer"}},
        }
    },
    "properties": {"containers": {"type": "array", "items": {"$ref": "#/definitions/container"}}},
}
MANY = {"additionalProperties": False, "properties": {f"f{number}": {} for number in range(9)}}
NAMED = {"additionalProperties": False, "properties": {"name": {}}}
ENUM = {"properties": {"type": {"enum": ["http", "grpc", "tcp", None]}}}
PORTS = {"propertyNames": {"pattern": "^[a-z]+$", "maxLength": 15}}
FORMS = {
    "oneOf": [
        {"type": "object", "required": ["type"], "properties": {"type": {"const": "http"}, "path": {"type": "string"}}},
        {"type": "object", "required": ["type"], "properties": {"type": {"const": "tcp"}, "port": {"type": "integer"}}},
        {"type": "null"},
    ]
}
NUMBER = {"anyOf": [{"$ref": "#/$defs/positive"}, {"type": "null"}], "$defs": {"positive": {"minimum": 1}}}
EXCLUSIVE = {"not": {"required": ["minAvailable", "maxUnavailable"]}}
ONE_NEEDED = {"anyOf": [{"required": ["path"]}, {"required": ["command"]}]}
JUST_ONE = {"oneOf": [{"required": ["path"]}, {"required": ["command"]}]}
CPU = {"properties": {"cpu": {"pattern": "^[0-9]+m?$", "title": "an amount such as `100m`"}}}

# the schema, the document, and what is said of it: path, sentence, hint
CASES: dict[str, tuple[Any, Any, list[tuple[Path, str, str]]]] = {
    "unknown field": (POD, {"containers": [{"name": "a", "prot": 1}]}, [
        (("containers", 0, "prot"), "unknown field `prot`, expected one of `name`, `port`", "did you mean `port`?"),
    ]),
    "unknown field, nothing like it": (NAMED, {"zzz": 1}, [(("zzz",), "unknown field `zzz`, expected `name`", "")]),
    "unknown field where there are none": ({"additionalProperties": False, "properties": {}}, {"x": 1}, [
        (("x",), "unknown field `x`, expected none", ""),
    ]),
    "unknown field, too many to list": (MANY, {"z": 1}, [
        (("z",), "unknown field `z`, expected one of `f0`, `f1`, `f2`, `f3`, `f4`, `f5`, `f6`, `f7`, … (9 in all)", ""),
    ]),
    "two unknown fields": (NAMED, {"y": 1, "nam": 1}, [
        (("y",), "unknown field `y`, expected `name`", ""),
        (("nam",), "unknown field `nam`, expected `name`", "did you mean `name`?"),
    ]),
    "a misspelt required field is one mistake": (POD, {"containers": [{"nmae": "a"}]}, [
        (("containers", 0, "nmae"), "unknown field `nmae`, expected one of `name`, `port`", "did you mean `name`?"),
    ]),
    "missing": (POD, {"containers": [{}]}, [(("containers", 0, "name"), "is missing", "")]),
    "missing beside another field": ({"dependencies": {"user": ["password"]}}, {"user": 1}, [
        (("password",), "is missing", ""),
    ]),
    "a string for an integer": (POD, {"containers": [{"name": "a", "port": "http"}]}, [
        (("containers", 0, "port"), "is a string, expected an integer", ""),
    ]),
    "an integer in quotes": (POD, {"containers": [{"name": "a", "port": "80"}]}, [
        (("containers", 0, "port"), "is a string, expected an integer", "write it without quotes: `80`"),
    ]),
    "a boolean in quotes": ({"type": "boolean"}, "true", [
        ((), "is a string, expected true or false", "write it without quotes: `true`"),
    ]),
    "a number for a string": ({"type": ["string", "null"]}, 1.5, [
        ((), "is the number 1.5, expected a string", 'write it in quotes: `"1.5"`'),
    ]),
    "a boolean for a string": ({"type": "string"}, True, [
        ((), "is the boolean true, expected a string", 'write it in quotes: `"true"`'),
    ]),
    "a list for a map": ({"type": "object"}, [], [((), "is a list, expected a map", "")]),
    "a map for a list or null": ({"type": ["array", "null"]}, {}, [((), "is a map, expected a list", "")]),
    "something for nothing": ({"type": "null"}, {}, [((), "is a map, expected null", "")]),
    "nothing for a number": ({"type": "number"}, None, [((), "is null, expected a number", "")]),
    "one of two types": ({"type": ["integer", "string"]}, [], [((), "is a list, expected an integer or a string", "")]),
    "not listed": (ENUM, {"type": "htpp"}, [
        (("type",), "is `htpp`, expected one of `http`, `grpc`, `tcp`", "did you mean `http`?"),
    ]),
    "not listed, of another type": (ENUM, {"type": 7}, [
        (("type",), "is `7`, expected one of `http`, `grpc`, `tcp`", ""),
    ]),
    "not listed, of another type than all listed": ({"type": "string", "enum": ["On", "Off"]}, True, [
        ((), "is `true`, expected one of `On`, `Off`", ""),
    ]),
    "not the constant": ({"const": "v1"}, "v2", [((), "is `v2`, expected `v1`", "")]),
    "pattern": ({"pattern": "^[a-z]+$"}, "Web", [((), "is `Web`, expected text that matches `^[a-z]+$`", "")]),
    "pattern, empty": ({"pattern": "^[a-z]+$"}, "", [((), "is empty, expected text that matches `^[a-z]+$`", "")]),
    "pattern with a title": (CPU, {"cpu": "one"}, [(("cpu",), "is `one`, expected an amount such as `100m`", "")]),
    "pattern, long": ({"pattern": "^a"}, "b" * 99, [((), f"is `{'b' * 60}…`, expected text that matches `^a`", "")]),
    "format": ({"$schema": "http://json-schema.org/draft-07/schema#", "format": "ipv4"}, "localhost", [
        ((), "is `localhost`, expected the format `ipv4`", ""),
    ]),
    "too small": ({"minimum": 1}, 0, [((), "is 0, expected at least 1", "")]),
    "too small by nothing": ({"exclusiveMinimum": 0}, 0, [((), "is 0, expected more than 0", "")]),
    "too big": ({"maximum": 65535}, 70000, [((), "is 70000, expected at most 65535", "")]),
    "too big by nothing": ({"exclusiveMaximum": 1.5}, 1.5, [((), "is 1.5, expected less than 1.5", "")]),
    "no multiple": ({"multipleOf": 5}, 7, [((), "is 7, expected a multiple of 5", "")]),
    "empty text": ({"minLength": 1}, "", [((), "is empty, expected at least 1 character", "")]),
    "short text": ({"minLength": 3}, "a", [((), "has 1 character, expected at least 3 characters", "")]),
    "long text": ({"maxLength": 3}, "abcd", [((), "has 4 characters, expected at most 3 characters", "")]),
    "empty list": ({"minItems": 1}, [], [((), "is empty, expected at least 1 entry", "")]),
    "long list": ({"maxItems": 1}, [1, 2], [((), "has 2 entries, expected at most 1 entry", "")]),
    "empty map": ({"minProperties": 1}, {}, [((), "is empty, expected at least 1 field", "")]),
    "big map": ({"maxProperties": 1}, {"a": 1, "b": 2}, [((), "has 2 fields, expected at most 1 field", "")]),
    "twice in a list": ({"uniqueItems": True}, [1, 1], [
        ((), "has an entry twice, expected entries that all differ", ""),
    ]),
    "a bad name": (PORTS, {"HTTP": 1}, [
        (("HTTP",), "is not allowed as a name, expected text that matches `^[a-z]+$`", ""),
    ]),
    "a long name": (PORTS, {"a" * 16: 1}, [
        (("a" * 16,), "is not allowed as a name, expected at most 15 characters", ""),
    ]),
    "a choice, by its fixed value": (FORMS, {"type": "tcp", "port": "x", "path": 7}, [
        (("port",), "is a string, expected an integer", ""),
    ]),
    "a choice, none of the types": (FORMS, 7, [((), "is the number 7, expected a map", "")]),
    "a choice of types": ({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}, [], [
        ((), "is a list, expected a string or an integer", ""),
    ]),
    "a choice of forms, one type": (NUMBER, 0, [((), "is 0, expected at least 1", "")]),
    "one of two fields needed": (ONE_NEEDED, {}, [((), "needs `path` or `command`", "")]),
    "just one of two fields": (JUST_ONE, {}, [((), "needs `path` or `command`", "")]),
    "two that exclude each other": (EXCLUSIVE, {"minAvailable": 1, "maxUnavailable": 1}, [
        ((), "`minAvailable` and `maxUnavailable` exclude each other", ""),
    ]),
    "two forms at once": (JUST_ONE, {"path": "/", "command": []}, [
        ((), "`path` and `command` exclude each other", ""),
    ]),
    "two forms at once, of values": ({"oneOf": [{"type": "integer"}, {"minimum": 1}]}, 2, [
        ((), "fits more than one of the forms allowed here", ""),
    ]),
    "a field refused": ({"not": {"required": ["a"]}}, {"a": 1}, [(("a",), "is not allowed here", "")]),
    "a value refused": ({"not": {"type": "string"}}, "x", [((), "is not allowed here", "")]),
    "never allowed": ({"properties": {"gone": False}}, {"gone": 1}, [(("gone",), "is not allowed here", "")]),
    "a condition": ({"if": {"required": ["a"]}, "then": {"required": ["b"]}}, {"a": 1}, [(("b",), "is missing", "")]),
    "the same mistake said twice": ({"allOf": [{"type": "string"}, {"type": "string"}]}, [], [
        ((), "is a list, expected a string", ""),
    ]),
    "a rare keyword": ({"contains": {"type": "string"}}, [7], [
        ((), "None of the value are valid under the given schema", ""),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_mistake_has_its_sentence(name):
    schema, document, expected = CASES[name]
    validator = Validator(schema)
    said = [(found.path, str(found), found.hint) for found in validator.violations(document)]
    assert said == expected
    assert not validator.is_valid(document)


def test_what_fits_is_valid_and_has_no_violations():
    validator = Validator(POD)
    document = {"containers": [{"name": "a", "port": 80}]}
    assert validator.is_valid(document)
    assert validator.violations(document) == []


def test_a_violation_without_expectation_is_its_message():
    assert str(Violation(("a",), "is missing")) == "is missing"


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"type": "strng"}, "type: the JSON Schema is not valid: is `strng`, expected one of .*"),
        ({"minLength": -1}, "minLength: the JSON Schema is not valid: is -1, expected at least 0"),
        # Helm's engines have no look-around: such a chart could not be installed.
        (
            {"properties": {"a": {"pattern": "(?=a)"}}},
            r"properties.a.pattern: .*: is `\(\?=a\)`, expected the format `regex`",
        ),
        ({"$ref": "#/nowhere"}, "the JSON Schema is not valid: .*/nowhere.*"),
        ({"$ref": "https://schemas.example.com/a.json"}, "the JSON Schema is not valid: .*Retrieval is disabled.*"),
    ],
)
def test_an_invalid_schema_is_refused_with_its_file(schema, message):
    with pytest.raises(InputError) as refused:
        Validator({"$schema": "http://json-schema.org/draft-07/schema#", **schema}, "chart/values.schema.json")
    assert re.match(f"chart/values.schema.json: {message}", str(refused.value))
