"""An environment goes, and leaves nothing behind but what is named."""

from __future__ import annotations

import json


def test_nothing_stays_but_what_is_named(shop_by_either):
    shop = shop_by_either
    for service in ("store", "web", "worker"):
        shop.upgrade(service)

    planned = shop.chartgen("destroy", "-e", "dev", code=1)
    claim = f"claim {shop.namespace}/data-store-0 (1Gi) of store"
    assert f"{claim}: stays; --delete-volumes removes it\n" in planned.out
    assert "nothing was done: `--confirm dev` does it" in planned.err
    assert "the name is dev" in shop.chartgen("destroy", "-e", "dev", "--confirm", "shop", code=1).err
    assert shop.state("web") == (1, "deployed")

    done = shop.chartgen("destroy", "-e", "dev", "--confirm", "dev")
    assert f"namespace {shop.namespace} stays: it holds PersistentVolumeClaim/data-store-0\n" in done.out
    order = [line.split(":")[0] for line in done.err.splitlines() if line.endswith("uninstalling")]
    assert order.index("dev/web") < order.index("dev/store")
    assert shop.names("secrets") == []
    assert shop.names("persistentvolumeclaims") == ["data-store-0"]

    assert f"{claim}: stays" in shop.chartgen("destroy", "-e", "dev").out
    last = shop.chartgen("destroy", "-e", "dev", "--confirm", "dev", "--delete-volumes")
    assert f"namespace {shop.namespace} is deleted\n" in last.out
    assert shop.phase() == ""
    assert shop.chartgen("destroy", "-e", "dev").err == "nothing to destroy\n"


def test_a_namespace_that_was_there_before_stays(shop):
    with shop.cluster.namespace(shop.namespace):
        shop.upgrade("worker")  # which makes Helm 4 write its label on the namespace
        done = shop.chartgen("destroy", "-e", "dev", "--confirm", "dev")
        assert done.out.endswith("made it, or has written on it\n")
        assert shop.phase() == "Active"


def test_what_is_another_projects_is_left_alone_and_keeps_the_namespace(shop):
    shop.upgrade("worker")
    shop.helm(*shop._upgrade("store", "1"), "--set-string", "x-chartgen.project=other")
    done = shop.chartgen("destroy", "-e", "dev", "--confirm", "dev")
    assert f"release {shop.namespace}/store is store of other/dev, and is left alone\n" in done.err
    assert f"namespace {shop.namespace} stays: it holds " in done.out
    assert shop.state("store") == (1, "deployed")
    assert shop.state("worker") is None


def test_a_part_goes_and_the_rest_is_told_what_it_misses(shop):
    shop.upgrade("store")
    shop.upgrade("web")
    done = shop.chartgen("destroy", "-e", "dev", "-s", "store", "--confirm", "dev", "--delete-volumes")
    assert "web stays, and needs store\n" in done.out
    assert json.loads(shop.helm("list", "-n", shop.namespace, "-o", "json"))[0]["name"] == "web"
    assert shop.names("persistentvolumeclaims") == []
