"""All rules over releases and their objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chartgen.checks.objects import Objects
from chartgen.checks.origins import decided
from chartgen.checks.registry import CHANGE_RULES, FAMILIES, RULES, SCAN_RULES
from chartgen.checks.rule import AnyRule, Change, Hit, Key, Scanned
from chartgen.checks.scans import Scans
from chartgen.compare.manifests.reading import objects_of
from chartgen.errors import Where, dotted
from chartgen.model import Finding, Manifest, Release

_CONTAINERS = tuple(rule for family in FAMILIES for rule in family.containers)
_WORKLOADS = tuple(rule for family in FAMILIES for rule in family.workloads)
_RELEASES = tuple(rule for family in FAMILIES for rule in family.releases)
_ALL_RELEASES = tuple(rule for family in FAMILIES for rule in family.all_releases)
_UNIQUE = tuple(rule for family in FAMILIES for rule in family.unique)
_CHANGES = tuple(rule for family in FAMILIES for rule in family.changes)
_SCANNED = tuple(rule for family in FAMILIES for rule in family.scanned)


class Run:
    """A run of the rules over many releases, a part of them at a time: what only one can have is kept between parts."""

    def __init__(self, scans: Scans | None = None, *, compares: bool = False) -> None:
        """Begins a run.

        Args:
            scans: what scanners' reports say of images; None: there are none.
            compares: whether there is something to compare with: what git has.
        """
        self._scans = scans
        self._compares = compares
        self._taken: dict[str, dict[Key, Release]] = {rule.id: {} for rule in _UNIQUE}

    @property
    def asked(self) -> frozenset[str]:
        """The ids of the rules that are asked: without a report or a revision, not those about it."""
        left = frozenset() if self._scans is not None else SCAN_RULES
        return frozenset(RULES) - (left if self._compares else left | CHANGE_RULES)

    def over(self, manifests: Iterable[Manifest], before: Iterable[Manifest] = ()) -> list[Finding]:
        """What is found in the objects of some releases, all objects of each at once.

        The objects must be such as an API server takes: what is wrong with others shows elsewhere.

        Args:
            manifests: the objects.
            before: the objects that git has of these releases, as far as they may have changed.
        """
        old = _by_release(before)
        found: list[Finding] = []
        for title, own in _by_release(manifests).items():
            objects = Objects.of(own[0].release, own)
            found += self._one(objects, old.get(title, ()))
            objects.forget()
        return found

    def _one(self, objects: Objects, before: Sequence[Manifest]) -> list[Finding]:
        release = objects.release
        found = [
            _finding(rule, hit, release)
            for container in objects.containers
            for rule in _CONTAINERS
            for hit in rule.look(container)
        ]
        found += (
            _finding(rule, hit, release)
            for workload in objects.workloads
            for rule in _WORKLOADS
            for hit in rule.look(workload)
        )
        found += (_finding(rule, hit, release) for rule in _RELEASES for hit in rule.look(objects))
        found += self._taken_twice(objects)
        if self._scans is not None:
            scanned = [Scanned(container, self._scans) for container in objects.containers]
            found += (_finding(rule, hit, release) for each in scanned for rule in _SCANNED for hit in rule.look(each))
        if before:
            change = Change(Objects.of(before[0].release, before), objects)
            found += (_finding(rule, hit, release) for rule in _CHANGES for hit in rule.look(change))
            change.old.forget()
        return found

    def _taken_twice(self, objects: Objects) -> Iterator[Finding]:
        release = objects.release
        for rule in _UNIQUE:
            taken = self._taken[rule.id]
            for key, manifest in rule.keys(objects):
                if key in taken:
                    yield _finding(rule, rule.hit(key, taken[key], manifest), release)
                else:
                    taken[key] = release


def _by_release(manifests: Iterable[Manifest]) -> dict[str, list[Manifest]]:
    """The objects by the titles of their releases, lists opened."""
    titles: dict[int, str] = {}
    found: dict[str, list[Manifest]] = {}
    for manifest in manifests:
        release = manifest.release
        title = titles.get(id(release))
        if title is None:
            title = titles[id(release)] = release.title
        found.setdefault(title, []).extend(objects_of(manifest))
    return found


def over_all(releases: Sequence[Release]) -> list[Finding]:
    """What is found in the releases as a whole, whatever their objects."""
    return [_finding(rule, hit, None) for rule in _ALL_RELEASES for hit in rule.look(releases)]


def _finding(rule: AnyRule, hit: Hit, release: Release | None) -> Finding:
    where = hit.where
    own_chart = release is not None and not release.chart.shared and hit.manifest is not None
    if where is None and release is not None:
        where = decided(release, hit.values) or _of_chart(hit, release)
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        message=hit.message,
        release="" if release is None else release.title,
        object="" if hit.manifest is None else hit.manifest.title,
        path=dotted(hit.path),
        where=where,
        remedy=_REMEDY if own_chart and hit.where is None else hit.remedy or rule.remedy,
    )


_REMEDY = "change the chart's template, or the `values` that the service gives it"


def _of_chart(hit: Hit, release: Release) -> Where:
    """For what no values decide: in a local chart of its own, the template; else where the service is."""
    if hit.manifest is None or release.chart.shared or release.chart.path is None:
        return release.generated.origin(())
    return Where(f"{release.chart.path.rstrip('/')}/{hit.manifest.template.partition('/')[2]}")
