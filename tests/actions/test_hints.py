"""The commands that tell more of what is not well."""

from __future__ import annotations

import pytest

from chartgen.actions.hints import commands
from chartgen.cluster.health import WorkloadHealth

HERE = "kubectl --context prod-eu -n shop"


@pytest.mark.parametrize(
    ("state", "reason", "pod", "expected"),
    [
        ("unhealthy", "CrashLoopBackOff (exit code 1)", "web-1", ["logs web-1 --previous", "describe pod web-1"]),
        (
            "unhealthy",
            "OOMKilled (exit code 137, 3 restarts)",
            "web-1",
            ["logs web-1 --previous", "describe pod web-1"],
        ),
        ("unhealthy", "BackoffLimitExceeded; Error (exit code 3)", "web-1", ["logs web-1", "describe pod web-1"]),
        ("progressing", "runs, but is not ready", "web-1", ["logs web-1", "describe pod web-1"]),
        ("unhealthy", "ImagePullBackOff: not found", "web-1", ["describe pod web-1"]),
        ("unhealthy", "FailedCreate: exceeded quota: small", "", ["describe deployment/web"]),
        ("unhealthy", "is not there", "", []),
        ("unknown", "you may not list objects of kind Deployment", "", []),
    ],
)
def test_where_to_look(state, reason, pod, expected):
    ailing = WorkloadHealth("Deployment", "web", state, reason, pod)
    assert commands(ailing, "prod-eu", "shop") == tuple(f"{HERE} {command}" for command in expected)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("CrashLoopBackOff (exit code 1)", "logs web-1 -c proxy --previous"),
        ("BackoffLimitExceeded; Error (exit code 3)", "logs web-1 -c proxy"),
    ],
)
def test_which_container_of_several(reason, expected):
    ailing = WorkloadHealth("Deployment", "web", "unhealthy", reason, "web-1", "proxy")
    assert commands(ailing, "prod-eu", "shop")[0] == f"{HERE} {expected}"


def test_the_current_context_is_not_named():
    ailing = WorkloadHealth("Deployment", "web", "unhealthy", "ErrImagePull", "web-1")
    assert commands(ailing, None, "a b") == ("kubectl -n 'a b' describe pod web-1",)
