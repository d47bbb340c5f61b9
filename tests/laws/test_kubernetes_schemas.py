"""The Kubernetes schemas are fresh and whole, find a typo wherever it is, and judge as their source does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartgen.checks import kubernetes, kubernetes_data, kubernetes_schemas
from chartgen.checks.kubernetes_kinds import Kinds
from chartgen.errors import dotted
from chartgen.jsonvalidation import Validator
from tests.checks.kubernetes_objects import example, manifest, objects

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = kubernetes.versions()

# Below these people name the fields.
FREE = {"labels", "annotations", "matchLabels", "requests", "limits", "nodeSelector", "status"}


def test_the_data_is_what_the_generator_makes():
    committed = {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in (ROOT / kubernetes_schemas.DIRECTORY).iterdir()
        if path.is_file()
    }
    assert committed == kubernetes_schemas.generated()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_kind_served_has_a_definition_and_every_reference_a_target(version):
    definitions, served = kubernetes_data.definitions(version), kubernetes_data.served()
    kinds = Kinds(version, served)
    names = {
        kubernetes_data.definition_name(group, kind)
        for group in served
        for kind in served[group]
        if kinds.knows(group, kind)
    }
    present = {name for name, definition in definitions.items() if definition is not None}
    referred = {name for definition in definitions.values() for name in kubernetes_data.references(definition)}
    assert names <= present
    assert referred <= present
    assert present == names | referred


# ---- planted typos --------------------------------------------------------------------------------------------------


def fields(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of all fields whose names Kubernetes gave."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from fields(item, (*path, index))
    if isinstance(node, dict):
        for name, part in node.items():
            if path or name not in ("apiVersion", "kind"):
                yield (*path, name)
            if name not in FREE:
                yield from fields(part, (*path, name))


@st.composite
def misspelt(draw: st.DrawFn) -> tuple[dict[str, Any], tuple[str | int, ...], str]:
    """A Deployment with one field misspelt at any depth: the object, the path of the misspelt field, its right name."""
    document = example("apps/v1 Deployment")
    *parents, last = draw(st.sampled_from([path for path in fields(document) if len(str(path[-1])) > 3]))
    name = str(last)
    holder: Any = document
    for part in parents:
        holder = holder[part]
    at = draw(st.integers(1, len(name) - 2))
    lost, doubled = name[:at] + name[at + 1 :], name[:at] + name[at] + name[at:]
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    typo = draw(st.sampled_from([lost, doubled, swapped]))
    if typo == name:
        typo = f"{name}s"
    holder[typo] = holder.pop(name)
    return document, (*parents, typo), name


@given(misspelt(), st.sampled_from(VERSIONS))
def test_a_typo_at_any_depth_is_found_and_the_right_name_proposed(planted, version):
    document, path, name = planted
    (finding,) = kubernetes.check([manifest(document)], version).findings
    assert finding.path == dotted(path)
    assert finding.message == f"unknown field `{path[-1]}`"
    assert finding.remedy == f"did you mean `{name}`?"


# ---- the same judgement as the source's -----------------------------------------------------------------------------


@cache
def source(minor: int) -> dict[str, Any]:
    definitions: dict[str, Any] = json.loads(kubernetes_schemas._sources()[minor].read_bytes())["$defs"]
    return definitions


@cache
def source_validator(minor: int, kind: str) -> Validator:
    api_version, _, name = kind.partition(" ")
    definition = kubernetes_schemas._kinds(source(minor))[api_version, name]
    return Validator({"$ref": f"#/$defs/{definition}", "$defs": source(minor)})


def without_nulls(node: Any) -> Any:
    if isinstance(node, dict):
        return {name: without_nulls(part) for name, part in node.items() if part is not None}
    return [without_nulls(part) for part in node] if isinstance(node, list) else node


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """An object of any kind in which one entry was removed, renamed or replaced; nulls, which differ, are taken out."""
    kind = draw(st.sampled_from(sorted(objects())))
    document = without_nulls({name: part for name, part in example(kind).items() if name != "status"})
    *parents, last = draw(st.sampled_from([path for path in fields(document) if "openAPIV3Schema" not in path]))
    holder: Any = document
    for part in parents:
        holder = holder[part]
    value = holder.pop(last)
    action = draw(st.sampled_from(["remove", "rename", "replace"]))
    if action == "rename":
        holder[draw(st.sampled_from(["name", "items", "port", "type", "x"]))] = value
    elif action == "replace":
        holder[last] = draw(st.sampled_from([[], {}, [{}], {"x": "1"}, ["1"], 1, 1.5, True]))
    return kind, document


@given(mutated(), st.sampled_from([VERSIONS[0], VERSIONS[-1]]))
def test_what_is_pruned_decides_nothing(mutation, version):
    kind, document = mutation
    expected = source_validator(int(version.removeprefix("1.")), kind).is_valid(document)
    assert (kubernetes.check([manifest(document)], version).findings == ()) is expected
