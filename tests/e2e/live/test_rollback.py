"""Releases taken back to what they were, and what is shown of their past. `recover` rolls back with either helm."""

from __future__ import annotations

import json


def test_a_release_goes_back_and_its_history_says_so(shop3):
    for tag in ("1", "2"):
        shop3.upgrade("worker", tag)

    planned = shop3.chartgen("rollback", "worker", "-e", "dev", code=1)
    assert "dev/worker: revision 2 (deployed) → 1\n" in planned.out
    assert "  images: example.com/shop/worker:2 → example.com/shop/worker:1\n" in planned.out
    assert "  Deployment/worker: its pods are replaced\n" in planned.out
    assert "the spec still says otherwise" in planned.err
    assert shop3.state("worker") == (2, "deployed")

    done = shop3.chartgen("rollback", "worker", "-e", "dev", "--yes")
    assert done.out.endswith("dev/worker is what it was in revision 1\n")
    assert shop3.image("deployment", "worker").endswith("worker:1")
    told = json.loads(shop3.chartgen("history", "worker", "-e", "dev", "-o", "json").out)
    assert [(each["revision"], each["status"], each["images"]) for each in told] == [
        (1, "superseded", ["example.com/shop/worker:1"]),
        (2, "superseded", ["example.com/shop/worker:2"]),
        (3, "deployed", ["example.com/shop/worker:1"]),
    ]
    table = shop3.chartgen("history", "-e", "dev").out.splitlines()
    assert [line.split()[:3] for line in table[1:]] == [["worker", "-", str(number)] for number in (1, 2, 3)]


def test_only_what_failed_goes_back_unless_it_is_named(shop4):
    shop4.upgrade("worker", "broken")  # deployed, as nobody waited for it
    shop4.upgrade("worker", "2")
    assert "nothing to roll back" in shop4.chartgen("rollback", "-e", "dev").err
    # What changed in the last hour, to what was there before: nothing was.
    said = shop4.chartgen("rollback", "-e", "dev", "--since", "1h", code=1).err
    assert "dev/worker was not there before, and stays\n  hint: `chartgen destroy -e dev -s worker` removes it" in said

    failed = shop4.chartgen("rollback", "worker", "-e", "dev", "--yes", code=4)
    assert "error: dev/worker: release worker failed: " in failed.err
    assert shop4.state("worker") == (3, "failed")

    back = shop4.chartgen("rollback", "-e", "dev", "--yes")
    assert "dev/worker: revision 3 (failed) → 2" in back.out
    assert shop4.state("worker") == (4, "deployed")
    wrong = shop4.chartgen("rollback", "worker", "-e", "dev", "--to", "3", code=2).err
    assert "revision 3 of worker never was deployed\n  expected: one of 1, 2" in wrong
