"""The files beside the spec: `versions/`, which says what runs where, and `values/`, the developer's own values."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from chartgen.errors import Problem, Where, did_you_mean, dotted
from chartgen.fields import describe, present
from chartgen.model import Layer
from chartgen.spec.fields import VersionsFields
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
        fields = read(VersionsFields, document.root, (), problems) or VersionsFields()
        found[environment, None] = Versions(present(fields.images), fields.chart)
        names = [region.name for region in environments[environment].regions]
        for region, part in present(fields.regions).items():
            found[environment, region] = Versions(present(part.images), part.chart)
        problems += _unknown(document.root, names, environment, services)
    return found


def _unknown(root: Map, regions: Sequence[str], environment: str, services: Mapping[str, Service]) -> Iterator[Problem]:
    """Services and regions that there are not."""
    parts = root.get("regions")
    by_region = parts.entries.items() if isinstance(parts, Map) else ()
    for region, _ in by_region:
        if region not in regions and isinstance(parts, Map):
            message = f"`{region}` is no region of {environment}"
            yield _nobody(message, parts.keys[region], region, regions, dotted(("regions", region)))
    for path, part in (((), root), *((("regions", region), part) for region, part in by_region)):
        images = part.get("images") if isinstance(part, Map) else None
        for name, where in images.keys.items() if isinstance(images, Map) else ():
            if name not in services:
                yield _nobody(f"`{name}` is no service", where, name, services, dotted((*path, "images", name)))


def developer(
    documents: Mapping[str, Document],
    services: Collection[str],
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


def _wrong_name(file: str, services: Collection[str], environments: Mapping[str, Environment]) -> Iterator[Problem]:
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
