"""What must be there first: `depends_on`, links to what has a chart of its own, and that it never goes in a circle."""

from __future__ import annotations

from collections.abc import Mapping

from chartgen.concerns import links
from chartgen.errors import Problem, did_you_mean
from chartgen.plan.graph import links_of
from chartgen.plan.resolve import Resolved
from chartgen.spec.layers import locate
from chartgen.spec.paths import Paths


def needs(services: Mapping[str, Resolved], paths: Paths, problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    """The services that each service needs first, by name, in the order written.

    A dependency that is no service, and every circle, is a problem that names both ends.
    """
    found = {name: _needs(resolved, services, paths, problems) for name, resolved in services.items()}
    for circle in _circles(found):
        first = services[circle[0]]
        asked = "depends_on" if circle[1] in (first.settings.depends_on or ()) else "links"
        message = f"the order goes in a circle: {' → '.join(circle)}"
        where, path = locate(first.node, (asked,), first.path, paths)
        problems.append(Problem(message, where, path, hint="remove one of these dependencies"))
    return found


def _needs(
    resolved: Resolved, services: Mapping[str, Resolved], paths: Paths, problems: list[Problem]
) -> tuple[str, ...]:
    wanted = []
    for index, name in enumerate(resolved.settings.depends_on or ()):
        if name in services:
            wanted.append(str(name))
            continue
        where, path = locate(resolved.node, ("depends_on", index), resolved.path, paths)
        message = f"`{resolved.service.name}` depends on `{name}`, which is no service"
        hint = did_you_mean(name, services)
        problems.append(Problem(message, where, path, "a service of the project", hint))
    targets = (links.target(link) for link in links_of(resolved))
    wanted += [name for name in targets if name in services and services[name].own_chart]
    return tuple(dict.fromkeys(wanted))


def _circles(graph: Mapping[str, tuple[str, ...]]) -> list[list[str]]:
    """Every circle that a depth-first walk meets, each once, its first name at both ends."""
    circles: list[list[str]] = []
    done: set[str] = set()
    for start in graph:
        if start in done:
            continue
        path = [start]
        stack = [iter(graph[start])]
        while stack:
            following = next(stack[-1], None)
            if following is None:
                stack.pop()
                done.add(path.pop())
            elif following in path:
                circles.append([*path[path.index(following) :], following])
            elif following not in done:
                stack.append(iter(graph[following]))
                path.append(following)
    return circles
