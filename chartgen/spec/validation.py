"""From trees to typed fields: pydantic's errors told in our words, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from pydantic import ValidationError

from chartgen.errors import Problem, did_you_mean, dotted
from chartgen.fields import Fields, describe, loose
from chartgen.spec.layers import where
from chartgen.yamlio import Map, Path

F = TypeVar("F", bound=Fields)
_SHOWN = 12
_KINDS = {"dict_type": "a map", "model_type": "a map", "list_type": "a list", "string_type": "a string"}


def read(model: type[F], node: Map, path: Path, problems: list[Problem]) -> F | None:
    """The node as the model's fields; None, and every reason among the problems, where it is not."""
    try:
        return model.model_validate(loose(node))
    except ValidationError as error:
        problems += [_problem(model, node, path, details) for details in error.errors(include_url=False)]
        return None


def unknown_fields(names: Iterable[str], known: Iterable[str], node: Map, path: Path) -> Iterator[Problem]:
    """A problem for each name that nobody knows."""
    known = sorted(known)
    for name in names:
        if name not in known:
            expected = "" if len(known) > _SHOWN else f"one of {', '.join(known)}"
            place = where(node, (name,))
            yield Problem("unknown field", place, dotted((*path, name)), expected, did_you_mean(name, known))


def _problem(model: type[Fields], node: Map, path: Path, details: Any) -> Problem:
    location: Path = tuple(part for part in details["loc"] if part != "[key]")
    kind, context = details["type"], details.get("ctx") or {}
    place, full = where(node, location), dotted((*path, *location))
    if kind == "chartgen":
        return Problem(context["message"], place, full, context["expected"], context["hint"])
    if kind == "missing":
        return Problem("is missing", place, full)
    if kind == "extra_forbidden":
        parent = _model_at(model, location[:-1])
        known = sorted(parent.model_fields) if parent else []
        hint = did_you_mean(str(location[-1]), known)
        return Problem("unknown field", place, full, f"one of {', '.join(known)}" if known else "", hint)
    return Problem(f"is {describe(details['input'])}", place, full, _KINDS.get(kind, details["msg"]))


def _model_at(model: type[Fields], location: Path) -> type[Fields] | None:
    """The model that an unknown field was offered to: followed through the annotations along the location."""
    current: Any = model
    for part in location:
        fields = getattr(current, "model_fields", None)
        if fields is not None and part in fields:
            current = _nested(fields[part].annotation)
    return current if isinstance(current, type) and issubclass(current, Fields) else None


def _nested(annotation: Any) -> Any:
    """The model inside `dict[str, Model | None] | None` and the like."""
    if isinstance(annotation, type) and issubclass(annotation, Fields):
        return annotation
    found = (_nested(part) for part in getattr(annotation, "__args__", ()))
    return next((model for model in found if model is not None), None)
