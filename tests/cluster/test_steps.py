"""What a deploy does with a release: what it is to be, beside what Helm has stored."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from chartgen.chart.load import from_files
from chartgen.cluster.absent import Named
from chartgen.cluster.steps import leftovers, restored, step
from chartgen.outputs.values import OWNER
from tests.cluster.releases import MARKED, read, secret, stored
from tests.outputs.plans import release

FILES = {
    "Chart.yaml": b"apiVersion: v2\nname: microservice\nversion: 1.0.0\n",
    "values.yaml": b"replicas: 1\n",
    "values.schema.json": b'{"type": "object"}\n',
    "templates/a.yaml": b"a: {{ .Values.replicas }}\n",
    "files/b.txt": b"b",
    "README.md": b"read me\n",
}
VALUES: dict[str, Any] = {"image": {"tag": "1"}, "env": {"A": "a"}}


def chart(**changed):
    files = {**FILES, **{path.replace("__", "/"): content for path, content in changed.items()}}
    return from_files({path: content for path, content in files.items() if content is not None}, "microservice")


def helms(made):
    """The chart as Helm stores it."""

    def packed(*, templates):
        chosen = {path: content for path, content in made.files.items() if path.startswith("templates/") == templates}
        left = {"Chart.yaml", "values.yaml", "values.schema.json"}
        return [
            {"name": path, "data": base64.b64encode(content).decode()}
            for path, content in chosen.items()
            if path not in left
        ]

    schema = base64.b64encode(json.dumps(made.schema).encode()).decode()
    return {
        "metadata": dict(made.metadata),
        "templates": packed(templates=True),
        "files": packed(templates=False),
        "values": made.values,
        "schema": schema,
    }


def web(**values):
    return release("web", values=VALUES, developer={"values/web.yaml": values})


def before(values=VALUES, made=None, **settings):
    mark = {"project": web().project, "environment": web().environment, "service": "web"}
    return stored(**settings, config={OWNER: mark, **values}, chart=helms(made or chart()))


def decided(values=VALUES, made=None, **settings):
    found = step(web(), chart(), before(values, made, **settings))
    return found.action, list(found.reasons)


def test_what_is_not_there_is_created():
    assert step(web(), chart(), None).action == "create"


def test_what_is_there_as_it_is_to_be_is_unchanged():
    assert decided() == ("unchanged", [])


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({**VALUES, "image": {"tag": "2"}}, "values: image.tag 2 → 1"),
        ({"image": {"tag": "1"}}, "values: env"),
        ({**VALUES, "more": [1]}, "values: more"),
        ({**VALUES, "env": {"A": "a", "B": "b"}}, "values: env.B"),
        ({"image": {"tag": True}, "env": {}, "a": 1, "b": 2}, "values: a, b, env.A, 1 more"),
    ],
)
def test_other_values_are_told_by_path(values, reason):
    assert decided(values) == ("upgrade", [reason])


@pytest.mark.parametrize(
    ("ours", "helms_own"),
    [(1, 1.0), (9007199254740993, 9007199254740992), (12345678901234567890, 1.2345678901234567e19), (-0.0, 0)],
)
def test_numbers_are_compared_as_helm_knows_them(ours, helms_own):
    assert step(web(number=ours), chart(), before({**VALUES, "number": helms_own})).action == "unchanged"


@pytest.mark.parametrize(("ours", "helms_own"), [(1, True), ("1", 1), (None, ""), ([], {}), (0, None)])
def test_what_only_looks_alike_is_different(ours, helms_own):
    assert step(web(value=ours), chart(), before({**VALUES, "value": helms_own})).reasons == ("values: value",)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"templates__a.yaml": b"a: 2\n"}, "chart: templates/a.yaml"),
        ({"templates__new.yaml": b"c: 1\n"}, "chart: templates/new.yaml"),
        ({"files__b.txt": None}, "chart: files/b.txt"),
        ({"README.md": b"other\n"}, "chart: README.md"),
        ({"values.yaml": b"replicas: 2\n"}, "chart: values.yaml"),
        ({"values.schema.json": b"{}\n"}, "chart: values.schema.json"),
        ({"Chart.yaml": FILES["Chart.yaml"] + b'appVersion: "2"\n'}, "chart: Chart.yaml"),
        ({"Chart.yaml": FILES["Chart.yaml"] + b"dependencies: [{name: db, version: 1.0.0}]\n"}, "chart: Chart.yaml"),
        (
            {"Chart.yaml": b"apiVersion: v2\nname: microservice\nversion: 0.9.0\n"},
            "chart: microservice-0.9.0 → microservice-1.0.0",
        ),
    ],
)
def test_another_chart_is_told_by_its_version_or_by_its_files(changed, reason):
    assert decided(made=chart(**changed)) == ("upgrade", [reason])


@pytest.mark.parametrize(
    "changed",
    [
        {"values.yaml": b"# said otherwise\nreplicas: 1\n"},
        {".helmignore": b"x\n"},
        {"Chart.yaml": FILES["Chart.yaml"] + b"description: another\n"},
    ],
)
def test_what_helm_does_not_keep_makes_no_other_chart(changed):
    assert decided(made=chart(**changed)) == ("unchanged", [])


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("failed", ("upgrade", ["its revision 3 is failed"])),
        ("pending-install", ("stuck", ["is pending-install"])),
        ("pending-upgrade", ("stuck", ["is pending-upgrade"])),
        ("pending-rollback", ("stuck", ["is pending-rollback"])),
        ("uninstalling", ("stuck", ["is uninstalling"])),
    ],
)
def test_what_did_not_end_well_is_done_again_or_mended_first(status, expected):
    assert decided(revision=3, status=status) == expected


def test_leftovers_are_the_projects_own_of_this_environment():
    def marked(name, **mark):
        said = {"project": "shop", "environment": "dev", "service": name, **mark}
        return stored(name, config={OWNER: said})

    there = [
        marked("web"),
        marked("old"),
        marked("theirs", project="other"),
        marked("elsewhere", environment="prod"),
        stored("nobodys", config={}),
    ]
    ours = [release("web", namespace="shop-dev")]
    assert [each.name for each in leftovers(ours, there, "shop", "dev")] == ["old"]


def test_what_cannot_be_read_may_be_ours_where_ours_stand():
    there = [read(secret("H4sI", name="cut")), stored("old", config={OWNER: MARKED})]
    assert found_in("shop-dev", there) == ["cut", "old"]
    assert found_in("shop-elsewhere", there) == ["old"]


def found_in(namespace, there):
    return [each.name for each in leftovers([release("web", namespace=namespace)], there, "shop", "dev")]


@pytest.mark.parametrize(
    ("names", "reasons"),
    [
        ([], ()),
        (["Service/web"], ("Service/web is not there",)),
        (["Deployment/web", "Service/web"], ("Deployment/web, Service/web are not there",)),
        ([f"Service/{n}" for n in "abcde"], ("Service/a, Service/b, Service/c, 2 more are not there",)),
    ],
)
def test_what_is_not_there_any_more_makes_an_upgrade(names, reasons):
    found = step(web(), chart(), before())
    assert found.action == "unchanged"
    gone = [Named("v1", kind, "shop-dev", name) for kind, name in (each.split("/") for each in names)]
    made = restored(found, gone)
    assert (made.action, made.reasons, made.absent) == ("upgrade" if names else "unchanged", reasons, tuple(names))


def test_what_is_upgraded_anyway_keeps_its_reason():
    found = step(web(), chart(), None)
    assert restored(found, [Named("v1", "Service", "shop-dev", "web")]) is found
