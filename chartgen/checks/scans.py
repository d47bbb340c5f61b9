"""What vulnerability scanners found in images, read from their reports in SARIF 2.1.0.

How the two that most people use say which image they looked at (https://github.com/aquasecurity/trivy,
`pkg/report/sarif.go`; https://github.com/anchore/grype, `grype/presenter/sarif`):

- Trivy: `runs[].properties.imageName`, `repoTags` and `repoDigests`, also when it found nothing;
- Grype: `image@digest:/path` as the `fullyQualifiedName` of each result's logical location, so not when it found
  nothing: who hands such a report over names the image beside the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chartgen.compare.manifests.reading import part, parts
from chartgen.concerns import reference
from chartgen.errors import InputError, Where

LEVELS = ("critical", "high", "medium", "low")
"""How bad a vulnerability is, worst first."""

_SCORES = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"))
"""From which CVSS score on. Source: CVSS v3.1, "Qualitative Severity Rating Scale"."""

_BY_SARIF_LEVEL = {"error": "high", "warning": "medium"}
_SAID = re.compile(r"^Severity: *(\w+)", re.MULTILINE)
_GRYPE = re.compile(r"(?P<image>.+?)@(?P<digest>sha256:[0-9a-f]{64})?:/.*", re.DOTALL)
_PACKAGE = re.compile(r"(?P<id>CVE-\d{4}-\d+|GHSA(-[0-9a-z]{4}){3}).*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Vulnerability:
    """One thing that a scanner found in an image."""

    id: str
    level: str


@dataclass(frozen=True, slots=True)
class Scans:
    """What was found, by image: `repository:tag` and `sha256:…`, each an image's whole name or its digest.

    `threshold` is the least level that counts.
    """

    found: Mapping[str, frozenset[Vulnerability]]
    threshold: str = "high"

    def of(self, image: str) -> list[Vulnerability] | None:
        """What counts of what was found in the image, worst first; None: it was not scanned."""
        for name in _names(image):
            if name in self.found:
                counted = LEVELS[: LEVELS.index(self.threshold) + 1]
                known = [each for each in self.found[name] if each.level in counted]
                return sorted(known, key=lambda each: (LEVELS.index(each.level), each.id))
        return None


def read(reports: Iterable[tuple[str, bytes, str | None]], threshold: str = "high") -> Scans:
    """The scanners' reports as one.

    Args:
        reports: the file's name, its content, and the image that it is about where the file does not say that.
        threshold: of `LEVELS`, the least that counts.

    Raises:
        InputError: a file is no such report, or does not say which image it is about.
    """
    found: dict[str, set[Vulnerability]] = {}
    for file, content, image in reports:
        for run in _runs(file, content):
            names = {name for each in ([image] if image else _images(run)) for name in _names(each)}
            if not names:
                hint = f"name it: `--scan-report IMAGE={file}`"
                raise InputError("does not say which image it is about", Where(file), hint)
            vulnerabilities = set(_vulnerabilities(run))
            for name in names:
                found.setdefault(name, set()).update(vulnerabilities)
    return Scans({name: frozenset(known) for name, known in found.items()}, threshold)


def _runs(file: str, content: bytes) -> list[dict[str, Any]]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        data = None
    runs = list(parts(data, "runs"))
    if not runs:
        hint = "write it with `trivy image --format sarif` or `grype -o sarif`"
        raise InputError("is no report in SARIF", Where(file), hint)
    return runs


def _images(run: Mapping[str, Any]) -> Iterator[str]:
    """The names that the run gives its image."""
    properties = part(run, "properties")
    for name in ("imageName", "repoTags", "repoDigests"):
        value = part(properties, name)
        yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str))
    for result in parts(run, "results"):
        for location in parts(result, "locations"):
            for logical in parts(location, "logicalLocations"):
                match = _GRYPE.fullmatch(str(logical.get("fullyQualifiedName", "")))
                if match:
                    yield match["image"]
                    yield from [match["digest"]] if match["digest"] else []


def _names(image: str) -> Iterator[str]:
    """What an image is known by: its digest, which is surer, and its repository and tag, as Docker completes them."""
    if reference.is_digest(image):
        yield image
        return
    named = reference.split(image)
    if named is None:
        return
    if named.digest:
        yield named.digest
    if named.tag or not named.digest:
        yield f"{_repository(named.repository)}:{named.tag or 'latest'}"


def _repository(name: str) -> str:
    """The repository with its registry. Source: `familiarizeName` and its opposite in the `distribution/reference`."""
    host, slash, rest = name.partition("/")
    if not slash or not ("." in host or ":" in host or host == "localhost"):
        host, rest = "docker.io", name
    if host in ("docker.io", "index.docker.io"):
        host, rest = "docker.io", rest if "/" in rest else f"library/{rest}"
    return f"{host}/{rest}"


def _vulnerabilities(run: Mapping[str, Any]) -> Iterator[Vulnerability]:
    rules = {str(rule.get("id")): rule for rule in parts(run, "tool", "driver", "rules")}
    for result in parts(run, "results"):
        if not result.get("suppressions"):
            name = str(result.get("ruleId", ""))
            match = _PACKAGE.fullmatch(name)
            yield Vulnerability(match["id"] if match else name, _level(result, rules.get(name, {})))


def _level(result: Mapping[str, Any], rule: Mapping[str, Any]) -> str:
    """As the scanner puts it: by a tag or in words, else by the score, else by what SARIF has for any finding."""
    tags = part(rule, "properties", "tags")
    words = [str(tag).lower() for tag in tags] if isinstance(tags, list) else []
    for text in (part(rule, "help", "text"), part(result, "message", "text")):
        words += [word.lower() for word in _SAID.findall(text)] if isinstance(text, str) else []
    for word in words:
        if word in LEVELS:
            return word
    if words and words[-1] in ("negligible", "unknown"):
        return "low"
    try:
        score = float(str(part(rule, "properties", "security-severity")))
    except ValueError:
        return _BY_SARIF_LEVEL.get(str(result.get("level")), "low")
    return next((level for least, level in _SCORES if score >= least), "low")
