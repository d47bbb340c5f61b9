"""The commands that tell more of what is not well."""

from __future__ import annotations

import shlex

from chartgen.cluster.health import WorkloadHealth

_RESTARTED = ("CrashLoopBackOff", "OOMKilled", " restart")
"""Where what the container said before it ended tells the most."""

_RAN = ("not ready", "exit code")
"""Where what it has said so far does."""


def commands(ailing: WorkloadHealth, context: str | None, namespace: str) -> tuple[str, ...]:
    """The kubectl commands that tell more of a workload that is not healthy; none where there is nothing to look at."""
    kubectl = ["kubectl", *(["--context", context] if context else []), "-n", namespace]
    if ailing.state == "unknown" or ailing.reason == "is not there":
        return ()
    kind = ailing.kind.lower()
    if not ailing.pod:
        return (_line(*kubectl, "describe", f"{kind}/{ailing.name}"),)
    describe = _line(*kubectl, "describe", "pod", ailing.pod)
    logs = [*kubectl, "logs", ailing.pod, *(["-c", ailing.container] if ailing.container else [])]
    if any(sign in ailing.reason for sign in _RESTARTED):
        return _line(*logs, "--previous"), describe
    if any(sign in ailing.reason for sign in _RAN):
        return _line(*logs), describe
    return (describe,)


def _line(*words: str) -> str:
    return shlex.join(words)
