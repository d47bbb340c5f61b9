"""Properties of planning, over random specs: what is planned is valid, the same each time, and knows where it came from."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from chartgen import engine, yamlio
from chartgen.checks import kubernetes
from chartgen.checks.values_schema import check_all
from chartgen.errors import InputError
from chartgen.jsonvalidation import Validator
from chartgen.model import Release
from chartgen.spec import schema
from tests import cases, strategies

CASES = [case for case in cases.collect() if case.error is None and case.chart is None]


@given(strategies.projects())
@settings(max_examples=60)
def test_what_is_planned_is_valid_and_the_same_each_time(files: dict[str, bytes]):
    releases = cases.plan_of(files).releases
    assert not check_all(releases, cases.values_schema())
    assert releases == cases.plan_of(files).releases
    for release in releases:
        origins_are_there(release, files)


@given(strategies.wild_projects())
@settings(max_examples=300)
def test_whatever_is_written_is_refused_with_its_place_or_planned_validly(files: dict[str, bytes]):
    try:
        releases = cases.plan_of(files).releases
    except InputError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.where is not None or problem.path == "naming"
            assert "\n" not in str(problem.where) + problem.path + problem.message
        return
    assert not check_all(cases.shared(releases), cases.values_schema())


@given(st.lists(strategies.projects(), min_size=8, max_size=8))
@settings(max_examples=4)
def test_kubernetes_accepts_what_is_rendered(projects: list[dict[str, bytes]]):
    releases = [release for files in projects for release in cases.plan_of(files).releases]
    manifests = engine.choose().template(cases.shared_chart(), releases)
    assert {release.service for release in releases} <= {manifest.release.service for manifest in manifests}
    for version in (kubernetes.versions()[0], kubernetes.versions()[-1]):
        assert not kubernetes.check(manifests, version).findings


@given(strategies.projects())
@settings(max_examples=40)
def test_the_editors_schema_takes_every_spec_that_is_right(files: dict[str, bytes]):
    fits_the_editors_schema(files)


def test_the_editors_schema_takes_every_case_that_is_right():
    for case in CASES:
        fits_the_editors_schema(case.files)


def fits_the_editors_schema(files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        if path.startswith("services/") or path == "chartgen.yaml":
            data = yamlio.load(content, path, keys_as_written=True).data
            assert not _validator(path == "chartgen.yaml").violations(data), path


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
