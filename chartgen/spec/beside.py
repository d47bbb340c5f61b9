"""The files beside the spec: `versions/`, which says what runs where, and `values/`, the developer's own values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from chartgen.errors import Problem, Where, did_you_mean, dotted
from chartgen.fields import describe, present
from chartgen.model import Layer
from chartgen.spec.fields import RegionVersionsFields, VersionsFields
from chartgen.spec.project import Environment, Service, Versions
from chartgen.spec.validation import read
from chartgen.yamlio import Document, Map

_VERSIONS = "versions/"
_VALUES = "values/"
_SHOWN = 12


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
                expected = "a map with `images`, `chart` or `regions`"
                problems.append(Problem(f"is {describe(document.root)}", document.root.where, expected=expected))
            continue
        fields = read(VersionsFields, document.root, (), problems)
        if fields is None:
            continue
        found[environment, None] = _versions(fields, document, (), services, problems)
        names = [region.name for region in environments[environment].regions]
        for region, part in present(fields.regions or {}).items():
            if region not in names:
                where = document.origins["regions", region]
                message = f"`{region}` is no region of {environment}"
                problems.append(_nobody(message, where, region, names, dotted(("regions", region))))
            else:
                found[environment, region] = _versions(part, document, ("regions", region), services, problems)
    return found


def _versions(
    fields: RegionVersionsFields,
    document: Document,
    path: tuple[str, ...],
    services: Mapping[str, Service],
    problems: list[Problem],
) -> Versions:
    images = present(fields.images or {})
    for name in images:
        if name not in services:
            place = (*path, "images", name)
            problems.append(_nobody(f"`{name}` is no service", document.origins[place], name, services, dotted(place)))
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
            if isinstance(document.data, dict | None):
                found[file] = Layer(file, document.data or {}, document.origins)
            else:
                message = f"is {describe(document.root)}"
                problems.append(Problem(message, document.root.where, expected="a map of chart values"))
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


def _nobody(message: str, where: Where, name: str, known: Iterable[str], path: str = "") -> Problem:
    names = list(known)
    hint = did_you_mean(name, names) or "rename or remove it"
    expected = f"one of {', '.join(names[:_SHOWN])}" if names else ""
    return Problem(message, where, path, f"{expected}, …" if len(names) > _SHOWN else expected, hint)
