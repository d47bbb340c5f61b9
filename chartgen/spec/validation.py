"""From trees to typed fields: pydantic's errors told in our words, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_origin

from pydantic import ValidationError

from chartgen.errors import Problem, Where, did_you_mean, dotted
from chartgen.fields import Fields, describe, loose
from chartgen.spec.interpolation import ROOTS
from chartgen.spec.layers import locate, where
from chartgen.spec.paths import Paths
from chartgen.yamlio import Map, Path, Scalar

F = TypeVar("F", bound=Fields)
_SHOWN = 12
_KINDS = {"dict_type": "a map", "model_type": "a map", "list_type": "a list", "string_type": "a string"}


def read(model: type[F], node: Map, path: Path, problems: list[Problem], paths: Paths | None = None) -> F | None:
    """The node as the model's fields; None, and every reason among the problems, where it is not.

    Arguments:
        path: where the node stands, for messages.
        paths: the paths as they were written, where those of the node are others.
    """
    try:
        return model.model_validate(loose(node))
    except ValidationError as error:
        for details in error.errors(include_url=False):
            location: Path = tuple(part for part in details["loc"] if part != "[key]")
            problems.append(_problem(model, location, details, locate(node, location, path, paths)))
        return None


def unknown_fields(
    names: Iterable[str], known: Iterable[str], node: Map, path: Path, meant: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Problem]:
    """A problem for each name that nobody knows; `meant` tells what people mean by the names of other formats."""
    known = sorted(known)
    for name in names:
        if name not in known:
            expected = "" if len(known) > _SHOWN else f"one of {', '.join(known)}"
            hint = f"did you mean `{meant[name]}`?" if name in meant else did_you_mean(name, known)
            yield Problem("unknown field", where(node, (name,)), dotted((*path, name)), expected, hint)


def _problem(model: type[Fields], location: Path, details: Any, at: tuple[Where, str]) -> Problem:
    kind, context = details["type"], details.get("ctx") or {}
    place, full = at
    unquoted = _unquoted(details["input"])
    if kind == "chartgen":
        return Problem(context["message"], place, full, context["expected"], unquoted or context["hint"])
    if kind == "missing":
        parent = _model_at(model, location[:-1])
        field = parent.model_fields.get(str(location[-1])) if parent else None
        return Problem("is missing", place, full, _sentence(field.description if field else None))
    if kind == "extra_forbidden":
        parent = _model_at(model, location[:-1])
        known = sorted(parent.model_fields) if parent else []
        hint = did_you_mean(str(location[-1]), known)
        return Problem("unknown field", place, full, f"one of {', '.join(known)}" if known else "", hint)
    hint = unquoted or _switch(_model_at(model, location), details["input"])
    return Problem(f"is {describe(details['input'])}", place, full, _KINDS.get(kind, details["msg"]), hint)


def _switch(model: type[Fields] | None, value: Any) -> str:
    """The hint for a boolean where a map has a switch among its fields."""
    is_flag = isinstance(value, Scalar) and isinstance(value.value, bool)
    return f"write `{{enabled: {value.text}}}`" if is_flag and model and "enabled" in model.model_fields else ""


def _unquoted(value: Any) -> str:
    """The hint for a reference without quotes, which YAML takes for a map of one key."""
    if isinstance(value, dict) and len(value) == 1:
        [(name, entry)] = value.items()
        if entry is None and re.split(r"[.\[]", name)[0] in ROOTS:
            return f'write the reference in quotes: `"{{{name}}}"`'
    return ""


def _sentence(description: str | None) -> str:
    """The description of a field as what is expected: `the project's name`."""
    text = (description or "").partition(". ")[0].rstrip(".")
    return text[:1].lower() + text[1:]


def _model_at(model: type[Fields], location: Path) -> type[Fields] | None:
    """The model that an unknown field was offered to: followed through the annotations along the location."""
    current: Any = model
    for part in location:
        inner = _bare(current)
        if isinstance(inner, type) and issubclass(inner, Fields):
            field = inner.model_fields.get(str(part))
            current = field.annotation if field else None
        elif get_origin(inner) in (dict, list):
            current = get_args(inner)[-1]
        else:
            return None
    found = _bare(current)
    return found if isinstance(found, type) and issubclass(found, Fields) else None


def _bare(annotation: Any) -> Any:
    """`Annotated[X, …] | None` → `X`."""
    while get_args(annotation) and get_origin(annotation) not in (dict, list):
        annotation = get_args(annotation)[0]
    return annotation
