from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest

from chartgen.errors import Problem, Where
from chartgen.model import Finding
from chartgen.report import FORMS, Ink, Outcome, View, columns, render, summary

TYPO = Finding(
    rule="kubernetes-schema",
    severity="error",
    message="unknown field `imag`",
    release="dev/cartservice",
    object="Deployment/cartservice",
    path="spec.template.spec.containers[0].imag",
    where=Where("microservice/templates/deployment.yaml"),
    remedy="did you mean `image`?",
)
NOTE = Finding(rule="tag", severity="warning", message="has no tag", release="prod/eu-north/frontend", object="Pod/a")
PROBLEM = Problem(
    "unknown field `repilcas`",
    Where("values/frontend.yaml", 3, 1),
    "repilcas",
    "one of `replicas`, `image`",
    "did you mean `replicas`?",
)


def everywhere(finding, releases):
    return tuple(replace(finding, release=release, object=f"Deployment/{release[4:]}") for release in releases)


# ---- the table ------------------------------------------------------------------------------------------------------

TABLES = {
    "nothing found": (Outcome(releases=36, manifests=1210), "no problems in 36 releases, 1,210 manifests\n"),
    "a problem": (
        Outcome(problems=(PROBLEM,), releases=1),
        """\
error  values/frontend.yaml:3:1: repilcas: unknown field `repilcas`
       expected: one of `replicas`, `image`
       hint: did you mean `replicas`?

1 error in 1 release, 0 manifests
""",
    ),
    "findings stand under their release, worst first": (
        Outcome((replace(NOTE, release="dev/cartservice"), NOTE, TYPO), releases=2, manifests=3, skipped=1),
        """\
warning  Pod/a: has no tag [tag]
         in 2 releases: dev/cartservice, prod/eu-north/frontend

dev/cartservice
  error  Deployment/cartservice: spec.template.spec.containers[0].imag: unknown field `imag` [kubernetes-schema]
         did you mean `image`?
         at microservice/templates/deployment.yaml

1 error and 2 warnings in 2 releases, 3 manifests (1 custom resource not checked)
""",
    ),
    "what many releases share is said once": (
        Outcome(everywhere(TYPO, ["dev/a", "dev/b", "dev/c", "dev/d", "dev/e", "dev/f", "dev/g"]), releases=7),
        """\
error  Deployment: spec.template.spec.containers[0].imag: unknown field `imag` [kubernetes-schema]
       did you mean `image`?
       at microservice/templates/deployment.yaml
       in 7 releases: dev/a, dev/b, dev/c, dev/d, dev/e and 2 more

7 errors in 7 releases, 0 manifests
""",
    ),
    "one object in several releases keeps its name": (
        Outcome((replace(NOTE, release="dev/a"), replace(NOTE, release="prod/a")), releases=2, manifests=1),
        """\
warning  Pod/a: has no tag [tag]
         in 2 releases: dev/a, prod/a

2 warnings in 2 releases, 1 manifest
""",
    ),
    "the same twice in one release is not shared": (
        Outcome((NOTE, replace(NOTE, object="Pod/b")), releases=1),
        """\
prod/eu-north/frontend
  warning  Pod/a: has no tag [tag]
  warning  Pod/b: has no tag [tag]

2 warnings in 1 release, 0 manifests
""",
    ),
    "a finding of no release": (
        Outcome((replace(NOTE, release="", object="", severity="info"),)),
        "info  has no tag [tag]\n\n1 info in 0 releases, 0 manifests\n",
    ),
    "what would steer a terminal is spelt out": (
        Outcome((replace(NOTE, message="is \x1b[31mred\n\u202e", release="x\x07"),)),
        "x\\x07\n  warning  Pod/a: is \\x1b[31mred\\n\\u202e [tag]\n\n1 warning in 0 releases, 0 manifests\n",
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_the_table_reads_like_this(name):
    outcome, expected = TABLES[name]
    assert render(outcome) == expected


ACCEPTED = replace(NOTE, allowed="it keeps its state", where=Where("chartgen.yaml", 7, 3))
ADVICE = replace(NOTE, severity="info", release="dev/a")


def test_what_the_spec_accepts_and_notes_are_counted_and_listed_when_asked_for():
    outcome = Outcome((ACCEPTED, ADVICE))
    accepted = """\
prod/eu-north/frontend
  allowed  Pod/a: has no tag [tag]
           because: it keeps its state
           at chartgen.yaml:7:3

"""
    advice = "dev/a\n  info  Pod/a: has no tag [tag]\n\n"
    counted = "1 info in 0 releases, 0 manifests (1 allowed)\n"
    assert render(outcome, view=View.WARNINGS) == counted
    assert render(outcome, view=View.NOTES) == advice + counted
    assert render(outcome, view=View.ALL) == advice + accepted + counted
    assert [each["allowed"] for each in json.loads(render(outcome, "json", view=View.ALL))] == [
        "",
        "it keeps its state",
    ]


def test_colour_only_when_asked_for_and_the_text_is_the_same():
    outcome = Outcome((TYPO, NOTE), (PROBLEM,), releases=2)
    coloured = render(outcome, ink=Ink.COLOUR)
    assert "\x1b[1;31merror\x1b[0m" in coloured
    assert "\x1b[33mwarning\x1b[0m" in coloured
    plain = coloured
    for code in ("\x1b[1;31m", "\x1b[33m", "\x1b[1m", "\x1b[2m", "\x1b[0m"):
        plain = plain.replace(code, "")
    assert plain == render(outcome)


def test_the_order_of_the_findings_does_not_matter():
    findings = (TYPO, NOTE, *everywhere(TYPO, ["dev/a", "dev/b"]))
    for form in FORMS:
        assert render(Outcome(findings), form) == render(Outcome(findings[::-1]), form)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome((NOTE,), (PROBLEM,), 1, 1), "1 error and 1 warning in 1 release, 1 manifest"),
        (
            Outcome((NOTE, NOTE, replace(NOTE, severity="info")), (PROBLEM,) * 2, 2, 2, 2),
            "2 errors, 2 warnings and 1 info in 2 releases, 2 manifests (2 custom resources not checked)",
        ),
    ],
)
def test_the_summary_counts(outcome, expected):
    assert summary(outcome) == expected


# ---- JSON -----------------------------------------------------------------------------------------------------------


def test_json_is_one_array_of_objects_with_the_same_fields():
    found = json.loads(render(Outcome((NOTE, TYPO), (PROBLEM,)), "json"))
    assert found == [
        {
            "rule": "input",
            "severity": "error",
            "message": "unknown field `repilcas`",
            "expected": "one of `replicas`, `image`",
            "remedy": "did you mean `replicas`?",
            "release": "",
            "object": "",
            "path": "repilcas",
            "allowed": "",
            "file": "values/frontend.yaml",
            "line": 3,
            "column": 1,
        },
        {
            "rule": "kubernetes-schema",
            "severity": "error",
            "message": "unknown field `imag`",
            "expected": "",
            "remedy": "did you mean `image`?",
            "release": "dev/cartservice",
            "object": "Deployment/cartservice",
            "path": "spec.template.spec.containers[0].imag",
            "allowed": "",
            "file": "microservice/templates/deployment.yaml",
            "line": None,
            "column": None,
        },
        {
            "rule": "tag",
            "severity": "warning",
            "message": "has no tag",
            "expected": "",
            "remedy": "",
            "release": "prod/eu-north/frontend",
            "object": "Pod/a",
            "path": "",
            "allowed": "",
            "file": None,
            "line": None,
            "column": None,
        },
    ]


def test_json_leaves_no_field_of_a_finding_out():
    (entry,) = json.loads(render(Outcome((TYPO,)), "json"))
    assert {field.name for field in fields(Finding)} - {"where"} <= set(entry)


def test_json_of_nothing_is_an_empty_array():
    assert render(Outcome(releases=3), "json") == "[]\n"


def test_json_is_never_coloured():
    outcome = Outcome((TYPO,), (PROBLEM,))
    assert render(outcome, "json", Ink.COLOUR) == render(outcome, "json")


# ---- plain columns --------------------------------------------------------------------------------------------------


def test_columns_are_aligned_and_an_empty_cell_is_a_dash():
    rows = [["frontend", "dev", "", "v0.10.6"], ["adservice", "prod", "eu-north", "v0.10.6"]]
    assert columns(["service", "environment", "region", "image"], rows) == (
        "SERVICE     ENVIRONMENT   REGION     IMAGE\n"
        "frontend    dev           -          v0.10.6\n"
        "adservice   prod          eu-north   v0.10.6\n"
    )


def test_columns_without_rows_are_the_headers():
    assert columns(["name", "namespace"], []) == "NAME   NAMESPACE\n"


def test_columns_do_not_end_in_blanks():
    assert columns(["a", "b"], [["long", "x"], ["s", "longer"]]) == "A      B\nlong   x\ns      longer\n"


def test_columns_spell_out_what_would_steer_a_terminal():
    assert columns(["a"], [["\x1b[2J"]]) == "A\n\\x1b[2J\n"
