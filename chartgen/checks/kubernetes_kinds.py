"""Which kinds of objects Kubernetes serves, in which versions, and what to say of one that it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chartgen.errors import did_you_mean
from chartgen.jsonvalidation import Violation


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of one Kubernetes version.

    Attributes:
        version: the Kubernetes version: `1.33`.
        served: API version to kind to the versions that serve it: `-`, `1.31-`, `-1.33` or `1.31-1.33`.
    """

    version: str
    served: Mapping[str, Mapping[str, str]]

    def knows(self, api_version: str, kind: str) -> bool:
        """Whether this version serves the kind."""
        span = self.served.get(api_version, {}).get(kind)
        return span is not None and _covers(span, self.version)

    def is_foreign(self, api_version: str) -> bool:
        """Whether the API version's group belongs to custom resources, of which nothing is known here.

        Their groups must have a dot; the groups with a dot that are Kubernetes' own are all listed. Source:
        https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/custom-resources/
        """
        group = _group(api_version)
        return "." in group and group not in {_group(known) for known in self.served}

    def refusal(self, api_version: str, kind: str) -> Violation:
        """What to say of a kind of Kubernetes' own that this version does not serve, and what to write instead."""
        message = f"kind `{kind}` of `{api_version}` does not exist in Kubernetes {self.version}"
        span = self.served.get(api_version, {}).get(kind)
        if span:
            message = f"{message}, only {_in_words(span)}"
        if home := self._home(kind, _group(api_version)):
            return Violation(("apiVersion",), message, hint=f"use `{home}`")
        return Violation(("kind",), message, hint="" if span else self._meant(api_version, kind))

    def _home(self, kind: str, group: str) -> str:
        """The API version that has the kind: of the same group if there is one, the most stable, the latest."""
        homes = [api_version for api_version in self.served if self.knows(api_version, kind)]
        ranks = [(_group(home) == group, "alpha" not in home, "beta" not in home, home) for home in homes]
        return max(ranks)[-1] if ranks else ""

    def _meant(self, api_version: str, kind: str) -> str:
        """The kind of the same API version, or else of any, whose name is like that."""
        known = {served: [name for name in self.served[served] if self.knows(served, name)] for served in self.served}
        anywhere = [name for names in known.values() for name in names]
        return did_you_mean(kind, known.get(api_version, [])) or did_you_mean(kind, anywhere)


def _group(api_version: str) -> str:
    return api_version.rpartition("/")[0]


def _covers(span: str, version: str) -> bool:
    first, _, last = span.partition("-")
    return (not first or _number(first) <= _number(version)) and (not last or _number(version) <= _number(last))


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _in_words(span: str) -> str:
    first, _, last = span.partition("-")
    if first and last:
        return f"in {first}" if first == last else f"in {first} to {last}"
    return f"from {first}" if first else f"up to {last}"
