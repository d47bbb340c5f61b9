"""The JSON Schema for editors."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chartgen.concerns import CONCERNS
from chartgen.jsonvalidation import Validator
from chartgen.spec import schema
from chartgen.spec.services import KNOWN

PROJECT = {"project": "shop", "environments": {"dev": None}}


@pytest.fixture(scope="module")
def validator() -> Validator:
    return Validator(schema.project_schema())


def test_it_is_draft_07_without_remote_references():
    text = json.dumps(schema.project_schema())
    assert schema.project_schema()["$schema"] == "http://json-schema.org/draft-07/schema#"
    references = {part.split('"')[0] for part in text.split('"$ref": "')[1:]}
    assert {each for each in references if not each.startswith("#/definitions/layer/properties/")} == {
        "#/definitions/layer",
        "#/definitions/namespace",
        "#/definitions/reference",
        "#/definitions/resources",
        "#/definitions/service",
    }


def test_it_knows_every_field_with_its_description():
    layer = schema.project_schema()["definitions"]["layer"]["properties"]
    assert {*layer} == KNOWN
    assert not [name for name, node in layer.items() if not node.get("description")]
    for concern in CONCERNS:
        assert {*schema.concern_properties(concern.name)} == concern.known


@pytest.mark.parametrize(
    ("service", "path"),
    [
        ({"imgae": "x"}, ("imgae",)),
        ({"port": {"udp": 53}}, ("port", "udp")),
        ({"min_containers": -1}, ("min_containers",)),
        ({"min_containers": "two"}, ("min_containers",)),
        ({"env_vars": [{"name": "A"}]}, ("env_vars", 0)),
        ({"labels": {"a": "b c"}}, ("labels", "a")),
        ({"environments": {"dev": {"replicas": 2}}}, ("environments", "dev", "replicas")),
        (
            {"environments": {"dev": {"regions": {"eu": {"environments": {}}}}}},
            ("environments", "dev", "regions", "eu"),
        ),
    ],
)
def test_what_it_refuses(validator: Validator, service: dict[str, Any], path: tuple[str | int, ...]):
    found = validator.violations({**PROJECT, "services": {"web": {"image": "a:1", **service}}})
    assert [violation.path[: 2 + len(path)] for violation in found] == [("services", "web", *path)]


@pytest.mark.parametrize(
    "service",
    [
        None,
        {},
        {"min_containers": "{vars.least}"},
        {"port": {"http": "{vars.port}"}},
        {"env_vars": {"A": 1, "B": True, "C": None}},
        {"env_vars": [{"name": "A", "value": 1.5}]},
        {"links": ["a", {"b": "B"}, {"c": {"host": "C"}}, {"d": [{"url": "D"}]}]},
        {"links": {"a": None, "b": "B"}},
        {"secrets": ["A", {"B": {"key": "b"}}]},
        {"public_uri": "a.example"},
        {"public_uri": ["a.example"]},
        {"resource_limits": {"cpu": None, "memory": "1Gi"}},
        {"ingress_class": "{vars.class}"},
        {"volumes": {"tmp": "/tmp", "cache": {"path": "/cache", "size_limit": 64}}},
        {"environments": {"dev": None, "prod": {"regions": {"eu": {"min_containers": 2}}}}},
    ],
)
def test_what_it_takes(validator: Validator, service: Any):
    assert not validator.violations({**PROJECT, "services": {"web": service}})
    if service is not None:
        assert not Validator(schema.service_schema()).violations(service)
