"""What would make a deploy fail is told before anything is sent; and what is told to do about it helps."""

from __future__ import annotations

import os
import re
import subprocess

import pytest

from chartgen import yamlio
from chartgen.actions.live import open_live, steps
from chartgen.actions.planning import Selection
from chartgen.actions.project import render_project
from chartgen.actions.template import render
from chartgen.cluster import preflight
from chartgen.cluster.api import connect
from chartgen.cluster.stored import current
from tests import tools
from tests.e2e.live import project as projects
from tests.e2e.live.command import Command

WEB = {"port": {"http": 8080}, "healthcheck_path": "/"}
STORE = {"ports": [{"name": "db", "type": "tcp", "port": 5432}], "persistent_storage": [{"path": "/data", "size": 1}]}


@pytest.fixture
def make(cluster, tmp_path, monkeypatch):
    """Writes a project with these services, and renders it."""
    monkeypatch.setenv("KUBECONFIG", str(cluster.kubeconfig))
    monkeypatch.setenv("CHARTGEN_KUBECTL", str(tools.find("kubectl")))
    namespaces = []

    def project(**services):
        made = projects.write(tmp_path, services=services, name="flight")
        render_project(tmp_path)
        namespaces.append(made.namespace)
        return made

    yield project
    for namespace in namespaces:
        cluster.kubectl("delete", "namespace", namespace, "--wait=false", "--ignore-not-found")


@pytest.fixture
def chartgen(cluster, tmp_path):
    return Command(cluster, tmp_path)


def change(project, service, **fields):
    """Says something else of a service."""
    file = project.directory / "chartgen.yaml"
    spec = yamlio.loads(file.read_bytes())
    spec["services"][service] |= fields
    file.write_text(yamlio.dumps(spec))
    render_project(project.directory)


def found(project, **options):
    """What there is to say against a deploy, by rule and object; infos are left out."""
    live = open_live(project.directory, Selection())
    used = live.charts()
    [target] = live.targets
    with connect(target.context) as api:
        sent = [step for step in steps(target, used, current(api, target.namespaces)) if step.action != "unchanged"]
        manifests = render([step.release for step in sent], used, None)
        said = preflight.check(api, sent, manifests, charts=used.by_ref, regions=(), **options)
    return {(finding.rule, finding.object): finding for finding in said if finding.severity != "info"}


def done(project, cluster, remedy):
    """Does the commands that a remedy names."""
    for command in re.findall(r"`(kubectl [^`]+)`", remedy):
        tool = str(tools.find("kubectl"))
        settings = {**os.environ, "KUBECONFIG": str(cluster.kubeconfig)}
        subprocess.run(["sh", "-c", f"{tool} {command.removeprefix('kubectl ')}"], env=settings, check=True)


def test_an_immutable_field_is_told_before_anything_is_sent_and_the_migration_works(make, chartgen, cluster):
    project = make(store=STORE)
    chartgen("deploy", "-e", "dev", "--yes")
    change(project, "store", persistent_storage=[{"path": "/data", "size": 2}])

    said = chartgen("deploy", "-e", "dev", "--yes", code=1)
    assert "changes spec.volumeClaimTemplates, which cannot change in place" in said.err
    [finding] = found(project, server_dry_run=True).values()
    assert (finding.rule, finding.object) == ("preflight-immutable", "StatefulSet/store")
    assert len(cluster.json("secret", "-n", project.namespace, "-l", "owner=helm")["items"]) == 1

    done(project, cluster, finding.remedy)
    assert not found(project, server_dry_run=True)
    chartgen("deploy", "-e", "dev", "--yes")
    claim = cluster.json("pvc", "data-store-0", "-n", project.namespace)
    assert claim["spec"]["resources"]["requests"]["storage"] == "2Gi"


def test_what_is_there_already_is_handed_over(make, chartgen, cluster):
    project = make(web=WEB)
    cluster.kubectl("create", "namespace", project.namespace)
    cluster.kubectl("create", "serviceaccount", "web", "-n", project.namespace)

    [finding] = found(project).values()
    assert (finding.rule, finding.object) == ("preflight-owner", "ServiceAccount/web")
    assert "belongs to no release" in finding.message
    done(project, cluster, finding.remedy)
    assert not found(project)
    chartgen("deploy", "-e", "dev", "--yes")


def test_a_release_of_another_project_is_taken_over_only_where_that_is_meant(make, chartgen):
    project = make(web=WEB)
    chartgen("deploy", "-e", "dev", "--yes")
    file = project.directory / "chartgen.yaml"
    file.write_text(yamlio.dumps({**yamlio.loads(file.read_bytes()), "project": "other"}))
    render_project(project.directory)

    said = chartgen("deploy", "-e", "dev", "--yes", code=1)
    assert f"the release {project.namespace}/web is web of flight/dev, and would be overwritten" in said.err
    assert "[preflight-foreign]" in said.err
    change(project, "web", checks={"allow": {"preflight-foreign": "the project has a new name"}})
    chartgen("deploy", "-e", "dev", "--yes")
    change(project, "web", checks={})
    assert not found(project)


def test_what_pods_rely_on(make, cluster):
    names = {"secrets": ["TOKEN", "PASSWORD"], "env_from": {"more": {"config_map": "settings"}}}
    project = make(web={**WEB, **names, "public_uri": "flight.example.com"}, db=STORE)
    space = project.namespace
    assert set(found(project)) == {("preflight-missing", "Deployment/web"), ("preflight-route", "Ingress/web")}

    cluster.kubectl("create", "namespace", space)
    cluster.kubectl("create", "configmap", "settings", "-n", space)
    cluster.kubectl("create", "secret", "generic", "web-secrets", "-n", space, "--from-literal=TOKEN=hush")
    said = found(project)
    assert set(said) == {("preflight-missing-key", "Deployment/web"), ("preflight-route", "Ingress/web")}
    assert "`chartgen secret set web PASSWORD -e dev`" in said["preflight-missing-key", "Deployment/web"].remedy
    assert "hush" not in str(said)

    change(project, "web", checks={"allow": {"preflight-missing-key": "a job adds it"}})
    assert found(project)["preflight-missing-key", "Deployment/web"].allowed == "a job adds it"


def test_quotas_and_limits_are_judged_as_the_api_server_judges_them(make, cluster):
    """Each is told by ourselves and by the server, which is asked for the pods that nobody hears of otherwise."""
    amounts = {"resource_request": {"cpu": 200, "memory": 64}}
    project = make(web={**WEB, **amounts}, db={**STORE, **amounts})
    space = project.namespace
    cluster.kubectl("create", "namespace", space)
    limits = {"type": "Container", "max": {"cpu": "300m"}, "min": {"memory": "100Mi"}}
    spec = {"metadata": {"name": "room"}, "spec": {"limits": [limits]}}
    cluster.api.send("POST", f"/api/v1/namespaces/{space}/limitranges", spec)
    cluster.kubectl("create", "quota", "small", "-n", space, "--hard=requests.cpu=300m")

    said = found(project, server_dry_run=True)
    assert "300m requests.cpu: 0 in use, 400m more" in said["preflight-quota", f"Namespace/{space}"].message
    for workload in ("Deployment/web", "StatefulSet/db"):
        assert ("preflight-limits", workload) in said
        assert "memory usage per Container is 100Mi" in said["preflight-refused", workload].message


def test_a_release_of_helm_3_is_not_accused_of_what_its_upgrade_can_do(make, chartgen, cluster, tmp_path):
    """A list of ports is merged by server-side apply, and replaced by an upgrade of Helm 3."""
    project = make(web={"ports": [{"name": "admin", "type": "tcp", "port": 9000}]}, db=STORE)
    chartgen = Command(cluster, tmp_path, projects.pairs()["helm3"])
    chartgen("deploy", "-e", "dev", "--yes")
    change(project, "web", ports=[{"name": "admin", "type": "tcp", "port": 9001}])
    change(project, "db", resource_request={"cpu": 100})
    assert not found(project, server_dry_run=True)


def test_who_else_has_set_a_field(make, chartgen, cluster):
    project = make(web=WEB)
    chartgen("deploy", "-e", "dev", "--yes")
    cluster.kubectl("set", "image", "deployment/web", "*=example.com/flight/web:9", "-n", project.namespace)
    project.runs(web="2")
    render_project(project.directory)
    said = found(project, server_dry_run=True)
    assert "kubectl-set has set" in said["preflight-conflict", "Deployment/web"].message


def test_what_the_cluster_does_not_know(make, tmp_path):
    monitor = {"apiVersion": "monitoring.example.com/v9", "kind": "Probe", "metadata": {"name": "web"}}
    old = {"apiVersion": "autoscaling/v2beta2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "old"}}
    project = make(web={**WEB, "priority": "urgent", "extra_manifests": {"probe": monitor, "old": old}})
    said = found(project)
    assert "its definition is not installed" in said["preflight-kind", "Probe/web"].message
    assert "use `autoscaling/v2`" in said["preflight-kind", "HorizontalPodAutoscaler/old"].remedy
    assert ("preflight-class", "Deployment/web") in said
