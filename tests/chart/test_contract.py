"""The contract: what values the chart takes, and that every room of it knows every concern."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartgen.chart.bundled import sources, sources_in
from chartgen.chart.generate import generated
from chartgen.chart.walk import ANY, Property
from chartgen.jsonvalidation import Validator
from tests.chart.contract import (
    ALL,
    EVERYTHING,
    FIXED,
    FRAGMENTS,
    OPTIONAL,
    SCHEMA,
    SHARED_HELPERS,
    VALIDATOR,
    places,
    with_entry,
)
from tests.chart.rendering import BASE, ROOT, base_chart


def test_generated_files_are_fresh():
    for path, content in generated(ROOT).items():
        assert (ROOT / path).read_bytes() == content, f"{path} is stale: run `make gen`"


def test_the_schema_is_draft_07_with_local_references():
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    text = (BASE / "values.schema.json").read_text(encoding="utf-8")
    assert text.count('"$ref"') == text.count('"$ref": "#/definitions/') + text.count('"$ref": "#/properties/')
    assert "(?" not in text


def test_the_schema_accepts_the_defaults_and_nothing_at_all():
    assert VALIDATOR.violations(base_chart().values) == []
    assert VALIDATOR.violations({}) == []


def test_everything_sets_every_property():
    assert VALIDATOR.violations(EVERYTHING) == []
    unset = [prop.dotted for prop in ALL if not list(places(EVERYTHING, prop))]
    # A digest stands instead of a tag, nginx publishes no TCP port; the probes share their keys, and so do Services.
    allowed = {"image.digest", "rollout.partition", "ports.<name>.ingressPort"}
    shared = ("livenessProbe.", "readinessProbe.", "startupProbe.", "service.")
    assert {path for path in unset if not path.startswith(shared)} == allowed
    last = {path.rpartition(".")[2] for path in unset if path.startswith(shared)}
    assert not last - {
        prop.path[-1] for prop in ALL if prop.path[0].endswith(("Probe", "Services")) and list(places(EVERYTHING, prop))
    }


@pytest.mark.parametrize("prop", ALL, ids=lambda prop: prop.dotted)
def test_every_property_is_documented(prop: Property):
    node = prop.node
    assert node["description"]
    assert len(node["description"]) < 200
    assert prop.path[-1] == ANY or "examples" in node or "properties" in node
    for example in node.get("examples", ()):
        schema = {**SCHEMA, "properties": {**SCHEMA["properties"], "example": node}}
        assert Validator(schema).violations({"example": example}) == []


@given(st.sampled_from(FIXED), st.from_regex(r"[a-z][A-Za-z]{2,9}", fullmatch=True))
def test_unknown_keys_are_refused_at_every_depth(path: tuple[str, ...], key: str):
    known = {prop.path[-1] for prop in ALL} | {"global"}
    if key not in known:
        wrong = with_entry(EVERYTHING, (*path, key), 1)
        assert [violation.path for violation in VALIDATOR.violations(wrong)] == [(*path, key)]


@pytest.mark.parametrize("path", FIXED, ids=".".join)
def test_keys_of_x_are_let_through_at_every_depth(path: tuple[str, ...]):
    for value in (1, "text", None, {"any": ["thing"]}):
        assert VALIDATOR.is_valid(with_entry(EVERYTHING, (*path, "x-mark"), value))


def test_global_is_let_through_at_the_top_alone():
    assert VALIDATOR.is_valid({**EVERYTHING, "global": {"any": {"thing": 1}}})
    assert not VALIDATOR.is_valid(with_entry(EVERYTHING, ("image", "global"), {}))


@pytest.mark.parametrize(("prop", "path"), OPTIONAL, ids=lambda part: ".".join(part) if isinstance(part, tuple) else "")
def test_what_is_optional_may_be_null(prop: Property, path: tuple[str, ...]):
    assert VALIDATOR.violations(with_entry(EVERYTHING, path, None)) == []


@pytest.mark.parametrize("prop", [prop for prop in ALL if prop.required], ids=lambda prop: prop.dotted)
def test_what_is_required_may_not_be_null(prop: Property):
    path = next(places(EVERYTHING, prop))
    assert not VALIDATOR.is_valid(with_entry(EVERYTHING, path, None))


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"env": {"PORT": 8080}}, ("env", "PORT")),
        ({"env": {"1A": "x"}}, ("env", "1A")),
        ({"ports": {"Http": {"containerPort": 1}}}, ("ports", "Http")),
        ({"ports": {"a-name-of-many-letters": {"containerPort": 1}}}, ("ports", "a-name-of-many-letters")),
        ({"ports": {"http": {"containerPort": 70000}}}, ("ports", "http", "containerPort")),
        ({"ports": {"http": {}}}, ("ports", "http", "containerPort")),
        ({"resources": {"requests": {"memroy": "1Gi"}}}, ("resources", "requests", "memroy")),
        ({"resources": {"requests": {"memory": "1GiB"}}}, ("resources", "requests", "memory")),
        ({"image": {"repository": "shop/web:1.0"}}, ("image", "repository")),
        ({"image": {"digest": "sha256:abc"}}, ("image", "digest")),
        ({"ingress": {"hosts": {"https://shop.example": {}}}}, ("ingress", "hosts", "https://shop.example")),
        ({"ingress": {"hosts": {"a.b": {"paths": {"x": {}}}}}}, ("ingress", "hosts", "a.b", "paths", "x")),
        ({"files": {"etc/app": {"content": ""}}}, ("files", "etc/app")),
        ({"labels": {"app.kubernetes.io/name": "x"}}, ("labels", "app.kubernetes.io/name")),
        ({"labels": {"a": "not a value"}}, ("labels", "a")),
        ({"livenessProbe": {"successThreshold": 2}}, ("livenessProbe", "successThreshold")),
        ({"rollout": {"maxSurge": "150%"}}, ("rollout", "maxSurge")),
        ({"metrics": {"port": "http", "interval": "30s1m"}}, ("metrics", "interval")),
        ({"metrics": {"port": "http", "timeout": ""}}, ("metrics", "timeout")),
    ],
)
def test_mistakes_are_found(values: dict[str, Any], path: tuple[str, ...]):
    assert [violation.path for violation in VALIDATOR.violations(values)] == [path]


def test_every_concern_stands_in_every_room():
    concerns = {fragment.concern for fragment in FRAGMENTS}
    helpers = {path.stem.removeprefix("_") for path in (BASE / "templates").glob("_*.tpl")}
    assert concerns <= helpers
    assert helpers - concerns == SHARED_HELPERS


def test_every_template_has_one_concern():
    owned = [template for fragment in FRAGMENTS for template in fragment.templates]
    assert sorted(owned) == sorted(path.name for path in (BASE / "templates").glob("*.yaml"))


def test_the_bundled_chart_is_the_one_of_the_checkout():
    assert sources() == sources_in(ROOT)
