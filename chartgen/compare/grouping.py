"""Changes of many releases, each told once: what releases differ in by their own names alone is the same change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chartgen.compare.impact import Affected, By, Group, Refusal, State, Variant
from chartgen.compare.manifests.objects import Kind, ObjectChange
from chartgen.errors import Problem
from chartgen.model import Release

_DIGEST = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{64}(?![0-9A-Za-z])")
_SUFFIX = re.compile(r"(?<=[0-9a-z]-)[0-9a-f]{8}(?![0-9A-Za-z])")
_HASH = "<hash>"
_ENTRY = re.compile(r'\["[^"]*"\]')
"""The name of a list's entry in a path: only there does a release's own name stand."""


def groups(found: Sequence[tuple[Release, Sequence[ObjectChange]]]) -> tuple[tuple[Group, ...], tuple[Affected, ...]]:
    """The changes of many releases, each told once, and what becomes of each release, in their order."""
    told = [(release, [change for change in changes if not change.names_chart]) for release, changes in found]
    nameless = _nameless(told)
    places: dict[_Place, _Gathered] = {}
    members: list[dict[_Place, None]] = []
    for release, changes in told:
        own: dict[_Place, None] = {}
        for change in changes:
            place = _place(change, nameless)
            places.setdefault(place, _Gathered(change)).add(change, nameless, release)
            own[place] = None
        members.append(own)
    ordered = sorted(places, key=lambda place: (_rank(place), -places[place].count))
    index = {place: number for number, place in enumerate(ordered)}
    affected = (
        _affected(release, changes, sorted(index[place] for place in own))
        for (release, changes), own in zip(found, members, strict=True)
    )
    return tuple(places[place].group(place) for place in ordered), tuple(affected)


def _affected(release: Release, changes: Sequence[ObjectChange], indexes: Sequence[int]) -> Affected:
    restarts = dict.fromkeys(change.object for change in changes if change.restarts)
    recreates = dict.fromkeys(change.object for change in changes if change.change == "recreate")
    state: State = "changed" if indexes else "labels" if changes else "same"
    return Affected(release, state, tuple(restarts), tuple(recreates), tuple(indexes))


@dataclass(frozen=True, slots=True)
class _Place:
    """What a change is and where, without any release's own names."""

    change: Kind
    object: str
    path: str
    restarts: bool
    message: str
    remedy: str
    hook: bool


def _nameless(found: Iterable[tuple[Release, Iterable[ObjectChange]]]) -> Mapping[str, str]:
    """Each text of the changes without the release's own names.

    A text that two releases share holds no names, whatever one of them is called: it stays as it is.
    """
    nameless: dict[str, str] = {}
    for release, changes in found:
        names = _Names.of(release)
        for change in changes:
            texts = {text: names.out_of(text) for text in (*_words(change), _values(change))}
            texts[change.path] = names.out_of_path(change.path)
            for text, without in texts.items():
                if nameless.setdefault(text, without) != without:
                    nameless[text] = text
    return nameless


@dataclass(frozen=True, slots=True)
class _Names:
    """How to take a release's own names out of a text."""

    pattern: re.Pattern[str]
    meant: Mapping[str, str]

    @classmethod
    def of(cls, release: Release) -> _Names:
        meant = {name: mark for mark, name in _named(release)}
        longest = sorted(meant, key=len, reverse=True)
        return cls(re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(map(re.escape, longest))})(?![0-9A-Za-z])"), meant)

    def out_of(self, text: str) -> str:
        text = _SUFFIX.sub(_HASH, _DIGEST.sub(_HASH, text))
        return self.pattern.sub(lambda found: self.meant[found[0]], text)

    def out_of_path(self, text: str) -> str:
        """A path has names only where it tells a list's entry."""
        return _ENTRY.sub(lambda found: self.out_of(found[0]), text)


@dataclass(slots=True)
class _Shared:
    """The names of releases, by what stands for each."""

    names: dict[str, set[str]] = field(default_factory=dict)

    def add(self, release: Release) -> None:
        for mark, name in _named(release):
            self.names.setdefault(mark, set()).add(name)

    def into(self, nameless: str) -> str:
        """The text with those names put back that all releases have in common."""
        for mark, (name, *others) in self.names.items():
            if not others:
                nameless = nameless.replace(mark, name)
        return nameless


@dataclass(slots=True)
class _Gathered:
    """The forms of a change as they are found, and its first words, which hold while all others are the same."""

    first: ObjectChange
    uniform: bool = True
    count: int = 0
    names: _Shared = field(default_factory=_Shared)
    forms: dict[str, _Form] = field(default_factory=dict)

    def add(self, change: ObjectChange, nameless: Mapping[str, str], release: Release) -> None:
        self.count += 1
        self.uniform = self.uniform and _words(change) == _words(self.first)
        self.names.add(release)
        text = _values(change)
        form = self.forms.setdefault(nameless[text], _Form(text, change.before, change.after))
        form.uniform = form.uniform and text == form.text
        form.names.add(release)
        form.releases[release.title] = None

    def group(self, place: _Place) -> Group:
        nameless = (place.object, place.path, place.message, place.remedy)
        told = _words(self.first) if self.uniform else map(self.names.into, nameless)
        forms = sorted(self.forms.items(), key=lambda item: -len(item[1].releases))
        variants = tuple(form.variant(text) for text, form in forms)
        thing, path, message, remedy = told
        return Group(place.change, thing, path, place.restarts, message, remedy, place.hook, variants)


@dataclass(slots=True)
class _Form:
    text: str
    before: Any
    after: Any
    uniform: bool = True
    names: _Shared = field(default_factory=_Shared)
    releases: dict[str, None] = field(default_factory=dict)

    def variant(self, nameless: str) -> Variant:
        before, after = (self.before, self.after) if self.uniform else json.loads(self.names.into(nameless))
        return Variant(before, after, tuple(self.releases))


def _named(release: Release) -> tuple[tuple[str, str], ...]:
    """What stands for each of a release's own names; of names that are the same the last holds."""
    return ("<service>", release.service), ("<namespace>", release.namespace), ("<release>", release.name)


def _words(change: ObjectChange) -> tuple[str, str, str, str]:
    return change.object, change.path, change.message, change.remedy


def _values(change: ObjectChange) -> str:
    """What stands there before and after, as one text."""
    return json.dumps([change.before, change.after], sort_keys=True, ensure_ascii=False)


def _place(change: ObjectChange, nameless: Mapping[str, str]) -> _Place:
    thing, path, message, remedy = (nameless[text] for text in _words(change))
    return _Place(change.change, thing, path, change.restarts, message, remedy, change.hook)


def _rank(place: _Place) -> tuple[int, bool]:
    """The worst first; hooks after what runs all the time."""
    order = ("recreate", "removed", "changed", "added")
    rank = order.index(place.change) * 2 - place.restarts
    return rank, place.hook


def refusals(found: Iterable[tuple[By, Problem, str]]) -> tuple[Refusal, ...]:
    """What refuses releases, each told once with the titles of the releases."""
    titles: dict[tuple[By, Problem], list[str]] = {}
    for by, problem, title in found:
        titles.setdefault((by, replace(problem, path="") if problem.path == title else problem), []).append(title)
    return tuple(Refusal(by, problem, tuple(dict.fromkeys(own))) for (by, problem), own in titles.items())


def by_service(releases: Iterable[Affected]) -> Iterator[tuple[str, list[Affected]]]:
    """The releases by their services, in their order."""
    services: dict[str, list[Affected]] = {}
    for each in releases:
        services.setdefault(each.release.service, []).append(each)
    yield from services.items()
