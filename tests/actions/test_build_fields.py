"""Every field of `build:` by what it changes in the chart that is made; a field without such a case is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartgen import yamlio
from chartgen.actions.charts import assembled
from chartgen.errors import InputError
from chartgen.spec.chartfields import BuildFields, MaintainerFields
from chartgen.spec.load import load

TEMPLATE = '{{- define "acme.note" }}{{ end }}\n'

CHART_YAML = {
    "name": ("acme", "acme"),
    "version": ("2.0.0", "2.0.0"),
    "description": ("Ours", "Ours"),
    "home": ("https://charts.example.com", "https://charts.example.com"),
    "sources": (["https://git.example.com/charts"], ["https://git.example.com/charts"]),
    "keywords": (["service", "acme"], ["service", "acme"]),
    "maintainers": (
        [{"name": "platform", "email": "p@example.com", "url": "https://example.com"}],
        [{"name": "platform", "email": "p@example.com", "url": "https://example.com"}],
    ),
    "icon": ("https://charts.example.com/icon.svg", "https://charts.example.com/icon.svg"),
}
"""Field -> what is written, and what Chart.yaml then says under the same name."""

ANNOTATIONS = {
    "license": ("Apache-2.0", {"artifacthub.io/license": "Apache-2.0"}),
    "annotations": (
        {"a/text": "x", "b/flag": True, "c/number": 3, "d/list": [{"name": "x"}], "e/gone": None},
        {"a/text": "x", "b/flag": "true", "c/number": "3", "d/list": '- name: "x"\n'},
    ),
}
"""Field -> what is written, and what is then among the annotations."""

ELSEWHERE = {
    "drop": "test_concerns_that_are_dropped_are_gone",
    "defaults": "test_defaults_stand_in_the_values",
    "overlay": "test_an_overlay_brings_templates",
    "require_signature": "tests/e2e/publish: a package that is not signed is refused",
    "signature_keys": "tests/e2e/publish: the keys whose signatures count",
    "signature_key_url": "tests/e2e/publish: Artifact Hub is told the key",
}


def chart(directory: Path, **build):
    spec = {
        "project": "platform",
        "environments": {"dev": {}},
        "services": {"web": {"image": "example.com/web:1"}},
        "build": build,
    }
    (directory / "chartgen.yaml").write_text(yamlio.dumps(spec))
    return assembled(load(directory))


@pytest.mark.parametrize("field", CHART_YAML)
def test_what_chart_yaml_says(tmp_path, field):
    written, expected = CHART_YAML[field]
    assert chart(tmp_path, **{field: written}).metadata[field] == expected


@pytest.mark.parametrize("field", ANNOTATIONS)
def test_what_annotations_say_beside_the_charts_own(tmp_path, field):
    written, expected = ANNOTATIONS[field]
    assert chart(tmp_path, **{field: written}).metadata["annotations"] == {"chartgen/contract": "1", **expected}


def test_concerns_that_are_dropped_are_gone(tmp_path):
    assert "ingress" not in chart(tmp_path, drop=["ingress"]).schema["properties"]


def test_defaults_stand_in_the_values(tmp_path):
    assert chart(tmp_path, defaults={"replicaCount": 7}).values["replicaCount"] == 7


def test_an_overlay_brings_templates(tmp_path):
    (tmp_path / "over" / "templates").mkdir(parents=True)
    (tmp_path / "over" / "templates" / "_acme.tpl").write_text(TEMPLATE)
    assert chart(tmp_path, overlay="over").files["templates/_acme.tpl"] == TEMPLATE.encode()


def test_every_field_has_its_case():
    assert {*CHART_YAML, *ANNOTATIONS, *ELSEWHERE} == set(BuildFields.model_fields)
    assert set(MaintainerFields.model_fields) == set(CHART_YAML["maintainers"][0][0])


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"maintainers": [{"email": "x@example.com"}]}, "build.maintainers[0].name"),
        ({"maintainers": [{"name": "x", "mail": "y"}]}, "did you mean `email`?"),
        ({"require_signature": "perhaps"}, "build.require_signature"),
        ({"licence": "MIT"}, "did you mean `license`?"),
    ],
)
def test_what_is_wrong_is_told_by_its_path(tmp_path, written, message):
    with pytest.raises(InputError) as raised:
        chart(tmp_path, **written)
    assert message in str(raised.value)
