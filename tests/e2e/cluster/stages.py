"""What the simulated kubelet does: kwok's own stages, made to depend on what is to come of a pod, and ours.

What is to come of a pod is its annotation `e2e.test/outcome`, or else what the tag of one of its images says:

    annotation   tag        what happens
    not-ready               its containers run and never become ready
    image-pull   broken     its image cannot be pulled: ImagePullBackOff
    crash        crashing   CrashLoopBackOff; a pod of a Job or a test fails
    fail                    a pod of a Job or a test fails
    slow         slow       it becomes ready after `e2e.test/delay`, 5 seconds unless given

All others are ready at once, and done at once where they may end. Taking the annotation from a pod mends it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chartgen import yamlio

OWN = Path(__file__).with_name("stages.yaml")

_TAGS = '{"broken": "image-pull", "crashing": "crash", "slow": "slow"}'
_IMAGES = "(.spec.containers[], (.spec.initContainers // [])[]) | .image"
_TAG = f'[{_IMAGES} | capture(":(?<tag>broken|crashing|slow)(@|$)").tag | {_TAGS}[.]] | .[0]'
OUTCOME = f'.metadata.annotations["e2e.test/outcome"] // ({_TAG}) // "ready"'
"""The jq expression of it."""

_DELAY = f'.metadata.annotations["e2e.test/delay"] // (if ({OUTCOME}) == "slow" then "5s" else "0s" end)'


def stages(stock: str) -> list[dict[str, Any]]:
    """All stages that kwok is given.

    Arguments:
        stock: kwok's own, as YAML documents.
    """
    theirs = {stage["metadata"]["name"]: stage for stage in yamlio.load_all(stock) if stage}
    _make_ready(theirs["pod-ready"]["spec"])
    _make_complete(theirs["pod-complete"]["spec"])
    own = yamlio.load_all(OWN.read_bytes())
    for stage in own:
        for expression in stage["spec"]["selector"]["matchExpressions"]:
            if expression["key"] == "outcome":
                expression["key"] = OUTCOME
    return [*theirs.values(), *own]


def _make_ready(spec: dict[str, Any]) -> None:
    """After the delay, and those only that never were anything else: pods that recover keep their addresses."""
    expressions = spec["selector"]["matchExpressions"]
    [ready] = [each for each in expressions if each["operator"] == "NotIn"]
    ready["values"] = ["True", "False"]
    expressions.append({"key": OUTCOME, "operator": "In", "values": ["ready", "slow"]})
    spec["delay"] = {"durationMilliseconds": 0, "durationFrom": {"expressionFrom": _DELAY}}


def _make_complete(spec: dict[str, Any]) -> None:
    """Not only what a Job owns, but all that may end: a chart's tests are pods that nobody owns."""
    [owner] = [each for each in spec["selector"]["matchExpressions"] if each["key"].startswith(".metadata.owner")]
    owner |= {"key": ".spec.restartPolicy", "operator": "In", "values": ["Never", "OnFailure"]}
    spec["selector"]["matchExpressions"].append({"key": OUTCOME, "operator": "In", "values": ["ready", "slow"]})
