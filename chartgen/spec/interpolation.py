"""References in strings: `{vars.domain}`, `{environment}` and the like.

Only braces around one of the roots are a reference, so JSON, `${HOME}`, regular expressions and `{{ $labels }}` pass
untouched; doubled braces make even a reference literal.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chartgen.errors import Problem, did_you_mean
from chartgen.yamlio import List, Map, Node, Scalar

ROOTS = ("vars", "parent", "environment", "region", "project", "service")
_TREES = ("vars", "parent")
_PARTS = re.compile(r"\.([A-Za-z0-9_-]+)|\[([A-Za-z0-9_-]+)\]")
_WORDS = "|".join(ROOTS[len(_TREES) :])
_TOKEN = re.compile(
    rf"\{{\{{(?P<literal>(?:{_WORDS}|(?:vars|parent)(?:[.\[][^{{}}]*)?))\}}\}}"
    rf"|\{{(?P<name>{_WORDS})\}}"
    r"|\{(?P<tree>(?:vars|parent)(?:[.\[][^{}]*)?)\}"
)
_LONGEST_TEXT = 100_000
_MOST_ENTRIES = 10_000


@dataclass(frozen=True, slots=True)
class Scope:
    """What references can mean: the plain names (`environment` …; None: there is none here), and the tree of `vars`.

    `resolving` holds the references that led here, `resolved` what is known already: variables may refer to variables,
    and without it the work could double with each step.
    """

    names: Mapping[str, str | None]
    vars: Map
    resolving: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    resolved: dict[str, Node] = field(default_factory=dict)


def interpolate(node: Node, scope: Scope) -> Node:
    """The node with every reference replaced; a string that is one reference takes the value with its type.

    What cannot be resolved is left as written and added to the scope's problems.
    """
    if isinstance(node, Scalar):
        return _scalar(node, scope) if isinstance(node.value, str) and "{" in node.value else node
    if isinstance(node, List):
        items = tuple(interpolate(item, scope) for item in node.items)
        return (
            node if all(new is old for new, old in zip(items, node.items, strict=True)) else replace(node, items=items)
        )
    changed = {key: new for key, entry in node.entries.items() if (new := interpolate(entry, scope)) is not entry}
    return replace(node, entries=node.entries | changed) if changed else node


def is_open(node: Node) -> bool:
    """Whether references are left in the node: those that could not be resolved, once `interpolate` was there."""
    if isinstance(node, Scalar):
        return isinstance(node.value, str) and any(match["literal"] is None for match in _TOKEN.finditer(node.value))
    return any(is_open(inner) for inner in (node.items if isinstance(node, List) else node.entries.values()))


def _scalar(node: Scalar, scope: Scope) -> Node:
    match = _TOKEN.fullmatch(node.text)
    if match is not None and match["literal"] is None:
        value = _value(match, node, scope)
        return node if value is None else replace(value, where=node.where)
    text = _TOKEN.sub(lambda token: _in_text(token, node, scope), node.text)
    if len(text) > _LONGEST_TEXT and len(text) > len(node.text):
        message = f"the references make a text of more than {_LONGEST_TEXT} characters"
        scope.problems.append(Problem(message, node.where, hint="do the variables repeat each other?"))
        return node
    return node if text == node.text else Scalar(text, text, node.where)


def _in_text(match: re.Match[str], node: Scalar, scope: Scope) -> str:
    if match["literal"] is not None:
        return f"{{{match['literal']}}}"
    value = _value(match, node, scope)
    if isinstance(value, Scalar) and value.value is not None:
        return value.text
    if value is not None:
        kind = "a map" if isinstance(value, Map) else "a list" if isinstance(value, List) else "empty"
        message = f"`{match[0]}` is {kind}, which cannot stand within a text"
        scope.problems.append(Problem(message, node.where, expected="a reference to a string, number or boolean"))
    return match[0]


def _value(match: re.Match[str], node: Scalar, scope: Scope) -> Node | None:
    """What the reference means, None (and a problem) where that is nothing."""
    if match["name"] is not None:
        value = scope.names.get(match["name"])
        if value is not None:
            return Scalar(value, value, node.where)
        known = ", ".join(f"`{{{name}}}`" for name, text in scope.names.items() if text is not None)
        message = f"`{match[0]}` has no value here"
        hint = "only environments with regions have one" if match["name"] == "region" else ""
        scope.problems.append(Problem(message, node.where, expected=f"one of {known}, `{{vars.…}}`", hint=hint))
        return None
    return _variable(match["tree"], node, scope)


def _variable(reference: str, node: Scalar, scope: Scope) -> Node | None:
    root = next(root for root in _TREES if reference.startswith(root))
    rest = reference[len(root) :]
    names = [dot or bracket for dot, bracket in _PARTS.findall(rest)]
    if not names or _PARTS.sub("", rest):
        message = f"`{{{reference}}}` is not a reference"
        literal = f"to write it as it stands, double its braces: `{{{{{reference}}}}}`" if rest else ""
        scope.problems.append(
            Problem(message, node.where, expected=f"`{{{root}.name}}` or `{{{root}[name]}}`", hint=literal)
        )
        return None
    if reference in scope.resolving:
        chain = " → ".join((*scope.resolving, reference))
        message = f"the variables refer to each other in a circle: {chain}"
        scope.problems.append(Problem(message, node.where, hint="give one of them a value of its own"))
        return None
    if reference in scope.resolved:
        return scope.resolved[reference]
    found = _look_up(names, reference, node, scope)
    if found is not None:
        found = interpolate(found, replace(scope, resolving=(*scope.resolving, reference)))
        if _grows(found):
            message = f"`{{{reference}}}` grows to more than {_MOST_ENTRIES} entries"
            scope.problems.append(Problem(message, node.where, hint="do the variables repeat each other?"))
            found = node
        scope.resolved[reference] = found
    return found


def _look_up(names: list[str], reference: str, node: Scalar, scope: Scope) -> Node | None:
    value: Node = scope.vars
    for depth, name in enumerate(names):
        inner = value.get(name) if isinstance(value, Map) else None
        if inner is None:
            known = sorted(value.entries) if isinstance(value, Map) else []
            path = ".".join(("vars", *names[:depth]))
            expected = f"one of {', '.join(known)}" if known else f"`{path}` has no entries here"
            message = f"`{{{reference}}}`: there is no `{name}` in `{path}`"
            scope.problems.append(Problem(message, node.where, expected=expected, hint=did_you_mean(name, known)))
            return None
        value = inner
    return value


def _grows(node: Node) -> bool:
    """Whether the node has more entries than anybody would write, by variables that repeat each other."""
    count, stack = 0, [node]
    while stack and count <= _MOST_ENTRIES:
        inner = stack.pop()
        count += 1
        stack += inner.items if isinstance(inner, List) else inner.entries.values() if isinstance(inner, Map) else ()
    return count > _MOST_ENTRIES
