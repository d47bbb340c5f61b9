"""What runs where, as edits of `versions/<environment>.yaml`: comments and order stay."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chartgen import files, yamlio
from chartgen.concerns.reference import is_version
from chartgen.errors import InputError, Problem, Where, did_you_mean, dotted
from chartgen.model import options_of
from chartgen.yamlio import Document, Map, Node, Scalar


@dataclass(frozen=True, slots=True)
class Known:
    """The names that the project has: services whose image a version chooses, and environments with their regions."""

    services: Collection[str]
    environments: Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a version holds: in an environment, or in one region of it alone."""

    environment: str
    region: str | None = None

    @property
    def file(self) -> str:
        """The file that says so, project-relative."""
        return f"versions/{self.environment}.yaml"

    @property
    def path(self) -> tuple[str, ...]:
        """Where in the file the images stand."""
        return ("regions", self.region, "images") if self.region else ("images",)

    def __str__(self) -> str:
        return "/".join(part for part in (self.environment, self.region) if part)


@dataclass(frozen=True, slots=True)
class VersionChange:
    """A version at a place: what it was (None: nothing was said there) and what it is.

    `service` is whose image it is the version of, None for the shared chart.
    """

    place: Place
    service: str | None
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class Versions:
    """Versions by service, as written, and that of the shared chart; None: none is said."""

    images: Mapping[str, str]
    chart: str | None = None


@dataclass(frozen=True, slots=True)
class VersionsResult:
    """What was changed, and what of it has no effect in a region, because the region says otherwise.

    In `overruled`, `before` is what the region keeps to.
    """

    changes: tuple[VersionChange, ...] = ()
    overruled: tuple[VersionChange, ...] = ()


def known_names(project: Path) -> Known:
    """The names of the project in the folder.

    Raises:
        InputError: its spec cannot be read.
    """
    from chartgen.spec.load import load

    spec = load(project)
    regions = {name: [region.name for region in one.regions] for name, one in spec.environments.items()}
    return Known(list(spec.services), regions)


def set_version(project: Path, known: Known, service: str, version: str, place: Place) -> VersionsResult:
    """Says which version of a service's image runs at a place.

    Arguments:
        version: a tag, or a digest (`sha256:` and 64 hexadecimal digits).

    Raises:
        InputError: a name that the project does not have, no tag or digest, or a file that cannot be edited.
        ToolError: the system refuses, or another chartgen keeps writing here.
    """
    problems = [*_unknown(known, place, [service]), *_malformed(version)]
    if problems:
        raise InputError(problems)
    return _write(project, place, {service: version})


def promote(project: Path, known: Known, source: Place, target: Place, services: Sequence[str] = ()) -> VersionsResult:
    """Copies versions, of images and of the shared chart: what runs at one place shall run at the other.

    A region's versions are its own and, for the rest, its environment's.

    Arguments:
        services: the images of these alone; of all that have a version at the source, and the chart's, unless given.

    Raises:
        InputError: a name that the project does not have, a service without a version at the source, or a file that
            cannot be read or edited.
        ToolError: the system refuses, or another chartgen keeps writing here.
    """
    problems = [*_unknown(known, target, ())]
    if source == target:
        problems.append(Problem(f"{source} cannot be promoted to itself"))
    if problems:
        raise InputError([*_unknown(known, source, services), *problems])
    versions = carried(project, known, source, services)
    return _write(project, target, versions.images, versions.chart)


def carried(project: Path, known: Known, source: Place, services: Sequence[str] = ()) -> Versions:
    """The versions that `promote` takes from a place.

    Arguments, Raises:
        As `promote`.
    """
    problems = [*_unknown(known, source, services)]
    if problems:
        raise InputError(problems)
    document = _read(project, source)
    found = _images(document, Place(source.environment)) | _images(document, source)
    missing = [service for service in services if service not in found]
    problems = [_missing(source, service) for service in missing]
    chart = None if services else _chart(document, source) or _chart(document, Place(source.environment))
    if not services and not found and chart is None:
        problems = [Problem("names no version", Where(source.file), hint="`chartgen set-version` writes one")]
    chosen = {name: found[name] for name in services or found if name in found and name in known.services}
    problems += [problem for name, version in chosen.items() for problem in _malformed(version, source, name)]
    if problems:
        raise InputError(problems)
    return Versions(chosen, chart)


def _unknown(known: Known, place: Place, services: Sequence[str]) -> Iterator[Problem]:
    regions = known.environments.get(place.environment)
    if regions is None:
        yield _nobody("environment", place.environment, known.environments)
    elif place.region is not None and place.region not in regions:
        yield _nobody(f"region of {place.environment}", place.region, regions)
    for service in services:
        if service not in known.services:
            yield _nobody("service whose image a version chooses", service, known.services)


def _nobody(what: str, name: str, known: Collection[str]) -> Problem:
    expected = f"one of {', '.join(sorted(known)) or 'none'}"
    return Problem(f"`{name}` is no {what}", expected=expected, hint=did_you_mean(name, known))


def _malformed(version: str, place: Place | None = None, service: str = "") -> Iterator[Problem]:
    if not is_version(version):
        where, path = (Where(place.file), dotted((*place.path, service))) if place else (None, "")
        expected = "a tag (letters, digits, `_`, `.`, `-`; at most 128) or a digest (`sha256:` and 64 of 0-9a-f)"
        yield Problem(f"`{version}` is neither a tag nor a digest", where, path, expected)


def _missing(place: Place, service: str) -> Problem:
    options = options_of(place.environment, place.region)
    hint = f"`chartgen set-version {service} TAG {options}` writes one"
    return Problem(f"names no version of {service}", Where(place.file), hint=hint)


def _read(project: Path, place: Place) -> Document:
    document = yamlio.load(files.read(project, place.file) or b"", place.file)
    if not isinstance(document.data, dict | None):
        raise InputError("is not a map", document.root.where)
    return document


def _images(document: Document, place: Place) -> dict[str, str]:
    """The versions that the file gives for exactly this place, as written: an unquoted 1.10 is `1.10`."""
    node = document.root
    for key in place.path:
        node = node.get(key) or Scalar(None, "", node.where) if isinstance(node, Map) else node
    if isinstance(node, Scalar) and node.value is None:
        return {}
    if not isinstance(node, Map):
        raise InputError(Problem("is not a map", node.where, dotted(place.path), "service: tag or digest"))
    wrong = [name for name, entry in node.entries.items() if not isinstance(entry, Scalar)]
    if wrong:
        problems = (Problem("is not a string", node.keys[name], dotted((*place.path, name))) for name in wrong)
        raise InputError(problems)
    entries = ((name, entry) for name, entry in node.entries.items() if isinstance(entry, Scalar))
    return {name: entry.text for name, entry in entries if entry.value is not None}


def _chart(document: Document, place: Place) -> str | None:
    """The version of the shared chart that the file gives for exactly this place, as written."""
    node: Node | None = document.root
    for key in (*place.path[:-1], "chart"):
        node = node.get(key) if isinstance(node, Map) else None
    return node.text if isinstance(node, Scalar) and node.value is not None else None


def _write(project: Path, place: Place, versions: Mapping[str, str], chart: str | None = None) -> VersionsResult:
    with files.writing(project) as writer:
        document = _read(project, place)
        before, overruled = _images(document, place), tuple(_overruled(document, place, versions))
        changes = [
            VersionChange(place, service, before.get(service), version)
            for service, version in versions.items()
            if before.get(service) != version
        ]
        if chart is not None and chart != _chart(document, place):
            changes.append(VersionChange(place, None, _chart(document, place), chart))
        if changes:
            text = (files.read(project, place.file) or b"").decode("utf-8-sig") or _header(place)
            edits: dict[yamlio.Path, str] = {_entry(change): change.after for change in changes}
            writer.write({place.file: yamlio.edit(text, edits, file=place.file).encode()})
    return VersionsResult(tuple(changes), overruled)


def _entry(change: VersionChange) -> yamlio.Path:
    """Where the version stands in the file."""
    path = change.place.path
    return (*path[:-1], "chart") if change.service is None else (*path, change.service)


def _overruled(document: Document, place: Place, versions: Mapping[str, str]) -> Iterator[VersionChange]:
    regions = document.root.get("regions") if isinstance(document.root, Map) else None
    if place.region is not None or not isinstance(regions, Map):
        return
    for region in regions.entries:
        here = Place(place.environment, region)
        for service, version in _images(document, here).items():
            if versions.get(service, version) != version:
                yield VersionChange(here, service, version, versions[service])


def _header(place: Place) -> str:
    return (
        f"# What runs in {place.environment}: `chartgen set-version` and `chartgen promote` write it, and so may you.\n"
    )
