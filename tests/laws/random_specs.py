"""Very many random specs, quickly: some are drawn, and all others bred from them, concern by concern.

Drawing one takes longer than planning and rendering it. So a few hundred services are drawn, and more are made by
giving one service some concerns of others: combinations that nobody thought of, which is what they are for. Where parts
do not go together (a probe of a port that the other service had), the spec says so, and another is bred.
"""

from __future__ import annotations

import functools
import itertools
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from hypothesis import settings

from chartgen import yamlio
from chartgen.concerns import CONCERNS
from chartgen.errors import InputError
from chartgen.model import Release
from tests import cases, strategies
from tests.laws import any_values

Fields = dict[str, Any]

DRAWN = 60
TOGETHER = 10
"""Services in one project: enough that reading it costs little a service, few enough that a wrong one is soon found."""

_NAME = "svc-name"
_OTHER = "svc-other"
_OTHERS: Mapping[str, Fields] = {_OTHER: {"image": "example.com/other:1", "port": {"http": 8080}}}
_ROOT: Fields = {"project": "shop", "environments": {"dev": {}}, "labels": {"owner": "team"}}
_MOST_CROSSED = 6


@dataclass(frozen=True)
class Spec:
    """A service as people would write it, and its releases."""

    name: str
    fields: Fields
    releases: tuple[Release, ...]

    def __str__(self) -> str:
        return f"services/{self.name}.yaml:\n{yamlio.dumps(self.fields)}"


def specs(count: int) -> list[Spec]:
    """So many services that are right, all concerns together."""
    derandomized = settings().derandomize
    choose = random.Random(0 if derandomized else None)
    found: list[Spec] = []
    bred = _bred(choose, _drawn())
    while len(found) < count:
        found += planned(dict(itertools.islice(bred, TOGETHER)))
    return found[:count]


def planned(services: Mapping[str, Fields]) -> list[Spec]:
    """The services that are right, each with its releases; those that are not are left out."""
    left = dict(services)
    while left:
        written = {**_OTHERS, **left}
        files = {f"services/{name}.yaml": yamlio.dumps(fields).encode() for name, fields in written.items()}
        try:
            plan = cases.plan_of({"chartgen.yaml": yamlio.dumps(_ROOT).encode(), **files})
        except InputError as error:
            wrong = {PurePosixPath(problem.where.file).stem for problem in error.problems if problem.where}
            if not wrong & left.keys():
                raise
            left = {name: fields for name, fields in left.items() if name not in wrong}
        else:
            releases = cases.shared(plan.releases)
            return [
                Spec(name, fields, tuple(release for release in releases if release.service == name))
                for name, fields in left.items()
            ]
    return []


@functools.cache
def _drawn() -> Sequence[Fields]:
    return any_values.many(strategies.services(_NAME, _OTHERS), strategies.examples(DRAWN))


def _bred(choose: random.Random, drawn: Sequence[Fields]) -> Iterator[tuple[str, Fields]]:
    owned = [*(concern.known for concern in CONCERNS), set().union(*drawn).difference(*(c.known for c in CONCERNS))]
    number = 0
    while True:
        fields = dict(choose.choice(drawn))
        for known in choose.sample(owned, choose.randint(0, _MOST_CROSSED)):
            other = choose.choice(drawn)
            fields = {key: value for key, value in fields.items() if key not in known}
            fields |= {key: value for key, value in other.items() if key in known}
        number += 1
        name = f"svc-{number}" + "-long" * choose.randint(0, 4)
        yield name, json.loads(json.dumps(fields).replace(_NAME, name))
