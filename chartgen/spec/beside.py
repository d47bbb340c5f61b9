"""The files beside the spec: `versions/`, which says what runs where, and `values/`, the developer's own values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from chartgen.errors import Problem, Where, did_you_mean, dotted
from chartgen.fields import present
from chartgen.model import Layer
from chartgen.spec.fields import VersionsFields
from chartgen.spec.project import Environment, Service, Versions
from chartgen.spec.validation import read
from chartgen.yamlio import Document, Map, Scalar

_VERSIONS = "versions/"
_VALUES = "values/"


def versions(
    documents: Mapping[str, Document],
    services: Mapping[str, Service],
    environments: Mapping[str, Environment],
    problems: list[Problem],
) -> dict[tuple[str, str | None], Versions]:
    """What runs where, by environment and region (None: everywhere in it)."""
    found: dict[tuple[str, str | None], Versions] = {}
    for file, document in documents.items():
        if not file.startswith(_VERSIONS):
            continue
        environment = file[len(_VERSIONS) : -len(".yaml")]
        if environment not in environments:
            problems.append(_nobody(f"`{environment}` is no environment", Where(file), environment, environments))
            continue
        if not isinstance(document.root, Map):
            if document.data is not None:
                problems.append(Problem("is not a map", Where(file, 1, 1), expected="a map with `images`"))
            continue
        fields = read(VersionsFields, document.root, (), problems)
        if fields is None:
            continue
        found[environment, None] = _versions(fields, document, (), services, problems)
        names = [region.name for region in environments[environment].regions]
        for region, part in present(fields.regions or {}).items():
            if region not in names:
                where = document.origins["regions", region]
                problems.append(_nobody(f"`{region}` is no region of {environment}", where, region, names))
            else:
                found[environment, region] = _versions(part, document, ("regions", region), services, problems)
    return found


def _versions(
    fields: VersionsFields,
    document: Document,
    path: tuple[str, ...],
    services: Mapping[str, Service],
    problems: list[Problem],
) -> Versions:
    images = present(fields.images or {})
    for name in images:
        if name not in services:
            where = document.origins[(*path, "images", name)]
            problem = _nobody(f"`{name}` is no service", where, name, services)
            problems.append(Problem(problem.message, where, dotted((*path, "images", name)), "", problem.hint))
    return Versions(images, fields.chart)


def developer(
    documents: Mapping[str, Document],
    services: Mapping[str, Service],
    environments: Mapping[str, Environment],
    problems: list[Problem],
) -> dict[str, Layer]:
    """The developer's own values, by file name; a file that no release would take is a problem."""
    found = {}
    for file, document in documents.items():
        if file.startswith(_VALUES):
            problems += _wrong_name(file, services, environments)
            if document.data is None:
                document = Document(file, Scalar(None, "", Where(file, 1, 1)), {}, {})  # noqa: PLW2901
            if isinstance(document.data, dict):
                found[file] = Layer(file, document.data, document.origins)
            else:
                problems.append(Problem("is not a map of values", Where(file, 1, 1), expected="a map"))
    return found


def _wrong_name(
    file: str, services: Mapping[str, Service], environments: Mapping[str, Environment]
) -> Iterator[Problem]:
    service, *rest = file[len(_VALUES) : -len(".yaml")].split(".")
    if service not in services:
        yield _nobody(f"values for `{service}`, which is no service", Where(file), service, services)
    elif rest and rest[0] not in environments:
        yield _nobody(f"values for `{rest[0]}`, which is no environment", Where(file), rest[0], environments)
    elif len(rest) > 1:
        names = [region.name for region in environments[rest[0]].regions]
        region = ".".join(rest[1:])
        if region not in names:
            yield _nobody(f"values for `{region}`, which is no region of {rest[0]}", Where(file), region, names)


def _nobody(message: str, where: Where, name: str, known: Iterable[str]) -> Problem:
    names = list(known)
    hint = did_you_mean(name, names) or "rename or remove it"
    return Problem(message, where, expected=f"one of {', '.join(names) or 'none'}", hint=hint)
