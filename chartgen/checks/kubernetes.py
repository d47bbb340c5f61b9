"""Every manifest against the Kubernetes API schemas of a version, unknown fields refused: the rule `kubernetes-schema`.

The schemas stand in `kubernetes/`; `kubernetes_schemas.py` makes them and says what they leave out. Custom resources
are checked where `custom_resources/` knows their kind: those of the projects that the chart makes objects for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chartgen.checks import kubernetes_data
from chartgen.checks.kubernetes_kinds import Kinds
from chartgen.compare.manifests.reading import placed
from chartgen.errors import Where, dotted
from chartgen.jsonvalidation import NULL, Path, Validator, Violation
from chartgen.model import Finding, Manifest

RULE = "kubernetes-schema"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of manifests came to: what it found, and how many custom resources of unknown kinds it let pass."""

    findings: tuple[Finding, ...]
    skipped: int = 0


def versions() -> list[str]:
    """The Kubernetes versions there are schemas of (`1.30` and so on), oldest first."""
    return kubernetes_data.versions()


def check(manifests: Sequence[Manifest], version: str) -> Checked:
    """Whether an API server of the given version would accept the manifests as objects of their kinds.

    Args:
        manifests: of any number of releases.
        version: one of `versions()`.

    Raises:
        InputError: nothing is known of that version.
    """
    schemas = _Schemas(version)
    findings: list[Finding] = []
    skipped = 0
    for manifest in manifests:
        for path, item in placed(manifest.object):
            violations = schemas.violations(item)
            if violations is None:
                skipped += 1
            else:
                findings += (_finding(manifest, path, violation) for violation in violations)
    return Checked(tuple(findings), skipped)


def _finding(manifest: Manifest, path: Path, violation: Violation) -> Finding:
    # Beside the name that was meant, a list of all that could stand there is noise.
    guessed = violation.hint.startswith("did you mean")
    return Finding(
        rule=RULE,
        severity="error",
        message=violation.message if guessed else str(violation),
        release=manifest.release.title,
        object=manifest.title,
        path=dotted((*path, *violation.path)),
        where=Where(manifest.template),
        remedy=violation.hint,
    )


class _Schemas:
    """The schemas of one Kubernetes version, each kind compiled when it is first met."""

    def __init__(self, version: str) -> None:
        self._definitions = kubernetes_data.definitions(version)
        self._kinds = Kinds(version, kubernetes_data.served())
        self._validators: dict[tuple[str, str], Validator | None] = {}

    def violations(self, item: Any) -> list[Violation] | None:
        """What is wrong with an object; None where its kind is another project's, and not known."""
        if mistakes := _no_kind(item):
            return mistakes
        name = (item["apiVersion"], item["kind"])
        if name not in self._validators:
            self._validators[name] = self._validator(*name)
        validator = self._validators[name]
        if validator is None:
            return None if self._kinds.is_foreign(name[0]) else [self._kinds.refusal(*name)]
        return [] if validator.is_valid(item) else _violations(validator, item)

    def _validator(self, api_version: str, kind: str) -> Validator | None:
        """One of the kind's schema and of what it refers to: a tenth of the time that compiling all of them takes."""
        if self._kinds.knows(api_version, kind):
            own: Any = {"$ref": f"#/definitions/{kubernetes_data.definition_name(api_version, kind)}"}
        elif self._kinds.is_foreign(api_version):
            own = kubernetes_data.custom_kinds(api_version).get(kind)
        else:
            own = None
        if own is None:
            return None
        needed: dict[str, Any] = {}
        waiting = list(kubernetes_data.references(own))
        while waiting:
            if (part := waiting.pop()) not in needed:
                needed[part] = self._definitions[part]
                waiting += kubernetes_data.references(needed[part])
        return Validator({"$schema": "http://json-schema.org/draft-07/schema#", **own, "definitions": needed})


def _no_kind(item: Any) -> list[Violation]:
    if not isinstance(item, dict):
        return [Violation((), "is no object", "a map with `apiVersion` and `kind`")]
    wrong = [name for name in ("apiVersion", "kind") if not isinstance(item.get(name), str) or not item[name]]
    return [Violation((name,), "is no text" if item.get(name) else "is missing") for name in wrong]


def _violations(validator: Validator, item: Any) -> list[Violation]:
    """What is wrong for an API server: to it a null field is one that was not written, if only it knows the field."""
    found = validator.violations(item)
    nulls = [violation.path for violation in found if violation.message == NULL and isinstance(violation.path[-1], str)]
    for path in nulls:
        item = _without(item, path)
    return validator.violations(item) if nulls else found


def _without(node: Any, path: Path) -> Any:
    """A copy without the entry at the path."""
    first, *rest = path
    copy = node.copy()
    if rest:
        copy[first] = _without(node[first], tuple(rest))
    else:
        del copy[first]
    return copy
