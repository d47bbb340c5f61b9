from __future__ import annotations

from dataclasses import replace

import pytest

from chartgen import yamlio
from chartgen.checks.values_schema import ValuesSchema, check, check_all
from chartgen.errors import InputError, Problem, Where
from chartgen.model import Chart, ChartRef, Layer, Release

OPTIONAL_TEXT = {"type": ["string", "null"]}
SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "object",
    "required": ["replicaCount"],
    "additionalProperties": False,
    "properties": {
        "replicaCount": {"type": "integer", "minimum": 0},
        "image": {
            "type": "object",
            "required": ["repository"],
            "additionalProperties": False,
            "properties": {"repository": {"type": "string"}, "tag": OPTIONAL_TEXT, "digest": OPTIONAL_TEXT},
        },
        "env": {"type": "object", "propertyNames": {"pattern": "^[A-Z_]+$"}, "additionalProperties": OPTIONAL_TEXT},
        "args": {"type": "array", "items": {"type": "string"}},
        "budget": {"type": "object", "not": {"required": ["minAvailable", "maxUnavailable"]}},
        "global": {},
    },
}
DEFAULTS = {"replicaCount": 2, "image": {"repository": "", "tag": ""}, "env": {}}


def chart(schema=SCHEMA, defaults=DEFAULTS):
    return Chart("microservice", "1.0.0", {}, {}, defaults, schema, "")


def written(file, text):
    """A layer as the developer wrote it."""
    document = yamlio.load(text, file)
    return Layer(file, document.data, document.origins)


def release(*developer, generated="image: {repository: example.com/web}\n", environment="dev"):
    return Release(
        project="boutique",
        environment=environment,
        region=None,
        service="web",
        name="web",
        namespace="apps",
        kube_context=None,
        chart=ChartRef("microservice"),
        generated=replace(written("chartgen.yaml", generated), file=f"deploy/{environment}/values/web.yaml"),
        developer=developer,
    )


def said(*developer, generated="image: {repository: example.com/web}\n"):
    problems = check(release(*developer, generated=generated), ValuesSchema.of(chart()))
    return [(str(problem.where), problem.path, problem.message) for problem in problems]


def test_values_that_fit_have_no_problems():
    assert said(written("values/web.yaml", "replicaCount: 3\nglobal: {a: 1}\n")) == []


def test_a_problem_says_all_there_is_to_know():
    layer = written("values/web.yaml", "# ours\nimage:\n  tga: v1\n")
    assert check(release(layer), ValuesSchema.of(chart())) == [
        Problem(
            "unknown field `tga`",
            Where("values/web.yaml", 3, 3),
            "image.tga",
            "one of `repository`, `tag`, `digest`",
            "did you mean `tag`?",
        )
    ]


BASE = "image:\n  repository: a\n  tag: 1\nargs: [x, 2]\nenv:\n  bad: a\n"

# the developer's files, weakest first, over generated values; file, path and message of each problem
CASES = {
    "in the spec": ([], "replicaCount: two\n", [("chartgen.yaml:1:1", "replicaCount", "is a string")]),
    "the strongest that wrote it": (
        ["replicaCount: two", "env: {}\nreplicaCount: three"],
        "replicaCount: one\n",
        [("values/1.yaml:2:1", "replicaCount", "is a string")],
    ),
    "a weaker one, where the stronger says nothing of it": (
        ["image: {tag: 7}", "image: {digest: a}"],
        "replicaCount: 1\n",
        [("values/0.yaml:1:9", "image.tag", "is the number 7")],
    ),
    "the one that removed what is required": (
        ["replicaCount: null", "env: {}"],
        "replicaCount: 1\n",
        [("values/0.yaml:1:1", "replicaCount", "is missing")],
    ),
    "the entry of the list that counts": (
        ["args: [a, 1, 2]", "args: [a, b, 3]"],
        "args: [1]\n",
        [("values/1.yaml:1:14", "args[2]", "is the number 3")],
    ),
    "a name": (["env:\n  lower: x"], "{}\n", [("values/0.yaml:2:3", "env.lower", "is not allowed as a name")]),
    "two layers at odds": (
        ["env: {}\nbudget: {minAvailable: 1}"],
        "budget: {maxUnavailable: 1}\n",
        [("values/0.yaml:2:1", "budget", "`minAvailable` and `maxUnavailable` exclude each other")],
    ),
    "a map where a stronger one put none": (
        ["image: {tag: 1}", "image: none"],
        "{}\n",
        [("values/1.yaml:1:1", "image", "is a string")],
    ),
    "a null over nothing": (["args: null"], "{}\n", [("values/0.yaml:1:1", "args", "is null")]),
    "a null over a default removes it": (["env: null"], "{}\n", []),
    "a null over a lower file's entry stays, and is allowed where the schema says so": (
        ["env: {A: null}"],
        "env: {A: x}\n",
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_mistake_stands_where_it_was_written(name):
    texts, generated, expected = CASES[name]
    layers = [written(f"values/{number}.yaml", text) for number, text in enumerate(texts)]
    assert said(*layers, generated=generated) == expected


def test_all_mistakes_of_a_file_are_found():
    assert {path for _, path, _ in said(written("values/web.yaml", BASE))} == {"image.tag", "args[1]", "env.bad"}


def test_what_nobody_wrote_is_missing_from_the_spec():
    problems = check(release(), ValuesSchema.of(chart(defaults={})))
    assert [str(problem) for problem in problems] == ["chartgen.yaml:1:1: replicaCount: is missing"]


def test_a_wrong_default_is_the_charts():
    problems = check(release(), ValuesSchema.of(chart(defaults=DEFAULTS | {"replicaCount": -1}), "charts/own"))
    assert [str(problem) for problem in problems] == [
        "charts/own/values.yaml: replicaCount: is -1\n  expected: at least 0"
    ]


def test_a_chart_without_a_schema_takes_anything():
    schema = ValuesSchema.of(chart(schema=None))
    assert check(release(written("values/web.yaml", "anything: goes\n")), schema) == []


def test_a_chart_with_an_invalid_schema_is_refused():
    with pytest.raises(InputError, match=r"^microservice/values\.schema\.json: type: the JSON Schema is not valid"):
        ValuesSchema.of(chart(schema={"type": "strng"}))


def test_a_mistake_in_a_shared_file_is_said_once():
    layer = written("values/web.yaml", "imag: {}\n")
    releases = [release(layer, environment=environment) for environment in ("dev", "staging", "prod")]
    assert [problem.hint for problem in check_all(releases, ValuesSchema.of(chart()))] == ["did you mean `image`?"]


def test_a_file_that_is_wrong_in_some_releases_only_says_in_which():
    layer = written("values/web.yaml", "budget: {minAvailable: 1}\n")
    at_odds = "image: {repository: a}\nbudget: {maxUnavailable: 1}\n"
    releases = [
        release(layer),
        *(release(layer, environment=name, generated=at_odds) for name in ("staging", "prod")),
        *(release(layer, environment=name, generated=at_odds) for name in ("canary", "demo")),
    ]
    (problem,) = check_all(releases[:3], ValuesSchema.of(chart()))
    assert problem.hint == "only in staging/web, prod/web"
    (problem,) = check_all(releases, ValuesSchema.of(chart()))
    assert problem.hint == "only in staging/web, prod/web, canary/web and 1 more"
