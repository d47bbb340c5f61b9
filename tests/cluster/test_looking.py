"""Looks beside what helm does: they go on whatever one of them meets, and end with the block."""

from __future__ import annotations

import threading
import time

from chartgen.cluster.looking import looking
from chartgen.errors import ToolError


def test_looks_go_on_after_one_that_fails_and_end_with_the_block():
    looks = 0
    enough = threading.Event()

    def look():
        nonlocal looks
        looks += 1
        if looks == 3:
            enough.set()
        raise ToolError("the API server does not answer")

    with looking(look, 0.001):
        assert enough.wait(10)
    seen = looks
    time.sleep(0.05)
    assert looks == seen


def test_slow_looks_are_few():
    """One that takes a tenth of a second is followed by two seconds without."""
    looks: list[float] = []

    def look():
        looks.append(time.monotonic())
        time.sleep(0.1)

    with looking(look, 0.001):
        time.sleep(0.5)
    assert len(looks) == 1
