"""Driving helmfile: what it is told, and what is understood of what it says. The outputs are recorded, as they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartgen.cluster.helmfile import Event, Listener, Sync, commands, errors, timeout

HERE = Path(__file__).parent / "helmfile"
ALL = ["helmfile", "-f", "deploy/dev/helmfile.yaml", "-e", "dev", "--helm-binary", "/opt/helm", "--no-color"]


def asked(services=(), concurrency=8, context=None, **settings):
    return Sync(Path("/shop"), "deploy/dev/helmfile.yaml", "dev", services, concurrency, 60, context, **settings)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [["sync", "--concurrency", "8"]]),
        (
            {"services": ("web", "db"), "concurrency": 0},
            [["sync", "--concurrency", "0", "-l", "service=web", "-l", "service=db"]],
        ),
        ({"force_conflicts": True}, [["sync", "--concurrency", "8", "--sync-args", "--force-conflicts"]]),
        ({"repositories": True}, [["repos"], ["sync", "--concurrency", "8"]]),
        (
            {"repositories": True, "context": "edge"},
            [["--kube-context", "edge", "repos"], ["--kube-context", "edge", "sync", "--concurrency", "8"]],
        ),
    ],
)
def test_what_helmfile_is_told(settings, expected):
    assert commands(asked(**settings), Path("/opt/helm")) == [[*ALL, *rest] for rest in expected]


def test_how_long_it_may_take_is_what_helm_may_in_three_phases_and_as_long_again_to_roll_back():
    assert timeout([]) < timeout([300]) == timeout([]) + 1800
    assert timeout([300, 5]) == timeout([300]) + 30


def said(version):
    return (HERE / f"{version}.txt").read_text().splitlines()


@pytest.mark.parametrize("version", ["0.166.0", "1.8.0"])
def test_releases_begin_and_are_deployed(version):
    heard: list[Event] = []
    listener = Listener(heard.append)
    for line in said(version):
        listener.hear(line)
    assert {event.release for event in heard if event.kind == "started"} == {"store", "x", "y"}
    assert Event("store", "deployed", 3 if version == "0.166.0" else 2) in heard
    assert [event.release for event in heard if event.kind == "deployed"] == ["store"]
    assert listener.output == said(version)
    assert listener.begun == {"x", "y"}


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (
            "0.166.0",
            {
                name: f"UPGRADE FAILED: release {name} failed, and has been rolled back due to atomic being set: "
                "context deadline exceeded"
                for name in ("x", "y")
            },
        ),
        (
            "1.8.0",
            {
                "x": "UPGRADE FAILED: release x failed, and has been rolled back due to rollback-on-failure being set: "
                "resource Deployment/apps-lab-dev/x not ready. status: InProgress, message: Pending termination: 1\n"
                "context deadline exceeded"
            },
        ),
    ],
)
def test_what_helm_said_of_releases_that_failed(version, expected):
    assert errors(said(version)) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], {}),
        (['in helmfile.yaml: environment "prod" is not defined'], {}),
        (
            ["err 0: failed processing release web: hook[prepare]: exit status 1"],
            {"web": "hook[prepare]: exit status 1"},
        ),
        (
            ["failed processing release web: x", "COMBINED OUTPUT:", "  Error: one", "  Error: two", "  more", ""],
            {"web": "two\nmore"},
        ),
        (["failed processing release web: x", "COMBINED OUTPUT:", "  no error is said"], {"web": "no error is said"}),
    ],
)
def test_errors_in_other_words(lines, expected):
    assert errors(lines) == expected


def test_notes_that_look_like_what_helm_says_are_no_revisions_of_others():
    heard: list[Event] = []
    listener = Listener(heard.append)
    for line in ["NAME: web", "STATUS: deployed", "REVISION: 2", "NOTES:", "REVISION: 7", "STATUS: deployed"]:
        listener.hear(line)
    assert heard == [Event("web", "deployed", 2)]


def test_how_it_crashed_is_one_line():
    listener = Listener(lambda _: None)
    for line in ["Building", "panic: runtime error: index out of range", "goroutine 1 [running]:"]:
        listener.hear(line)
    assert listener.crash(2) == "helmfile failed with exit code 2: panic: runtime error: index out of range"
