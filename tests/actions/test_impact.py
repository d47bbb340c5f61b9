"""`impact` from a project's files: two charts, every release rendered with both."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess

import pytest

from chartgen.actions.impact import impact
from chartgen.actions.planning import Selection
from chartgen.chart import package
from chartgen.chart.load import load
from chartgen.errors import InputError
from chartgen.publish.directory import Directory
from tests.chart.edited import PRIORITY, SELECTOR, write

SPEC = """\
project: shop
environments:
  dev: {overrides: {min_containers: 1, max_containers: 1}}
  prod: {}
services:
  web: {image: "example.com/shop/web:1", port: {http: 8080}, healthcheck_path: /}
  cart: {image: "example.com/shop/cart:1", port: {grpc: 9000}}
  queue: {chart: {path: charts/queue}}
"""
RELEASES = ["dev/web", "dev/cart", "prod/web", "prod/cart"]
ALL = Selection()


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "chartgen.yaml").write_text(SPEC, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(found):
    return [(group.change, group.object, group.path, sorted(group.releases)) for group in found.groups]


def states(found):
    return {each.release.title: each.state for each in found.releases}


def test_the_chart_in_use_beside_itself_changes_nothing(project):
    found = impact(project, ALL, "current", ".")
    assert found.is_clean
    assert states(found) == dict.fromkeys(RELEASES, "same")
    assert found.left_out == ("dev/queue", "prod/queue")


def test_another_version_alone_changes_labels(project):
    write(project / "new", "1.1.0")
    found = impact(project, ALL, "current", "new")
    assert found.is_clean
    assert states(found) == dict.fromkeys(RELEASES, "labels")
    assert (found.old.version, found.new.version) == ("1.0.0", "1.1.0")


def test_what_all_releases_share_is_told_once_with_the_pods_that_restart(project):
    write(project / "new", "1.1.0", PRIORITY)
    found = impact(project, ALL, "current", "new")
    assert told(found) == [("changed", "Deployment/<release>", "spec.template.spec.priority", sorted(RELEASES))]
    assert [(one.before, one.after) for one in found.groups[0].variants] == [(None, 7)]
    assert {each.release.title: each.restarts for each in found.releases} == {
        title: (f"Deployment/{title.partition('/')[2]}",) for title in RELEASES
    }
    assert found.counts() == {
        "releases": 4,
        "changed": 4,
        "restarted": 4,
        "recreated": 0,
        "refused": 0,
        "labels": 0,
        "same": 0,
        "leftOut": 2,
    }


def test_one_release_is_told_by_its_own_name(project):
    write(project / "new", "1.1.0", PRIORITY)
    found = impact(project, Selection(["prod"], services=["web"]), "current", "new")
    assert told(found) == [("changed", "Deployment/web", "spec.template.spec.priority", ["prod/web"])]


def test_what_cannot_change_in_place_comes_first_with_what_to_do(project):
    write(project / "new", "2.0.0", {**PRIORITY, **SELECTOR})
    found = impact(project, Selection(["prod"]), "current", "new")
    first = found.groups[0]
    assert (first.change, first.path) == ("recreate", "spec.selector.matchLabels.tier")
    assert first.remedy.startswith("take the change back, or first `kubectl delete deployment <release> -n")
    assert [each.recreates for each in found.releases] == [("Deployment/web",), ("Deployment/cart",)]


def test_values_that_a_schema_refuses_are_told_where_they_are_written(project):
    (project / "values").mkdir()
    (project / "values" / "web.prod.yaml").write_text("# ours\nterminationGracePeriodSeconds: 4\n", encoding="utf-8")
    write(project / "new", "2.0.0", PRIORITY)
    file = project / "new" / "values.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    schema["properties"]["terminationGracePeriodSeconds"]["minimum"] = 5
    file.write_text(json.dumps(schema), encoding="utf-8")
    for old, new, by in (("current", "new", "new schema"), ("new", "current", "old schema")):
        found = impact(project, ALL, old, new)
        assert [(one.by, one.releases) for one in found.refusals] == [(by, ("prod/web",))]
        assert str(found.refusals[0].problem).startswith(
            "values/web.prod.yaml:2:1: terminationGracePeriodSeconds: is 4"
        )
        assert states(found) == {**dict.fromkeys(RELEASES, "changed"), "prod/web": "refused"}
        assert found.groups[0].releases == ("dev/web", "dev/cart", "prod/cart")


def test_a_release_that_a_chart_does_not_render_is_told_and_the_others_are_compared(project):
    fail = '{{- if and (eq .Release.Name "cart") (contains "prod" .Release.Namespace) }}{{ fail "no cart" }}{{ end }}'
    start = '{{- define "microservice.deployment" -}}'
    write(project / "new", "2.0.0", {**PRIORITY, "templates/deployment.yaml": (start, f"{start}\n{fail}")})
    found = impact(project, ALL, "current", "new")
    assert [(one.by, one.problem.message, one.releases) for one in found.refusals] == [
        ("new chart", "no cart", ("prod/cart",))
    ]
    assert found.groups[0].releases == ("dev/web", "dev/cart", "prod/web")


def test_a_chart_that_renders_nothing_is_told_once(project):
    write(project / "old", "0.9.0", {"templates/deployment.yaml": ("{{- define", "{{- dfine")})
    found = impact(project, ALL, "old", "current")
    assert [(one.by, one.releases) for one in found.refusals] == [("old chart", tuple(RELEASES))]
    assert found.groups == ()
    assert not found.is_clean


def test_where_too_many_fail_the_rest_is_not_tried(project):
    start = '{{- define "microservice.deployment" -}}'
    edit = (start, f'{start}\n{{{{ fail "no way" }}}}')
    services = "".join(f'  app-{number}: {{image: "example.com/app:1"}}\n' for number in range(60))
    (project / "chartgen.yaml").write_text(SPEC + services, encoding="utf-8")
    write(project / "new", "2.0.0", {**PRIORITY, "templates/deployment.yaml": edit})
    found = impact(project, Selection(["dev"]), "current", "new")
    assert {one.problem.message for one in found.refusals} == {
        "no way",
        "was not tried, after so many that could not be rendered",
    }
    assert sum(len(one.releases) for one in found.refusals) == len(found.releases) == 62
    assert set(states(found).values()) == {"refused"}


def test_a_package_is_a_chart(project):
    packed = package.package(load(write(project / "new", "1.1.0", PRIORITY)), package.EPOCH)
    (project / packed.filename).write_bytes(packed.content)
    assert told(impact(project, ALL, "new", f"./{packed.filename}")) == []
    assert len(told(impact(project, ALL, packed.filename, "current"))) == 1


@pytest.fixture
def charts(project):
    """A repository in a directory, with the chart before and after a change."""
    repository = Directory(project / "charts")
    for version, edits in (("1.0.0", {}), ("1.1.0", PRIORITY)):
        packed = package.package(load(write(project / version, version, edits)), package.EPOCH)
        repository.publish(packed, now=dt.datetime.fromtimestamp(0, dt.UTC))
    return repository


@pytest.mark.parametrize("form", ["charts/microservice", "{}/microservice", "file://{}/microservice"])
def test_a_published_version_is_named_by_repository_chart_and_version(charts, form):
    chart = form.format(charts.path)
    found = impact(charts.path.parent, ALL, f"{chart}:1.0.0", f"{chart}:1.1.0")
    assert [path for _, _, path, _ in told(found)] == ["spec.template.spec.priority"]
    assert (found.old.version, found.new.version) == ("1.0.0", "1.1.0")
    with pytest.raises(InputError, match=r"there is no version 2\.0\.0 of microservice"):
        impact(charts.path.parent, ALL, f"{chart}:1.0.0", f"{chart}:2.0.0")


def test_a_version_alone_is_one_of_the_projects_chart_in_its_repository(charts, project):
    chart = f"chart: {{name: microservice, version: 1.0.0, repository: 'file://{charts.path}'}}\n"
    (project / "chartgen.yaml").write_text(SPEC + chart, encoding="utf-8")
    found = impact(project, ALL, "1.0.0", "1.1.0")
    assert [path for _, _, path, _ in told(found)] == ["spec.template.spec.priority"]


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_a_revision_has_the_chart_that_is_committed_there(project):
    (project / "chartgen.yaml").write_text(SPEC + "chart: {path: charts/microservice}\n", encoding="utf-8")
    write(project / "charts" / "microservice", "1.0.0")

    def git(*arguments):
        names = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *names, *arguments], cwd=project, check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("commit", "-m", "One")
    write(project / "charts" / "microservice", "1.1.0", PRIORITY)
    found = impact(project, ALL, "git:HEAD", "current")
    assert [path for _, _, path, _ in told(found)] == ["spec.template.spec.priority"]
    with pytest.raises(InputError, match="there is no revision `nope`"):
        impact(project, ALL, "git:nope", "current")


FOREIGN = "apiVersion: v2\nname: other\nversion: 1.0.0\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1.4.0", "the project does not say where to fetch version 1.4.0 of its chart"),
        ("nowhere", "`nowhere` names no chart"),
        ("oci://example.com/charts/microservice", "`oci://example.com/charts/microservice` names no chart"),
        ("empty", "is not a chart: Chart.yaml is missing"),
        ("foreign", "the chart other 1.0.0 is not made by chartgen"),
        ("git:HEAD", "the revision `HEAD` has no chart in deploy/charts/microservice"),
    ],
)
def test_a_chart_that_is_not_there_is_told_with_what_may_stand_for_one(project, text, message):
    for name in ("empty", "foreign"):
        (project / name).mkdir()
    (project / "foreign" / "Chart.yaml").write_text(FOREIGN, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        impact(project, ALL, "current", text)
    assert message in str(caught.value)
