"""Planning: where values come from, what stays apart, and how much it costs to be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartgen import plan
from chartgen.errors import InputError, Where
from chartgen.model import Layer
from chartgen.plan.order import _circles
from chartgen.spec import load
from tests.cases import plan_of

SPEC = b"""\
project: shop
defaults: {image: "example.com/{service}:1", env_vars: {A: defaults}}
environments:
  dev:
  prod:
    overrides: {min_containers: 3}
    regions:
      eu: {kube_context: eu, overrides: {resource_request: {cpu: 300}}}
services:
  web:
    port: {http: 8080}
    links: [{api: API}]
    environments:
      prod: {env_vars: {B: prod}}
"""
API = b"# The API.\nport: {grpc: 9000}\nimage: example.com/api:2\n"
FILES = {"chartgen.yaml": SPEC, "services/api.yaml": API}


def origins(place: str) -> Layer:
    [release] = [release for release in plan_of(FILES).releases if release.title == place]
    return release.generated


@pytest.mark.parametrize(
    ("place", "path", "written"),
    [
        ("prod/eu/web", (), "web:"),
        ("prod/eu/web", ("env", "A"), "defaults}}"),
        ("prod/eu/web", ("env", "B"), "prod}}"),
        ("prod/eu/web", ("replicaCount",), "3}"),
        ("prod/eu/web", ("resources", "requests", "cpu"), "300}"),
        ("prod/eu/web", ("resources", "limits", "cpu"), "300}}}"),
        ("prod/eu/web", ("ports", "http", "containerPort"), "8080}"),
        ("prod/eu/web", ("image",), "image: "),
        ("prod/eu/web", ("links", "api", "env", "API"), "links:"),
        ("prod/eu/api", ("image", "tag"), "image: example.com/api:2"),
        ("prod/eu/api", ("no", "such"), "# The API."),
    ],
)
def test_a_value_knows_where_it_was_written(place, path, written):
    where = origins(place).origin(path)
    assert FILES[where.file].decode().split("\n")[where.line - 1][where.column - 1 :].startswith(written)


def test_values_are_plain_data():
    for release in plan_of(FILES).releases:
        _plain(release.generated.values)
        assert all(
            type(each) in (str, int, type(None)) for each in (release.name, release.timeout, release.kube_context)
        )


def _plain(value: object) -> None:
    assert type(value) in (dict, list, str, int, float, bool, type(None))
    for inner in (
        [*value.keys(), *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        _plain(inner)


def test_the_spec_files_of_each_service_are_named():
    assert plan_of(FILES).sources == {"web": ("chartgen.yaml",), "api": ("chartgen.yaml", "services/api.yaml")}


def test_all_that_is_wrong_is_told_in_two_steps_or_in_one(tmp_path):
    """`load` tells what can be told of files, `plan` the rest; `read` both."""
    (tmp_path / "chartgen.yaml").write_bytes(SPEC.replace(b"{api: API}", b"apo").replace(b"port:", b"prot:"))
    with pytest.raises(InputError) as loading:
        load.load(tmp_path)
    with pytest.raises(InputError) as reading:
        plan.read(tmp_path)
    assert [problem.path for problem in loading.value.problems] == ["services.web.prot"]
    assert [problem.path for problem in reading.value.problems] == ["services.web.prot", "services.web.links[0]"]


def test_a_fault_of_a_default_is_told_once():
    many = b"".join(b"  s%d: {}\n" % number for number in range(50))
    spec = b'project: shop\ndefaults: {image: "a:1", labels: {owner: a b}}\nenvironments: {dev: , prod: }\nservices:\n'
    with pytest.raises(InputError) as raised:
        plan_of({"chartgen.yaml": spec + many})
    [problem] = raised.value.problems
    assert (problem.path, problem.where) == ("defaults.labels.owner", Where("chartgen.yaml", 2, 35))


@pytest.mark.parametrize(
    ("graph", "circles"),
    [
        ({"a": ("b",), "b": ()}, []),
        ({"a": ("a",)}, [["a", "a"]]),
        ({"a": ("b",), "b": ("c",), "c": ("a",)}, [["a", "b", "c", "a"]]),
        ({"x": ("a",), "a": ("b",), "b": ("a",)}, [["a", "b", "a"]]),
        ({"a": ("b", "c"), "b": ("d",), "c": ("d",), "d": ()}, []),
        ({"a": ("b",), "b": ("a",), "c": ("d",), "d": ("c",)}, [["a", "b", "a"], ["c", "d", "c"]]),
    ],
)
def test_circles(graph, circles):
    assert _circles(graph) == circles


def test_a_long_chain_is_no_trouble():
    names = [f"s{number}" for number in range(5000)]
    assert _circles({name: tuple(names[index + 1 : index + 2]) for index, name in enumerate(names)}) == []


def test_the_folder_does_not_matter():
    assert load.parse(FILES, Path("a")).services == load.parse(FILES, Path("b")).services


ROOM = b"""\
project: shop
labels: {owner: team}
managed_namespace: {quota: {pods: 10}, pod_security: baseline}
environments:
  dev: {managed_namespace: {quota: {services: 1}, access: {ops: {groups: [ops]}}}}
services: {web: {image: "a:1"}}
"""


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ((), "managed_namespace: {quota: {services"),
        (("namespace", "name"), "managed_namespace: {quota: {services"),
        (("namespace", "quota", "pods"), "10}"),
        (("namespace", "quota", "services"), "1}"),
        (("namespace", "podSecurity", "enforce"), "baseline}"),
        (("namespace", "access", "ops", "groups", 0), "ops]"),
        (("labels", "owner"), "team}"),
    ],
)
def test_a_namespaces_value_knows_where_it_was_written(path, written):
    room, _ = plan_of({"chartgen.yaml": ROOM}).releases
    where = room.generated.origin(path)
    assert ROOM.decode().split("\n")[where.line - 1][where.column - 1 :].startswith(written)
    _plain(room.generated.values)
