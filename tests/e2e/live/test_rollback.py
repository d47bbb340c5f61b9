"""Releases taken back to what they were, and what is shown of their past."""

from __future__ import annotations

import json


def test_a_release_goes_back_and_its_history_says_so(shop_by_either):
    shop = shop_by_either
    for tag in ("1", "2"):
        shop.upgrade("worker", tag)

    planned = shop.chartgen("rollback", "worker", "-e", "dev", code=1)
    assert "dev/worker: revision 2 (deployed) → 1\n" in planned.out
    assert "  images: example.com/shop/worker:2 → example.com/shop/worker:1\n" in planned.out
    assert "  Deployment/worker: its pods are replaced\n" in planned.out
    assert "the spec still says otherwise" in planned.err
    assert shop.state("worker") == (2, "deployed")

    done = shop.chartgen("rollback", "worker", "-e", "dev", "--yes")
    assert done.out.endswith("dev/worker is what it was in revision 1\n")
    assert shop.image("deployment", "worker").endswith("worker:1")
    told = json.loads(shop.chartgen("history", "worker", "-e", "dev", "-o", "json").out)
    assert [(each["revision"], each["status"], each["images"]) for each in told] == [
        (1, "superseded", ["example.com/shop/worker:1"]),
        (2, "superseded", ["example.com/shop/worker:2"]),
        (3, "deployed", ["example.com/shop/worker:1"]),
    ]
    table = shop.chartgen("history", "-e", "dev").out.splitlines()
    assert [line.split()[:3] for line in table[1:]] == [["worker", "-", str(number)] for number in (1, 2, 3)]


def test_only_what_failed_goes_back_unless_it_is_named(shop):
    shop.upgrade("worker")
    shop.upgrade("store")
    shop.upgrade("store", "2")
    assert "nothing to roll back" in shop.chartgen("rollback", "-e", "dev").err

    # What changed in the last hour, to what was there before: nothing was.
    said = shop.chartgen("rollback", "-e", "dev", "--since", "1h").err
    assert "dev/store was not there before, and stays\n  hint: `chartgen destroy -e dev -s store` removes it" in said
    shop.helm(*shop._upgrade("web", "1"), "--set-string", "x-chartgen.project=other")
    foreign = shop.chartgen("rollback", "web", "-e", "dev", code=1).err
    assert f"release {shop.namespace}/web is web of other/dev, and is left alone" in foreign


def test_one_that_never_becomes_ready_is_told_with_the_reason(shop):
    shop.upgrade("worker", "broken")  # deployed, as nobody waited for it
    shop.upgrade("worker", "2")
    done = shop.chartgen("rollback", "worker", "-e", "dev", "--yes", code=4)
    assert "error: dev/worker: release worker failed: " in done.err
    assert shop.state("worker") == (3, "failed")

    # And without a name, what failed goes back to what was deployed last.
    back = shop.chartgen("rollback", "-e", "dev", "--yes")
    assert "dev/worker: revision 3 (failed) → 2" in back.out
    assert shop.state("worker") == (4, "deployed")
    wrong = shop.chartgen("rollback", "worker", "-e", "dev", "--to", "3", code=2).err
    assert "revision 3 of worker never was deployed\n  expected: one of 1, 2" in wrong
