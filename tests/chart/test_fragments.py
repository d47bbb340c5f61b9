"""What an organisation's own fragment may get wrong, and how it is told."""

from __future__ import annotations

import pytest

from chartgen.chart import fragments
from chartgen.chart.schema import bundle
from chartgen.errors import InputError
from chartgen.jsonvalidation import Validator

HEAD = "title: Team\ndescription: Who answers.\n"


def problems(*texts: str, name: str = "values-schemas/team.yaml") -> list[str]:
    """What is wrong with one or two fragments."""
    files = dict(zip((name, "overlay/values-schemas/other.yaml"), texts, strict=False))
    with pytest.raises(InputError) as raised:
        bundle(fragments.read({file: text.encode() for file, text in files.items()}))
    return [str(problem) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("proprties: {}\nproperties: {}\n", "values-schemas/team.yaml:3:1: proprties: a fragment has no such key"),
        ("", "values-schemas/team.yaml:1:1: `properties` is missing"),
        ("properties: []\n", "values-schemas/team.yaml:3:1: properties: is of the wrong type"),
        (
            "properties:\n  team: {type: string, descripton: who}\n",
            "values-schemas/team.yaml:4:24: properties.team.descripton: JSON Schema draft-07 has no such keyword",
        ),
        ("properties:\n  team: {type: string}\n", "values-schemas/team.yaml:4:3: properties.team: has no description"),
        ("properties:\n  team: {description: who}\n", "values-schemas/team.yaml:4:3: properties.team: has no type"),
        (
            "properties:\n  team: {type: strin, description: who}\n",
            "values-schemas/team.yaml:4:10: properties.team.type: is `strin`",
        ),
        (
            'properties:\n  team: {type: string, description: who, pattern: "^(?!x)"}\n',
            "values-schemas/team.yaml:4:42: properties.team.pattern: `^(?!x)` is no regular expression of Helm's",
        ),
        (
            'properties:\n  team: {$ref: "#/definitions/nobody", description: who}\n',
            'values-schemas/team.yaml:4:10: properties.team["$ref"]: refers to nothing',
        ),
        (
            "properties:\n  team: {type: object, description: who, properties: {name: {type: string}}}\n",
            "values-schemas/team.yaml:4:55: properties.team.properties.name: has no description",
        ),
        ("properties: 'x\n", "values-schemas/team.yaml:4:1: not YAML: found unexpected end of stream"),
    ],
)
def test_mistakes_are_told_with_their_place(body: str, message: str):
    assert problems(HEAD + body)[0].startswith(message)


def test_all_mistakes_are_told_at_once():
    assert len(problems(HEAD + "properties: {a: {type: string}, b: {description: x}, c: 3}\n")) >= 3


def test_one_value_has_one_owner():
    text = HEAD + "properties: {team: {type: string, description: who}}\n"
    where = "overlay/values-schemas/other.yaml:3:14"
    assert problems(text, text) == [
        f"{where}: properties.team: stands in values-schemas/team.yaml too: one concern owns it"
    ]


def test_a_fragment_is_named_after_its_concern():
    assert "is named after its concern" in problems(HEAD + "properties: {}\n", name="values-schemas/My Team.yaml")[0]


def test_what_holds_everywhere_is_added():
    text = (
        HEAD
        + """properties:
  team:
    type: object
    description: Who answers.
    required: [name]
    properties:
      name: {$ref: "#/definitions/word", description: Its name.}
      level: {enum: [low, high], type: string, description: How urgent.}
      pages:
        type: object
        description: By name.
        additionalProperties: {$ref: "#/definitions/word", description: One.}
definitions:
  word: {type: string, pattern: "^[a-z]+$"}
  unused: {type: string}
"""
    )
    schema = bundle(fragments.read({"values-schemas/team.yaml": text.encode()}))
    assert schema["properties"]["team"] == {
        "type": ["object", "null"],
        "description": "Who answers.",
        "required": ["name"],
        "properties": {
            "name": {"allOf": [{"$ref": "#/definitions/word"}, {"type": ["string"]}], "description": "Its name."},
            "level": {"enum": ["low", "high", None], "type": ["string", "null"], "description": "How urgent."},
            "pages": {
                "type": ["object", "null"],
                "description": "By name.",
                "additionalProperties": {"$ref": "#/definitions/word", "description": "One."},
            },
        },
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
    }
    assert schema["definitions"] == {"word": {"type": ["string", "null"], "pattern": "^[a-z]+$"}}
    validator = Validator(schema)
    assert validator.is_valid({"team": {"name": "shop", "level": None, "pages": {"a": None}, "x-mark": 1}})
    assert not validator.is_valid({"team": {"name": None}})
