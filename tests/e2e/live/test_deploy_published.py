"""A deploy of a published chart: from its repository, as it is locked, or not at all."""

from __future__ import annotations

import datetime as dt

from chartgen import yamlio
from chartgen.chart import assemble, bundled
from chartgen.chart.package import package
from chartgen.publish.directory import Directory
from tests.e2e.live import project as projects
from tests.e2e.live.command import Command
from tests.publish.served import served


def publish(directory, description):
    chart = assemble.assemble(bundled.sources(), assemble.Build("acme", "1.0.0", description))
    Directory(directory).publish(package(chart), now=dt.datetime.now(dt.UTC))


def emptied(directory):
    for path in directory.glob("[!.]*.*"):
        path.unlink()


def test_the_chart_is_in_its_repository_as_it_is_locked(cluster, tmp_path):
    publish(tmp_path / "charts", "Ours")
    with served(tmp_path / "charts") as url:
        project = projects.write(tmp_path / "shop", services={"worker": {}})
        spec = project.directory / "chartgen.yaml"
        chart = {"name": "acme", "version": "1.0.0", "repository": url}
        spec.write_text(yamlio.dumps({**yamlio.loads(spec.read_bytes()), "chart": chart}))
        settings = {"CHARTGEN_CACHE_HOME": str(tmp_path / "cache")}
        settings |= {f"HELM_{name}_HOME": str(tmp_path / name) for name in ("CACHE", "CONFIG", "DATA")}
        chartgen = Command(cluster, project.directory, settings)
        with projects.cleared(project, cluster):
            chartgen("render")
            chartgen("deploy", "-e", "dev", "--yes")
            assert "1 unchanged" in chartgen("deploy", "-e", "dev", "--yes").err

            project.runs(worker="2")
            chartgen("render")
            emptied(tmp_path / "charts")
            assert "there is no version 1.0.0 of acme" in chartgen("deploy", "-e", "dev", "--yes", code=2).err
            publish(tmp_path / "charts", "Another")
            assert "has other bytes than chartgen.lock" in chartgen("deploy", "-e", "dev", "--yes", code=2).err
            emptied(tmp_path / "charts")
            publish(tmp_path / "charts", "Ours")
            chartgen("deploy", "-e", "dev", "--yes")
