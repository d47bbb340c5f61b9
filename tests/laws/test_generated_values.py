"""Properties of planning over random specs: what is planned is valid, the same each time, and knows its origins."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chartgen import yamlio
from chartgen.checks.values_schema import check_all
from chartgen.errors import InputError, Problem
from chartgen.jsonvalidation import Validator
from chartgen.model import Release
from chartgen.spec import schema
from chartgen.yamlio import List, Map, Node
from tests import cases, strategies

CASES = [case for case in cases.collect() if case.error is None and case.chart is None]


@given(strategies.projects())
@strategies.examples(25)
def test_what_is_planned_is_valid_and_the_same_each_time(files: dict[str, bytes]):
    releases = cases.plan_of(files).releases
    assert not check_all(releases, cases.values_schema())
    assert releases == cases.plan_of(files).releases
    for release in releases:
        origins_are_there(release, files)


@given(strategies.wild_projects())
@strategies.examples(120)
def test_whatever_is_written_is_refused_with_its_place_or_planned_validly(files: dict[str, bytes]):
    problems = problems_of(files)
    if not problems:
        assert not check_all(cases.shared(cases.plan_of(files).releases), cases.values_schema())
    for problem in problems:
        assert problem.where is not None or problem.path == "naming"
        lines = str(problem).split("\n")
        assert len(lines) == 1 + bool(problem.expected) + bool(problem.hint)
        assert all(line.isprintable() for line in lines)


def problems_of(files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    try:
        cases.plan_of(files)
    except InputError as error:
        return error.problems
    return ()


WRITTEN = b"""\
project: shop
vars: {a: &anchor [1, x], domain: shop.example}
defaults: {image: "example.com/{service}:1", labels: {owner: team}}
environments:
  dev: {kube_context: dev, overrides: {min_containers: 1}}
  prod: {extends: dev, regions: {eu: {wave: 1, kube_context: "{environment}-{region}"}}}
services:
  web:
    port: {http: 8080}
    public_uri: ["{vars.domain}", "*.shop.example/api"]
    links: [api, {redis: {host: HOST}}]
    files: {/etc/app: "text"}
    resource_request: {cpu: 100, memory: 64Mi}
    environments: {prod: {regions: {eu: {args: *anchor}}}}
  api: {ports: [{name: grpc, protocol: grpc, port: 9000}], depends_on: [redis]}
  redis: {chart: {path: charts/redis}, ports: {redis: {type: tcp, port: 6379}}, values: {image: "redis:8"}}
"""
_tokens = rb"""{ } [ ] : - * &x !!x << null ~ {vars.a} 1e400 --- ... # " ' | > ? % on *anchor 0 -1 environments"""
_pieces = st.sampled_from([b"", b" ", b"\n", b"  ", b"\t", b"\xff", b"\x00", *_tokens.split()])


@given(st.lists(st.tuples(st.integers(0, len(WRITTEN)), st.integers(0, 9), _pieces), min_size=1, max_size=4))
@strategies.examples(150)
def test_a_damaged_file_is_refused_or_planned_but_never_a_surprise(damages: list[tuple[int, int, bytes]]):
    text = WRITTEN
    for start, length, piece in damages:
        text = text[:start] + piece + text[start + length :]
    for problem in problems_of({"chartgen.yaml": text}):
        assert problem.where is not None


@given(strategies.projects())
@strategies.examples(20)
def test_the_editors_schema_takes_every_spec_that_is_right(files: dict[str, bytes]):
    fits_the_editors_schema(files)


def test_the_editors_schema_takes_every_case_that_is_right():
    for case in CASES:
        fits_the_editors_schema(case.files)


def fits_the_editors_schema(files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        if path.startswith("services/") or path == "chartgen.yaml":
            data = as_an_editor_reads(yamlio.load(content, path, keys_as_written=True).root)
            assert not _validator(path == "chartgen.yaml").violations(data), path


def as_an_editor_reads(node: Node) -> Any:
    """By YAML 1.2, to which `on` and `off` are strings."""
    if isinstance(node, Map):
        return {key: as_an_editor_reads(entry) for key, entry in node.entries.items()}
    if isinstance(node, List):
        return [as_an_editor_reads(item) for item in node.items]
    return node.text if isinstance(node.value, bool) and node.text not in ("true", "false") else node.value


@functools.cache
def _validator(is_project: bool) -> Validator:  # noqa: FBT001  # a cache's key
    return Validator(schema.project_schema() if is_project else schema.service_schema())


def test_the_values_of_cases_know_where_they_came_from():
    for case in CASES:
        for release in case.releases():
            origins_are_there(release, case.files)


def origins_are_there(release: Release, files: Mapping[str, bytes]) -> None:
    """Every origin is a place in a file where something is written."""
    for path, where in release.generated.origins.items():
        lines = files[where.file].decode().split("\n")
        assert 1 <= where.line <= len(lines), path
        line = lines[where.line - 1]
        assert line[where.column - 1 :].strip() or where.line == 1, path
