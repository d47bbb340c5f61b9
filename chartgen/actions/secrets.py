"""`chartgen secret`: what the services of an environment need of Secrets, and writing one value."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Literal

from chartgen.actions.live import Target, open_environment
from chartgen.actions.planning import Selection
from chartgen.actions.secret_needs import Need, needs
from chartgen.actions.template import render, value_problems
from chartgen.cluster import secrets
from chartgen.cluster.api import Api, connect
from chartgen.cluster.secrets import Kept, Place, Written
from chartgen.errors import InputError, Problem, did_you_mean
from chartgen.model import Release

State = Literal["there", "missing", "optional", "unused"]
"""Of a key: it is there; pods do not start for want of it; they start without it; it is there, and nobody needs it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A value that was set.

    Attributes:
        target, place: where.
        need: what for.
        written: what became of it.
    """

    target: Target
    need: Need
    place: Place
    written: Written

    @property
    def restart(self) -> str:
        """The command after which the pods that run have the value; empty: they need none."""
        more = self.written == "added" and self.need.key is None and self.need.variable
        without = more or (self.written != "unchanged" and self.need.optional)
        if not (self.written == "changed" or without) or not self.need.restarts:
            return ""
        context = f" --context {self.target.context}" if self.target.context else ""
        return f"kubectl{context} -n {self.need.namespace} rollout restart {' '.join(self.need.restarts)}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A key of a Secret, without its value.

    Attributes:
        target: where.
        namespace, secret, key: which; `key` None: all of them.
        state: whether it is there.
        needs: what needs it; empty: nothing does.
        written: when it was last written, as RFC 3339 has it; empty: nobody knows.
        owner: who makes or keeps the Secret; empty: whoever sets it.
    """

    target: Target
    namespace: str
    secret: str
    key: str | None
    state: State
    needs: tuple[Need, ...] = ()
    written: str = ""
    owner: str = ""


def set_secret(
    directory: pathlib.Path, selection: Selection, service: str, name: str, read: Callable[[], bytes]
) -> list[Change]:
    """Gives a service's secret a value, in one environment, in all regions chosen: asked first, then written.

    Arguments:
        name: what the spec calls it; `SECRET/KEY` for a key of a Secret that the service takes whole.
        read: gives the value; it is asked where the project knows the name.

    Raises:
        InputError: the project does not know the name, another keeps the Secret, or the value cannot be a variable's.
        ToolError: kubectl is missing, or a cluster cannot be reached or refuses.
    """
    targets, found = _needs(directory, Selection(selection.environments, selection.regions, (service,)))
    wanted = [(target, *_chosen(found[target.title], service, name)) for target in targets]
    value = read()
    if any(need.variable for _, need, _ in wanted) and b"\0" in value:
        raise InputError(f"the value of {name} holds a NUL byte, which no variable can")
    with ExitStack() as stack:
        apis = [stack.enter_context(connect(target.context)) for target, _, _ in wanted]
        for api, (target, need, place) in zip(apis, wanted, strict=True):
            _prepare(api, target, need)
            secrets.put(api, place, value, {}, check=True)
        return [
            Change(target, need, place, secrets.put(api, place, value, _labels(need.release)))
            for api, (target, need, place) in zip(apis, wanted, strict=True)
        ]


def list_secrets(directory: pathlib.Path, selection: Selection) -> list[Listed]:
    """What the chosen services need of Secrets, whether it is there, and what is there that nobody needs.

    Raises:
        InputError: the spec is wrong, or the selection names what is not there.
        ToolError: kubectl is missing, or a cluster cannot be reached or refuses.
    """
    targets, found = _needs(directory, selection)
    return [listed for target in targets for listed in _listed(target, found[target.title])]


def compared(target: Target, wanted: Sequence[Need], kept: Mapping[tuple[str, str], Kept]) -> Iterator[Listed]:
    """What is needed beside what is there. Pure.

    What nobody needs is told of Secrets that we made for this environment, where all its services are chosen.

    Arguments:
        kept: the Secrets that are there, by namespace and name.
    """
    by_key: dict[tuple[str, str, str | None], list[Need]] = {}
    for need in wanted:
        by_key.setdefault((need.namespace, need.secret, need.key), []).append(need)
    for (namespace, name, key), needing in by_key.items():
        one = kept.get((namespace, name))
        there = one is not None and (key is None or key in one.keys)
        state: State = "there" if there else "optional" if all(need.optional for need in needing) else "missing"
        written = "" if one is None else one.keys.get(key, "") if key else max(one.keys.values(), default="")
        owner = needing[0].maker or (one.owner if one else "")
        yield Listed(target, namespace, name, key, state, tuple(needing), written, owner)
    whole = {(namespace, name) for namespace, name, key in by_key if key is None}
    ours = {secrets.MANAGED_BY: secrets.OURS, **_labels(target.whole[0])}.items()
    for place, one in kept.items() if len(target.releases) == len(target.whole) else ():
        for key in one.keys if ours <= one.labels.items() and place not in whole else ():
            if (*place, key) not in by_key:
                yield Listed(target, *place, key, "unused", written=one.keys[key])


def _needs(directory: pathlib.Path, selection: Selection) -> tuple[tuple[Target, ...], dict[str, tuple[Need, ...]]]:
    """The targets of the one environment, and what their chosen releases need, by the target's title."""
    live = open_environment(directory, selection)
    title = {id(release): target.title for target in live.targets for release in target.releases}
    used = live.charts()
    problems = value_problems(live.releases, used)
    if problems:
        raise InputError(problems)
    found: dict[str, list[Need]] = {target.title: [] for target in live.targets}
    for need in needs(render(live.releases, used, None)):
        found[title[id(need.release)]].append(need)
    return live.targets, {target: tuple(some) for target, some in found.items()}


def _chosen(found: Iterable[Need], service: str, name: str) -> tuple[Need, Place]:
    """The need of that name, and where its value is."""
    known = {need.name: need for need in found if need.key is not None}
    if name in known:
        need = known[name]
        if need.maker:
            message = f"{service}'s {name} comes from {need.maker}, which makes Secret/{need.secret}"
            raise InputError(message, hint="change the value where that takes it from, or the entry in the spec")
        return need, Place(need.namespace, need.secret, need.key or name)
    whole = {need.secret: need for need in found if need.key is None and not need.maker}
    secret, _, key = name.partition("/")
    if key and secret in whole:
        return whole[secret], Place(whole[secret].namespace, secret, key)
    names = [*sorted(known), *(f"{each}/KEY" for each in sorted(whole))]
    expected = f"one of {', '.join(names)}" if names else "none: its pods take nothing from Secrets"
    hint = did_you_mean(name, known) or "name it in the spec first: `secrets: [NAME]`"
    raise InputError(Problem(f"{service} has no secret `{name}`", expected=expected, hint=hint))


def _prepare(api: Api, target: Target, need: Need) -> None:
    release: Release = need.release
    if not secrets.need_namespace(api, need.namespace, make=release.create_namespace):
        message = f"namespace {need.namespace} is not there yet, and a release of the project makes it"
        raise InputError(message, hint=f"deploy that one first: chartgen deploy -e {target.environment} -s SERVICE")


def _labels(release: Release) -> dict[str, str]:
    """Whose a Secret is that we make."""
    return {"chartgen/project": release.project, "chartgen/environment": release.environment}


def _listed(target: Target, wanted: Sequence[Need]) -> list[Listed]:
    namespaces = dict.fromkeys([*(release.namespace for release in target.releases), *(n.namespace for n in wanted)])
    with connect(target.context) as api:
        found = api.each(lambda namespace: secrets.kept(api, namespace), namespaces)
    kept = {(one.namespace, one.name): one for some in found for one in some.values()}
    return list(compared(target, wanted, kept))
