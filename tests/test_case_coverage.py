"""No field of the spec and no property of the chart without a case that notices when it goes.

A case covers a field only if its expectation fails once the field is taken out of what the case writes: so a case that
sets a field and looks at nothing, or at something else, does not count.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args, get_origin

import pytest

from chartgen import values, yamlio
from chartgen.checks.values_schema import check
from chartgen.concerns import CONCERNS, NAMESPACE
from chartgen.concerns.outside import ResourceFields
from chartgen.errors import InputError
from chartgen.fields import Fields
from chartgen.model import Layer, Manifest, Release
from chartgen.spec.fields import ProjectFields, ServiceSettings, VersionsFields
from chartgen.spec.find import SPEC
from chartgen.yamlio import List, Map, Node, Path, Scalar
from tests import cases, objects
from tests.cases import Case

RIGHT = tuple(case for case in cases.collect() if case.error is None)

ELSEWHERE = {"build", "project", "environments", "services", "defaults"}
"""Fields that every case has, or (`build`) that change the chart, not a release: the chart's own tests have them."""

_WRITTEN_ONLY = {concern.name: set(concern.forms) - set(concern.fields.model_fields) for concern in CONCERNS}
_ONE_KEY_MAPS = ("links", "secrets")
_AT_A_TIME = 2
_SHARED = "#/properties/"

_WITHOUT_EFFECT = {"ports.*.protocol", "readinessProbe.terminationGracePeriodSeconds"}
"""TCP is the only one so far, and what the chart takes anyway; readiness shares its schema, but stops nothing."""


def test_no_field_of_the_spec_without_a_case():
    wanted = set(spec_fields())
    noticed: set[str] = set()
    for case in RIGHT:
        for name, files in _without_one(case):
            if name in wanted and name not in noticed and _is_noticed(case, files):
                noticed.add(name)
    missing = sorted(wanted - noticed)
    assert not missing, "\n".join(missing)


def test_no_property_of_the_chart_without_a_case():
    pytest.importorskip("helm_python")
    schema = cases.shared_chart().schema
    assert schema is not None
    wanted = set(_properties(schema, schema, ())) - _WITHOUT_EFFECT
    mutants: dict[str, list[tuple[Case, Release]]] = {}
    for case in (case for case in RIGHT if case.is_rendered):
        for name, release in _without_one_value(case):
            if name in wanted:
                own = mutants.setdefault(name, [])
                own.append((case, replace(release, service=f"{name}-{len(own)}")))
    missing = sorted(wanted - _noticed(mutants))
    assert not missing, "\n".join(missing)


# ---- the fields there are -------------------------------------------------------------------------------------------


def spec_fields() -> Iterator[str]:
    """The dotted paths of all fields: `service.ports.*.type`, `project.environments.*.regions`, `versions.images`."""
    yield from _spec_paths()
    yield from _project_paths()


def _spec_paths() -> Iterator[str]:
    for concern in CONCERNS:
        yield from _paths(concern.fields, "service")
        yield from (f"service.{name}" for name in _WRITTEN_ONLY[concern.name])
    yield from _paths(ServiceSettings, "service")


def _project_paths() -> Iterator[str]:
    yield from _paths(NAMESPACE.fields, "namespace")
    for path in _paths(ProjectFields, "project"):
        parts = path.split(".")
        if parts[1] not in ELSEWHERE or len(parts) > 3:
            yield path
    yield from _paths(ResourceFields, "resources.*")
    yield from _paths(VersionsFields, "versions")


def _paths(annotation: Any, path: str) -> Iterator[str]:
    """The dotted paths of all fields below; `*` stands for a name, or for an item."""
    bare = _bare(annotation)
    if get_origin(bare) in (dict, list):
        yield from _paths(get_args(bare)[-1], f"{path}.*")
    elif isinstance(bare, type) and issubclass(bare, Fields):
        for name, field in bare.model_fields.items():
            if path == "project" and name == "build":
                continue
            yield f"{path}.{field.alias or name}"
            yield from _paths(field.annotation, f"{path}.{field.alias or name}")


def _bare(annotation: Any) -> Any:
    while get_args(annotation) and get_origin(annotation) not in (dict, list):
        annotation = get_args(annotation)[0]
    return annotation


def written_fields(case: Case) -> set[str]:
    """The dotted paths of the fields that a case writes, in whatever layer, and of those above them."""
    fields: set[str] = set()
    for file, content in case.files.items():
        if file == SPEC or file.startswith(("services/", "versions/")):
            for path in _all(yamlio.load(content, file, keys_as_written=True).root, ()):
                name = _canonical(file, path)
                while name and name not in fields:
                    fields.add(name)
                    name = name.rpartition(".")[0]
    return fields


# ---- a case without one of its fields -------------------------------------------------------------------------------


def _without_one(case: Case) -> Iterator[tuple[str, Mapping[str, bytes]]]:
    """Each field that the case writes, by its dotted path, and the files without it."""
    for file, content in case.files.items():
        if file == SPEC or file.startswith(("services/", "versions/")):
            root = yamlio.load(content, file, keys_as_written=True).root
            for path in _all(root, ()):
                yield _canonical(file, path), {**case.files, file: _text(_removed(root, path)).encode()}


def _canonical(file: str, path: Path) -> str:
    """The path as `_paths` names it, whatever layer the field stands in."""
    if file.startswith("versions/"):
        return _generic(VersionsFields, "versions", path)
    if file.startswith("services/"):
        path = ("services", "web", *path)
    return _of_service(path) or _of_resource(path) or _generic(ProjectFields, "project", path)


def _of_service(path: Path) -> str:
    match path:
        case (
            ("managed_namespace", *rest)
            | ("environments", _, "managed_namespace", *rest)
            | ("environments", _, "regions", _, "managed_namespace", *rest)
        ) if rest:
            return _generic(NAMESPACE.fields, "namespace", tuple(rest))
        case (
            ("defaults", *rest)
            | ("environments", _, "overrides", *rest)
            | ("environments", _, "regions", _, "overrides", *rest)
        ) if rest:
            return _service(rest)
        case ("services", _, "environments", _, "regions", _, *rest) if rest:
            return _service(rest)
        case ("services", _, "environments", _, *rest) | ("services", _, *rest) if rest:
            return _service(rest)
    return ""


def _of_resource(path: Path) -> str:
    match path:
        case ("resources", _, *rest) | ("environments", _, "resources", _, *rest) if rest:
            return _generic(ResourceFields, "resources.*", tuple(rest))
        case ("environments", _, "regions", _, "resources", _, *rest) if rest:
            return _generic(ResourceFields, "resources.*", tuple(rest))
    return ""


def _service(path: list[str | int]) -> str:
    if path[0] in _ONE_KEY_MAPS and len(path) > 2:
        path = [part for part in path if not isinstance(part, int)]
    owners = [concern.fields for concern in CONCERNS if path[0] in concern.known]
    return _generic(owners[0] if owners else ServiceSettings, "service", tuple(path))


def _generic(annotation: Any, start: str, path: Path) -> str:
    name = start
    for part in path:
        bare = _bare(annotation)
        if get_origin(bare) in (dict, list):
            annotation, name = get_args(bare)[-1], f"{name}.*"
        elif isinstance(bare, type) and issubclass(bare, Fields):
            field = {field.alias or own: field for own, field in bare.model_fields.items()}.get(str(part))
            annotation, name = field.annotation if field else None, f"{name}.{part}"
        else:
            return ""
    return name


def _all(node: Node, path: Path) -> Iterator[Path]:
    if isinstance(node, Map):
        for key, entry in node.entries.items():
            yield (*path, key)
            yield from _all(entry, (*path, key))
    elif isinstance(node, List):
        for index, item in enumerate(node.items):
            yield from _all(item, (*path, index))


def _removed(node: Node, path: Path) -> Node:
    first, *rest = path
    if isinstance(node, List):
        items = [_removed(item, tuple(rest)) if index == first else item for index, item in enumerate(node.items)]
        return replace(node, items=tuple(items))
    assert isinstance(node, Map)
    entries = {key: entry for key, entry in node.entries.items() if key != first or rest}
    if rest:
        entries[str(first)] = _removed(entries[str(first)], tuple(rest))
    return replace(node, entries=entries)


def _text(node: Node) -> str:
    """The node as YAML in one line, every plain scalar as it was written."""
    if isinstance(node, Map):
        return f"{{{', '.join(f'{json.dumps(key)}: {_text(entry)}' for key, entry in node.entries.items())}}}"
    if isinstance(node, List):
        return f"[{', '.join(_text(item) for item in node.items)}]"
    assert isinstance(node, Scalar)
    return json.dumps(node.value) if isinstance(node.value, str) else node.text or "null"


def _is_noticed(case: Case, files: Mapping[str, bytes]) -> bool:
    mutant = replace(case, files=files)
    try:
        plan = mutant.plan()
    except InputError:
        return True
    return bool(cases.planned_differences(mutant, plan, plan.releases))


# ---- values without one of their entries ----------------------------------------------------------------------------


def _properties(node: Mapping[str, Any], root: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """The dotted paths of all properties that the schema names; `*` stands for a name."""
    if path and node.get("$ref", "").startswith(_SHARED):
        return  # as at the top, and looked at there: `tests/laws` has every value in every kind of pod
    for part in (_resolved(each, root) for each in (node, *node.get("allOf", ()))):
        for name, below in part.get("properties", {}).items():
            if name != "global" and below.keys() != {"$ref"}:
                yield ".".join((*path, name))
                yield from _properties(below, root, (*path, name))
        if isinstance(part.get("additionalProperties"), dict):
            yield from _properties(part["additionalProperties"], root, (*path, "*"))


def _resolved(node: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        _, room, name = node["$ref"].split("/")
        node = root[room][name]
    return node


def _without_one_value(case: Case) -> Iterator[tuple[str, Release]]:
    for release in cases.shared(case.here(case.releases())):
        merged = values.merge_all(layer.values for layer in release.layers)
        for path in _entries(merged, ()):
            rest = Layer("values.yaml", _dropped(merged, path))
            yield _named(path), replace(release, generated=rest, developer=())


def _named(path: tuple[str, ...]) -> str:
    schema = cases.shared_chart().schema
    assert schema is not None
    node, name = schema, []
    for part in path:
        if node.get("$ref", "").startswith(_SHARED):
            name = [node["$ref"].removeprefix(_SHARED)]
        parts = [_resolved(each, schema) for each in (node, *_resolved(node, schema).get("allOf", ()))]
        below = next((each["properties"][part] for each in parts if part in each.get("properties", {})), None)
        name.append("*" if below is None else part)
        node = below or next((each["additionalProperties"] for each in parts if each.get("additionalProperties")), {})
        if not isinstance(node, dict):
            return ""
    return ".".join(name)


def _entries(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for key, entry in node.items() if isinstance(node, dict) else ():
        yield (*path, key)
        yield from _entries(entry, (*path, key))


def _dropped(node: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    first, *rest = path
    if not rest:
        return {key: entry for key, entry in node.items() if key != first}
    return {**node, first: _dropped(node[first], tuple(rest))}


def _noticed(mutants: Mapping[str, list[tuple[Case, Release]]]) -> set[str]:
    """The properties one of whose mutants breaks its case: the chart refuses it, or renders something else.

    A few of each are tried at a time: for most properties one is enough.
    """
    noticed: set[str] = set()
    for start in range(0, max(map(len, mutants.values())), _AT_A_TIME):
        left = {name: own[start : start + _AT_A_TIME] for name, own in mutants.items() if name not in noticed}
        some = {name: own for name, own in left.items() if own}
        manifests, failed = _rendered([release for own in some.values() for _, release in own])
        noticed |= {
            name
            for name, own in some.items()
            for case, release in own
            if release.title in failed or cases.rendered_differences(case, manifests[id(release)])
        }
    return noticed


def _rendered(releases: list[Release]) -> tuple[dict[int, list[Manifest]], set[str]]:
    """The objects of each release by its identity, and the titles of those that the chart refuses."""
    schema = cases.values_schema()
    valid = [release for release in releases if not check(release, schema)]
    outcomes = objects.attempted(cases.shared_chart(), valid)
    found = {id(one): own for one, own in zip(valid, outcomes, strict=True) if not isinstance(own, str)}
    return found, {release.title for release in releases if id(release) not in found}
