"""What an API server says of an object that it was tried on, as findings. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from chartgen.cluster.api import Answer
from chartgen.cluster.preflight.attempts import Attempt
from chartgen.cluster.preflight.rules import found
from chartgen.compare.manifests.reading import kind_of, parts
from chartgen.compare.manifests.workloads import TEMPLATES
from chartgen.errors import dotted
from chartgen.model import Finding

REFUSED, CONFLICT, UNTRIED, WARNED = (
    "preflight-refused",
    "preflight-conflict",
    "preflight-not-sent",
    "preflight-warned",
)

_FORBIDDEN = 403
_TOO_LONG = 400
_WEBHOOK = (
    "the webhook {name} does not answer, and nothing passes without it: bring its server back, or have the "
    "configuration changed (`kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations` lists them)"
)
_POLICY = (
    "change what the policy {name} names, or ask who made it: `kubectl get validatingadmissionpolicy {name} -o yaml`"
)
_IMMUTABLE = r"is immutable|immutable after creation|for fields other than|may not change once set"
_REMEDIES: Sequence[tuple[str, str]] = (
    (r"does not support dry run", ""),
    (r'failed calling webhook "(?P<name>[^"]+)"', _WEBHOOK),
    (
        r'admission webhook "(?P<name>[^"]+)" denied',
        "the webhook {name} holds the cluster's rules: change what it names, or ask who runs it",
    ),
    (r"ValidatingAdmissionPolicy '(?P<name>[^']+)'", _POLICY),
    (r"violates PodSecurity", "set what it names in `security`, or have the namespace's level changed"),
    (r"exceeded quota: (?P<name>[^,]+)", "ask for less, or have ResourceQuota/{name} raised"),
    (r"failed quota: (?P<name>[^:]+)", "set it in `resource_request` or `resource_limits`"),
    (r"(?:maximum|minimum) .* usage per", "stay within the namespace's LimitRange, or have it changed"),
    (r"PriorityClass", "make the class, or name one that is there"),
    (
        r"attempting to grant RBAC permissions not currently held",
        "only who has rights may grant them: ask for them",
    ),
    (r"cannot (?:create|patch|update) resource", "have the right granted"),
    (r"being terminated", "wait until the namespace is gone"),
    (_IMMUTABLE, "take the change back, or delete the object first"),
    (r"unknown field|not declared in schema", "take the field out, or write it as this version of the kind has it"),
    (r"duplicate entries", "say it once"),
)
"""What the server says, and what to do; the first that is said. Empty: nothing, it is not the object's fault."""

_FIELD = re.compile(r'(?:unknown field "(?P<unknown>[^"]+)"|: \.(?P<path>[A-Za-z](?:\[[^\]]*\]|[^:\s])*): )')
_HEAD = re.compile(r'^(?:[\w.]+ "[^"]*" is (?:invalid|forbidden): |failed to create typed patch object \([^)]*\): )')
_VALUE = re.compile(r"^Invalid value: .*?: (?=[a-z])", re.DOTALL)


def explained(attempt: Attempt, answer: Answer) -> Iterator[Finding]:
    """What the answer to an attempt has to say."""
    if not answer.refused:
        yield from (_finding(attempt, WARNED, warning) for warning in answer.warnings)
        return
    causes = [*parts(answer.body, "details", "causes")]
    if any(cause.get("reason") == "FieldManagerConflict" for cause in causes):
        yield from _conflicts(attempt, causes)
    elif attempt.pod and _is_no_ones_business(answer):
        return
    elif re.search(_REMEDIES[0][0], answer.message):
        message = f"a webhook does not let itself be tried: {_shortened(answer.message)}"
        yield _finding(attempt, UNTRIED, message)
    elif answer.reason == "Invalid" and causes:
        for cause in causes:
            yield _finding(attempt, REFUSED, str(cause.get("message")), str(cause.get("field") or ""))
    else:
        match = _FIELD.search(answer.message)
        yield _finding(attempt, REFUSED, answer.message, (match["path"] or match["unknown"]) if match else "")


def is_immutable(finding: Finding) -> bool:
    """Whether it is about a field that cannot change in place."""
    return finding.rule == REFUSED and re.search(_IMMUTABLE, finding.message) is not None


def _is_no_ones_business(answer: Answer) -> bool:
    """Whether a pod is refused for what the deploy does not do itself, or what another check tells better."""
    if answer.status == _FORBIDDEN and 'cannot create resource "pods"' in answer.message:
        return True
    return "exceeded quota" in answer.message


def _conflicts(attempt: Attempt, causes: Sequence[Mapping[str, object]]) -> Iterator[Finding]:
    owners: dict[str, list[str]] = {}
    for cause in causes:
        match = re.search(r'conflict with "([^"]*)"', str(cause.get("message")))
        owners.setdefault(match[1] if match else "?", []).append(str(cause.get("field")).removeprefix("."))
    for owner, fields in owners.items():
        message = f"{owner} has set {', '.join(fields)}: Helm 4 does not change what others own"
        release = attempt.manifest.release
        take = f"chartgen deploy -e {release.environment} -s {release.service} --force-conflicts"
        remedy = f"leave it out of the values, or take it: `{take}`"
        yield replace(_finding(attempt, CONFLICT, message, fields[0]), remedy=remedy)


def _finding(attempt: Attempt, rule: str, message: str, field: str = "") -> Finding:
    manifest = attempt.manifest
    template = dotted((*TEMPLATES.get(kind_of(manifest), ()),)) if attempt.pod else ""
    path = ".".join(filter(None, (template, field)))
    text = _VALUE.sub("", message) if kind_of(manifest) == "Secret" else message
    text = ("its pods are refused: " if attempt.pod and rule == REFUSED else "") + _shortened(_stripped(text))
    matches = ((say, re.search(sign, message)) for sign, say in _REMEDIES)
    remedy = next((_filled(say, match) for say, match in matches if match), "")
    finding = found(rule, text, manifest, remedy=remedy)
    return replace(finding, path=path)


def _filled(remedy: str, match: re.Match[str]) -> str:
    for name, value in match.groupdict().items():
        remedy = remedy.replace(f"{{{name}}}", value)
    return remedy


def _stripped(message: str) -> str:
    """The message without what only names the object."""
    return re.sub(
        r'^(?:[\w.]+ "[^"]*" is (?:invalid|forbidden): |failed to create typed patch object \([^)]*\): )', "", message
    )


def _shortened(message: str) -> str:
    line = " ".join(message.split())
    return line if len(line) <= _TOO_LONG else f"{line[:_TOO_LONG]}…"
