"""A misspelt property is found wherever it stands, by its line, with the right name; and by Helm alone."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import settings

from chartgen import values, yamlio
from chartgen.checks.values_schema import check
from chartgen.errors import dotted
from chartgen.jsonvalidation import Validator
from chartgen.model import Layer
from tests import cases, properties
from tests.laws import random_specs

COUNT = 2000 * settings().max_examples // 100
FILE = "values/web.yaml"
HELM_TRIES = 25
RELEASE = cases.chart_release({})


@dataclass(frozen=True)
class Typo:
    """Values in which one property is misspelt: which, and what is meant."""

    values: dict[str, Any]
    path: tuple[str, ...]
    meant: str


@pytest.fixture(scope="module")
def typos() -> list[Typo]:
    choose = random.Random(0 if settings().derandomize else None)
    documents = [*_of_cases(), *_of_specs()]
    found: list[Typo] = []
    while len(found) < COUNT:
        document = choose.choice(documents)
        paths = [path for path in properties.paths(document) if properties.is_fixed(path) and len(path[-1]) > 3]
        if paths:
            found += _misspelt(document, choose.choice(paths), choose)
    return found


def _of_cases() -> Iterator[dict[str, Any]]:
    for case in (case for case in cases.collect() if case.error is None and case.is_rendered):
        for release in cases.shared(case.here(case.releases())):
            yield values.merge_all(layer.values for layer in release.layers)


def _of_specs() -> Iterator[dict[str, Any]]:
    for spec in random_specs.specs(random_specs.TOGETHER):
        yield from (dict(release.generated.values) for release in spec.releases)


def _misspelt(document: dict[str, Any], path: tuple[str, ...], choose: random.Random) -> Iterator[Typo]:
    """A letter lost, doubled, swapped with the next, or another: unless that is a name there too."""
    *parents, name = path
    at = choose.randrange(1, len(name) - 1)
    forms = (
        name[:at] + name[at + 1 :],
        name[:at] + name[at] + name[at:],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        name[:at] + "z" + name[at + 1 :],
        f"{name}s",
        name[0].upper() + name[1:],
    )
    typo = choose.choice(forms)
    if typo == name or properties.is_known((*parents, typo)):
        return
    wrong = copy.deepcopy(document)
    holder = wrong
    for part in parents:
        holder = holder[part]
    holder[typo] = holder.pop(name)
    yield Typo(wrong, (*parents, typo), name)


def test_chartgen_finds_each_with_its_line_and_what_is_meant(typos):
    for typo in typos:
        document = yamlio.load(yamlio.dumps(typo.values), FILE)
        layer = Layer(FILE, document.data, document.origins)
        found = check(replace(RELEASE, generated=layer), cases.values_schema())
        [problem] = [each for each in found if each.path == dotted(typo.path)]
        assert problem.message == f"unknown field `{typo.path[-1]}`"
        assert problem.hint.startswith("did you mean `"), problem
        assert problem.where is not None
        assert typo.path[-1] in yamlio.dumps(typo.values).splitlines()[problem.where.line - 1]


def test_what_is_proposed_is_nearly_always_what_was_meant(typos):
    schema, right = Validator(cases.shared_chart().schema or {}), 0
    for typo in typos[::10]:
        hints = [each.hint for each in schema.violations(typo.values) if each.path == typo.path]
        right += f"did you mean `{typo.meant}`?" in hints
    assert right >= 0.97 * len(typos[::10])


def test_the_plain_schema_refuses_each(typos):
    schema = Validator(cases.shared_chart().schema or {})
    assert [typo.path for typo in typos if schema.is_valid(typo.values)] == []


@pytest.mark.parametrize("major", ["helm3", "helm4"])
def test_helm_alone_refuses_them(request, tmp_path, typos, major):
    helm = request.getfixturevalue(major)
    for number, typo in enumerate(typos[:: len(typos) // HELM_TRIES]):
        told = properties.refusal_of_helm(helm, typo.values, tmp_path / f"{number}.yaml")
        assert typo.path[-1] in told, typo
