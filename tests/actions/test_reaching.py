"""What is told of clusters that cannot be asked."""

from __future__ import annotations

from chartgen.actions.live import Target
from chartgen.actions.reaching import Reached, Unreached
from chartgen.errors import Problem

DEV, TEST, ASIA = (
    Target(environment, region, 1, context, (), ())
    for environment, region, context in (("dev", None, "small"), ("test", None, "small"), ("prod", "asia", "far"))
)
GONE, SILENT = Problem("cannot be reached"), Problem("does not answer")


def test_every_place_of_a_cluster_is_told_by_itself():
    reached: Reached[str] = Reached((), (Unreached((DEV, TEST), (GONE,)), Unreached((ASIA,), (SILENT,))))
    assert reached.places() == (("dev", GONE), ("test", GONE), ("prod/asia", SILENT))


def test_a_reason_is_told_once():
    reached: Reached[str] = Reached((), (Unreached((DEV, TEST), (GONE,)), Unreached((ASIA,), (GONE,))))
    assert reached.problems() == (GONE,)
