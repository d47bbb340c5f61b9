"""What the benchmark rests on; its numbers are nobody's test."""

import sys

import pytest

from benchmarks import deploy, objects, project, report
from benchmarks.commands import FIRST, HELP, ONE, TYPER, UNCHANGED, Project
from benchmarks.measure import Job, Measured, interleaved
from benchmarks.releasing import MERGE, OURS, PUBLISH, TWICE, Releasing
from benchmarks.results import Engine, Results, goals
from benchmarks.templating import CLI_3, CLI_4, EMBEDDED, HELMFILE, INSTEAD, LOOP_3, LOOP_4, Templating
from chartgen.plan import plan
from chartgen.spec.load import load


def test_the_project_is_right_and_always_the_same(tmp_path):
    for copy in ("one", "other"):
        project.write(tmp_path / copy, 8, project.ENVIRONMENTS)
    one, other = (sorted(path.read_bytes() for path in (tmp_path / copy).rglob("*.yaml")) for copy in ("one", "other"))
    assert one == other
    releases = plan(load(tmp_path / "one")).releases
    assert len(releases) == 8 * len(project.ENVIRONMENTS)
    assert {release.namespace for release in releases} == {project.namespace(name) for name in project.ENVIRONMENTS}


def test_a_changed_service_has_other_values_in_every_environment(tmp_path):
    project.write(tmp_path / "p", 8, project.ENVIRONMENTS)
    before = plan(load(tmp_path / "p")).releases
    project.write_service(tmp_path / "p", 3, 8, project.ENVIRONMENTS[-1], "debug")
    after = plan(load(tmp_path / "p")).releases
    changed = [a.service for a, b in zip(after, before, strict=True) if a.generated.values != b.generated.values]
    assert changed == ["service-0003"] * len(project.ENVIRONMENTS)


def python(tmp_path, program, name="out"):
    return Job(name, [[sys.executable, "-c", program]], tmp_path, tmp_path / name)


def test_a_process_is_measured_without_the_one_that_starts_it(tmp_path):
    measured = python(tmp_path, "import time; print('done'); time.sleep(0.2); held = bytearray(50 * 2**20)").run()
    assert (tmp_path / "out").read_text() == "done\n"
    assert measured.seconds > 0.2
    assert 50 * 2**20 < measured.peak < 90 * 2**20


def test_a_command_that_fails_ends_the_run_with_what_it_said(tmp_path):
    with pytest.raises(SystemExit, match=r"(?s)broken: exit code 1.*no such luck"):
        python(tmp_path, "raise SystemExit('no such luck')", "broken").run()


def test_what_takes_long_runs_once_and_the_rest_in_every_round(tmp_path):
    jobs = {name: python(tmp_path, f"open('log', 'a').write('{name}')", name) for name in "abc"}
    assert list(interleaved(jobs, 3, once=("c", "b"))) == ["a", "b", "c"]
    assert (tmp_path / "log").read_text() == "acaba"


DOCUMENT = "kind: ConfigMap\nmetadata: {name: %s}\ndata: {a: %s}\n"


def test_the_same_objects_in_any_order_are_the_same(tmp_path):
    one, two = DOCUMENT % ("one", "x"), DOCUMENT % ("two", "y")
    (tmp_path / "chartgen").write_text(f"---\n# prod/one\n{one}---\n{two}")
    (tmp_path / "helm").write_text(f"---\n# Source: two\n{two}\n---\n# Source: one\n{one}\n---\n")
    assert objects.check({name: tmp_path / name for name in ("chartgen", "helm")}) == 2


def test_other_objects_end_the_run(tmp_path):
    (tmp_path / "chartgen").write_text(DOCUMENT % ("one", "x"))
    (tmp_path / "helm").write_text(DOCUMENT % ("one", "z"))
    with pytest.raises(SystemExit, match="helm and chartgen differ in 1 objects, the first: ConfigMap  one"):
        objects.check({name: tmp_path / name for name in ("chartgen", "helm")})


def made_up():
    seconds = {EMBEDDED: 3.0, LOOP_4: 60.0, CLI_4: 5.0, LOOP_3: 75.0, CLI_3: 6.0, HELMFILE: 54.0}
    ways = {way: Measured(time, 100 * 2**20) for way, time in seconds.items()}
    templating = Templating(1_000, 5_500, ways, frozenset(INSTEAD))
    by_what = {FIRST: Measured(6.0, 2**28), UNCHANGED: Measured(1.0, 2**25), ONE: Measured(3.0, 2**28)}
    start = {HELP: Measured(0.15, 2**24), TYPER: Measured(0.1, 2**24)}
    impacts = {100: {OURS: Measured(2.0, 2**27), TWICE: Measured(20.0, 2**26)}, 1_000: {OURS: Measured(8.0, 2**28)}}
    publishing = {PUBLISH: Measured(4.0, 2**26), MERGE: Measured(80.0, 2**28)}
    released = Releasing(impacts, 10_000, publishing)
    project = Project(1_000, 3, by_what)
    return Results((templating,), Engine(1_000, 2.0, 1.0), project, Measured(4.0, 2**28), 1_000, start, released)


def test_goals_take_the_strongest_of_the_others():
    told = {(goal.what, goal.asked): (goal.measured, goal.met) for goal in goals(made_up())}
    embedded = "`template` of 1,000 releases, embedded: faster than each of the others"
    program = "`template` of 1,000 releases, the helm program alone: faster than each of the others"
    unchanged = "`render` of 3,000 values files, nothing changed: faster"
    assert told[embedded, "at least 15×"] == ("18.0×", True)
    assert told[embedded, "at least 25×"] == ("18.0×", False)
    assert told[program, "at least 10×"] == ("9.0×", False)
    assert told[unchanged, "at least 8×"] == ("6.0×", False)
    assert told["`impact` of 1,000 releases", "under 10 s"] == ("8.0 s", True)
    assert told["one version more in a repository of 10,000", "under 3 s"] == ("4.0 s", False)


def test_the_report_is_markdown_and_says_what_was_scaled():
    results = made_up()
    text = report.markdown(results, list(goals(results)), "0.1")
    assert "| 1,000 | helm 4, in a loop | ≈ 60.00 s | 60.0 ms | 100 MiB | 20.0× | 12.0× |" in text
    assert "| `chartgen --help` | 0.15 s | 16 MiB | `python -c 'import typer'`, 0.10 s | 1.50 |" in text
    assert f"| `impact` of 100 releases | 2.00 s | 128 MiB | {TWICE}, 20.00 s | 0.100 |" in text
    assert "| `impact` of 1,000 releases | 8.00 s | 256 MiB |  |  |" in text
    assert "**not met**" in text
    assert "measured with fewer releases" in text


def test_a_deploy_that_takes_longer_than_it_may_is_marked():
    seconds = {deploy.PLAIN: 100, deploy.ALL: 110, deploy.ONE: 6, deploy.NONE: 3}
    done = deploy.Deploying(300, 8, {what: Measured(time, 0) for what, time in seconds.items()})
    assert done.missed == [deploy.ONE]
    text = deploy.markdown(done, "0.1")
    assert "| `helmfile sync` of 300 releases | 100.0 s |  |  |" in text
    assert "| `chartgen deploy` of 300 releases | 110.0 s | 1.100 | at most 1.20 |" in text
    assert "| `chartgen deploy`, one service changed | 6.0 s | 0.060 | at most 0.05, **not met** |" in text
    assert "| `chartgen deploy`, nothing changed | 3.0 s | 0.030 |  |" in text
