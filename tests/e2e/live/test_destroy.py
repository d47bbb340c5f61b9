"""An environment goes, and leaves nothing behind but what is named. `recover` uninstalls with either helm."""

from __future__ import annotations

from tests.e2e.live import installed

LASTING = {"hooks": ["post-install"], "hook_delete_policy": ["before-hook-creation"], "commands": ["/migrate"]}


def test_nothing_stays_but_what_is_named(shop4):
    services = {**installed.SERVICES, "worker": {"jobs": {"migrate": LASTING}}}
    installed.write(shop4.chartgen.directory, shop4.namespace, services)
    shop4.chartgen("render", "-q")
    shop4.install("store", "web", "worker")

    planned = shop4.chartgen("destroy", "-e", "dev", "-s", "store", code=1)
    claim = f"claim {shop4.namespace}/data-store-0 (1Gi) of store"
    assert f"{claim}: stays; --delete-volumes removes it\nweb stays, and needs store\n" in planned.out
    assert "nothing was done: `--confirm dev` does it" in planned.err
    assert "the name is dev" in shop4.chartgen("destroy", "-e", "dev", "--confirm", "shop", code=1).err
    assert shop4.state("store") == (1, "deployed")

    done = shop4.chartgen("destroy", "-e", "dev", "--confirm", "dev")
    assert f"namespace {shop4.namespace} stays: it holds PersistentVolumeClaim/data-store-0\n" in done.out
    assert "Job/worker-migrate, a hook of worker, is deleted\n" in done.out
    order = [line.split(":")[0] for line in done.err.splitlines() if line.endswith("uninstalling")]
    assert order.index("dev/web") < order.index("dev/store")
    assert [shop4.names(kind) for kind in ("secrets", "jobs", "services")] == [[], [], []]

    assert f"{claim}: stays" in shop4.chartgen("destroy", "-e", "dev").out
    last = shop4.chartgen("destroy", "-e", "dev", "--confirm", "dev", "--delete-volumes")
    assert f"namespace {shop4.namespace} is deleted\n" in last.out
    assert shop4.phase() == ""


def test_what_was_there_before_and_what_is_anothers_stays(shop4):
    with shop4.cluster.namespace(shop4.namespace):
        shop4.upgrade("worker")  # by which Helm 4 writes its label on the namespace
        shop4.install_as("store", "store", project="other")
        done = shop4.chartgen("destroy", "-e", "dev", "--confirm", "dev")
        assert f"release {shop4.namespace}/store is store of other/dev, and is left alone\n" in done.err
        assert f"namespace {shop4.namespace} stays: it holds " in done.out
        assert (shop4.phase(), shop4.state("worker"), shop4.state("store")) == ("Active", None, (1, "deployed"))
