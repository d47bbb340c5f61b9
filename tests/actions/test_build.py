"""Building charts: what is tried, which version they get, and that the same input gives the same package anywhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chartgen import yamlio
from chartgen.actions.build import Wanted, build
from chartgen.actions.gating import Wish
from chartgen.errors import InputError
from chartgen.publish.directory import Directory
from tests.chart.rendering import ROOT

SPEC = """\
project: platform
environments: {dev: {}}
services:
  web: {image: "example.com/web:1", port: {http: 8080}}
  cart: {chart: {path: charts/redis}, ports: [{name: redis, type: tcp, port: 6379}]}
build:
  name: acme
  version: 1.0.0
  defaults: {rollout: {maxSurge: 25%}}
  overlay: overlay
"""
REDIS = ROOT / "examples" / "online-boutique" / "charts" / "redis"
AUTO = Wish(bump=True)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with an organisation's chart, an overlay, and a chart of one service's own."""
    folder = tmp_path / "platform"
    (folder / "overlay" / "templates").mkdir(parents=True)
    (folder / "overlay" / "templates" / "_acme.tpl").write_text('{{- define "acme.note" }}{{ end }}\n')
    (folder / "chartgen.yaml").write_text(SPEC)
    shutil.copytree(REDIS, folder / "charts" / "redis")
    return folder


def edit(project: Path, old: str, new: str) -> None:
    spec = project / "chartgen.yaml"
    assert old in spec.read_text()
    spec.write_text(spec.read_text().replace(old, new))


def run(project: Path, *repositories: Path, environment=None, **wanted):
    """What was built into the repositories, `charts` beside the project unless others are named."""
    places = repositories or (project.parent / "charts",)
    asked = Wanted(publish=[str(place) for place in places], **wanted)
    return build(project, asked, {} if environment is None else environment)


def redis(project: Path, *repositories: Path, **wanted):
    """The same for the small chart of one service's own."""
    [built] = run(project, *repositories, charts=["redis"], **wanted)
    return built


def default(project: Path, port: int) -> None:
    """Gives the small chart another default."""
    values = project / "charts" / "redis" / "values.yaml"
    values.write_text(re.sub(r"(?m)^containerPort: .*$", f"containerPort: {port}", values.read_text()))


def published(repository: Path, name: str = "acme") -> list[str]:
    return [entry.version for entry in Directory(repository).versions(name)]


def files(built) -> dict[str, bytes]:
    from chartgen.chart import archive

    return archive.unpack(built.made.package.content, built.made.package.filename)


def test_the_first_version_is_the_one_the_spec_says(project, tmp_path):
    [built] = run(project)
    assert (built.gated.version, built.gated.base, built.gated.changed) == ("1.0.0", None, True)
    assert published(tmp_path / "charts") == ["1.0.0"]
    assert b"The first version." in files(built)["CHANGES.md"]
    assert b"# acme" in files(built)["README.md"]


def test_the_shared_charts_version_follows_from_what_changed(project, tmp_path):
    run(project)
    edit(project, "maxSurge: 25%", "maxSurge: 50%")
    [built] = run(project, version=AUTO)
    assert built.gated.version == "1.1.0"
    [told] = [change for change in built.gated.verdict.changes if change.level == "minor"]
    assert (told.path, told.part, told.kind) == ("rollout.maxSurge", "default", "changed")
    text = files(built)["CHANGES.md"].decode()
    assert (
        text.index("## 1.1.0") < text.index("Since 1.0.0") < text.index("`rollout.maxSurge`") < text.index("## 1.0.0")
    )
    annotations = yamlio.loads(files(built)["Chart.yaml"])["annotations"]
    changes = yamlio.loads(annotations["artifacthub.io/changes"])
    assert {"kind": "changed", "description": f"rollout.maxSurge: {told.message}"} in changes
    assert published(tmp_path / "charts") == ["1.1.0", "1.0.0"]


def test_a_concern_that_is_dropped_breaks_whoever_uses_it(project, tmp_path):
    run(project)
    edit(project, "overlay: overlay", "drop: [placement]")
    with pytest.raises(InputError) as raised:
        run(project, version=Wish(version="1.9.0"))
    first, *changes = raised.value.problems
    assert str(first).startswith("--version: acme: ")
    assert "2.0.0" in str(first)
    assert "priorityClassName" in {change.path for change in changes}
    assert published(tmp_path / "charts") == ["1.0.0"]


# ---- what follows is the same for any chart: tried with a small one -------------------------------------------------


def test_where_nothing_changed_nothing_is_published_anew(project, tmp_path):
    redis(project)
    index = (tmp_path / "charts" / "index.yaml").read_bytes()
    for wish in (Wish(), AUTO, Wish(version="1.0.1"), Wish(version="2.0.0")):
        again = redis(project, version=wish)
        assert (again.gated.version, again.gated.changed) == ("1.0.0", False)
        assert again.made.published[0][1].unchanged
    assert (tmp_path / "charts" / "index.yaml").read_bytes() == index


def test_a_repository_that_lacks_the_version_gets_the_same_bytes(project, tmp_path):
    first = redis(project)
    again = redis(
        project, tmp_path / "charts", tmp_path / "mirror", version=AUTO, environment={"SOURCE_DATE_EPOCH": "7"}
    )
    assert [one.unchanged for _, one in again.made.published] == [True, False]
    assert Directory(tmp_path / "mirror").fetch("redis", "1.0.0").content == first.made.package.content


def test_what_is_published_elsewhere_can_be_compared_with(project, tmp_path):
    redis(project)
    default(project, 6380)
    assert redis(project, tmp_path / "staging", against=str(tmp_path / "charts"), version=AUTO).gated.version == "1.1.0"
    assert published(tmp_path / "staging", "redis") == ["1.1.0"]


def test_the_chart_may_ask_for_a_higher_version_than_its_changes(project):
    redis(project)
    default(project, 6380)
    chart = project / "charts" / "redis" / "Chart.yaml"
    chart.write_text(chart.read_text().replace("version: 1.0.0", "version: 2.0.0"))
    assert redis(project, version=AUTO).gated.version == "2.0.0"


@pytest.mark.parametrize(
    ("wish", "place"), [(Wish(version="1.0.1"), "--version"), (Wish(), "charts/redis/Chart.yaml: version")]
)
def test_a_version_below_what_the_changes_demand_is_refused(project, tmp_path, wish, place):
    redis(project)
    default(project, 6380)
    before = {path: path.read_bytes() for path in (tmp_path / "charts").glob("[!.]*")}
    with pytest.raises(InputError) as raised:
        redis(project, version=wish)
    first, *changes = raised.value.problems
    assert str(first).startswith(f"{place}: redis: ")
    assert "1.1.0" in str(first)
    assert "--bump auto" in first.hint
    assert "containerPort" in {change.path for change in changes}
    assert {path: path.read_bytes() for path in (tmp_path / "charts").glob("[!.]*")} == before


def test_a_new_version_of_the_same_can_be_forced(project, tmp_path):
    redis(project)
    assert redis(project, version=Wish("1.0.1", force_same=True)).gated.version == "1.0.1"
    assert published(tmp_path / "charts", "redis") == ["1.0.1", "1.0.0"]


def test_a_forced_version_is_the_next_one(project, tmp_path):
    redis(project)
    assert redis(project, version=Wish(bump=True, force_same=True)).gated.version == "1.0.1"
    with pytest.raises(InputError, match=r"1\.0\.1 is published already, and so needs 1\.0\.2 or higher"):
        redis(project, version=Wish("1.0.1", force_same=True))
    assert published(tmp_path / "charts", "redis") == ["1.0.1", "1.0.0"]


def test_build_metadata_makes_no_other_version(project, tmp_path):
    redis(project, version=Wish("1.0.0+a"))
    assert redis(project, version=Wish("1.0.0+b")).gated.version == "1.0.0+a"
    default(project, 6380)
    with pytest.raises(InputError, match=r"1\.0\.0\+b is neither above nor below 1\.0\.0\+a"):
        redis(project, version=Wish("1.0.0+b"))
    assert published(tmp_path / "charts", "redis") == ["1.0.0+a"]


def test_a_maintenance_version_is_compared_with_its_own_line(project, tmp_path):
    redis(project)
    default(project, 6380)
    redis(project, version=Wish("2.0.0"))
    default(project, 6381)
    assert redis(project, version=Wish("1.5.0")).gated.base.version == "1.0.0"
    assert published(tmp_path / "charts", "redis") == ["2.0.0", "1.5.0", "1.0.0"]


def test_charts_of_services_are_built_by_name_by_directory_or_all(project, tmp_path):
    assert [one.made.package.name for one in run(project, charts=["redis"])] == ["redis"]
    assert [one.gated.changed for one in run(project, charts=["charts/redis"])] == [False]
    assert [one.made.package.name for one in run(project, every=True)] == ["acme", "redis"]
    assert published(tmp_path / "charts", "redis") == ["1.0.0"]


def test_a_chart_of_its_own_tells_the_images_that_it_runs(project):
    [built] = run(project, charts=["redis"])
    annotations = yamlio.loads(files(built)["Chart.yaml"])["annotations"]
    assert yamlio.loads(annotations["artifacthub.io/images"]) == [{"name": "redis", "image": "redis:8.2-alpine"}]


def test_nothing_is_published_before_all_charts_are_right(project, tmp_path):
    (project / "charts" / "redis" / "values.yaml").write_text("replicas: many\n")
    (project / "overlay" / "templates" / "x.yaml").write_text("password: -----BEGIN PRIVATE KEY-----\n")
    with pytest.raises(InputError) as raised:
        run(project, every=True)
    told = str(raised.value)
    assert "templates/x.yaml:1: holds what looks like a secret" in told
    assert "replicas: the default is a string" in told
    assert not (tmp_path / "charts").exists()


def test_the_authors_own_cases_are_tried_and_stay_at_home(project):
    cases = project / "overlay" / "ci"
    cases.mkdir()
    (cases / "big-values.yaml").write_text("image: {repository: example.com/x, tag: '1'}\nreplicaCount: 9\n")
    [built] = run(project)
    assert not [path for path in files(built) if path.startswith("ci/")]
    (cases / "big-values.yaml").write_text("image: {repository: example.com/x, tag: '1'}\nreplicaCounts: 9\n")
    with pytest.raises(InputError, match="replicaCounts"):
        run(project, version=Wish("1.0.1", force_same=True))


@pytest.mark.parametrize(
    ("template", "message"),
    [
        (
            "a: {{ .Values.image.x.y }}\n",
            "acme/templates/bad.yaml:1:13: nil pointer evaluating interface {}.y, in `.Values.image.x.y`",
        ),
        (
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {a: 3}\n",
            "data.a: ConfigMap/x: is the number 3, expected a string",
        ),
    ],
)
def test_what_is_wrong_in_many_cases_is_told_once(project, template, message):
    (project / "overlay" / "templates" / "bad.yaml").write_text(template)
    with pytest.raises(InputError) as raised:
        run(project)
    [problem] = raised.value.problems
    assert re.sub(r"\d+ cases", "N cases", str(problem)) == f"{message} (N cases, such as least)"


def test_a_version_that_is_none_is_told(project):
    with pytest.raises(InputError, match=r"--version: `1\.x` is no version"):
        run(project, version=Wish("1.x"))


def test_an_unknown_chart_is_told_with_those_that_are_known(project):
    with pytest.raises(
        InputError, match=r"no chart `rediss`\n  expected: one of acme, redis.*\n  hint: did you mean `redis`"
    ):
        run(project, charts=["rediss"])
    with pytest.raises(InputError, match="names one version for 2 charts"):
        run(project, every=True, version=Wish(version="1.0.0"))


def test_a_date_that_is_none_is_told(project, tmp_path):
    with pytest.raises(InputError, match="SOURCE_DATE_EPOCH is `today`"):
        run(project, environment={"SOURCE_DATE_EPOCH": "today"})
    assert not (tmp_path / "charts").exists()


MACHINES = [
    {"TZ": "UTC", "LC_ALL": "C", "umask": 0o022, "time": 1_000_000_000, "user": "root"},
    {"TZ": "Pacific/Chatham", "LC_ALL": "tr_TR.UTF-8", "umask": 0o077, "time": 1_700_000_000, "user": "somebody"},
]


def test_two_clones_at_other_times_by_other_users_give_the_same_package(project, tmp_path):
    """Other umask, time zone, locale, user and checkout time; other order of files, as they were made in another."""
    digests = {_on(machine, project, tmp_path / f"clone-{number}") for number, machine in enumerate(MACHINES)}
    assert len(digests) == 1


def _on(machine, project: Path, clone: Path) -> bytes:
    paths = sorted((path for path in project.rglob("*") if path.is_file()), reverse=machine["user"] != "root")
    clone.mkdir()
    previous = os.umask(machine["umask"] & 0o700)
    for path in paths:
        target = clone / path.relative_to(project)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        target.chmod(0o644 & ~machine["umask"])
        os.utime(target, (machine["time"], machine["time"]))
    os.umask(previous)
    if machine["user"] != "root" and os.geteuid() == 0:
        subprocess.run(["chown", "-R", "1234:1234", clone], check=True)
    variables = {name: str(machine[name]) for name in ("TZ", "LC_ALL")} | {"USER": str(machine["user"])}
    command = [sys.executable, "-m", "chartgen", "-C", str(clone)]
    command += ["build", "--publish", str(clone / "out"), "-o", "env"]
    done = subprocess.run(
        command,
        env={**os.environ, **variables, "PYTHONPATH": str(ROOT), "HOME": str(clone), "SOURCE_DATE_EPOCH": "1700000000"},
        umask=machine["umask"],
        capture_output=True,
        check=True,
    )
    return next(line for line in done.stdout.splitlines() if line.startswith(b"chart_digest="))


def test_two_at_once_publish_one_version(project, tmp_path):
    redis(project)
    default(project, 6380)
    command = [sys.executable, "-m", "chartgen", "-C", str(project), "build", "redis", "--bump", "auto"]
    command += ["--publish", str(tmp_path / "charts"), "-o", "env"]
    both = [
        subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}) for _ in "ab"
    ]
    said = [child.communicate()[0].decode() for child in both]
    assert [child.returncode for child in both] == [0, 0]
    assert all("chart_version=1.1.0\n" in text for text in said)
    assert published(tmp_path / "charts", "redis") == ["1.1.0", "1.0.0"]
