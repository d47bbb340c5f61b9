"""Removing releases, with what they leave behind: claims of volumes, and namespaces that Helm made for them."""

from __future__ import annotations

import graphlib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from chartgen.actions.live import Target
from chartgen.actions.operating import (
    Outcome,
    Told,
    failed,
    gathered,
    in_cluster,
    is_ours,
    timeout,
    told_when_cut_short,
)
from chartgen.cluster import claims, contents, namespaces, removing
from chartgen.cluster.api import Api, ApiError
from chartgen.cluster.claims import Claim
from chartgen.cluster.helm import Helm
from chartgen.cluster.namespaces import NAMESPACE
from chartgen.cluster.stored import Stored
from chartgen.compare.manifests.reading import entry
from chartgen.errors import Problem, ToolError
from chartgen.model import Plan, Release
from chartgen.process import Stop
from chartgen.spec.namespaces import SERVICE as MANAGED

_AT_ONCE = 4
_INSTANT = 30.0
"""Seconds that what nothing waits for may take to go."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What is to be removed from one cluster.

    Attributes:
        batches: releases, those that others need after those others; the releases of a batch go at once.
        claims: those of the releases, and of releases that are there no more.
        needed: what stays although something that goes is needed by it: (who stays, what it needs).
        namespaces: those that may go where nothing is left in them.
    """

    plan: Plan
    target: Target
    batches: tuple[tuple[Stored, ...], ...]
    claims: tuple[Claim, ...] = ()
    needed: tuple[tuple[str, str], ...] = ()
    namespaces: tuple[str, ...] = ()

    @property
    def releases(self) -> tuple[Stored, ...]:
        """All that go, in their order."""
        return tuple(stored for batch in self.batches for stored in batch)

    def __bool__(self) -> bool:
        return bool(self.batches or self.claims)


def title(target: Target, stored: Stored) -> str:
    """A release as people call it."""
    return f"{target.title}/{stored.mark.service if stored.mark else stored.name}"


def removal(
    api: Api,
    plan: Plan,
    target: Target,
    doomed: Sequence[Stored],
    there: Iterable[Stored],
    absent: Iterable[Release] = (),
) -> Removal:
    """What removing some releases of a target comes to.

    Arguments:
        there: the releases that the cluster has, where the target's stand.
        absent: releases that are not there, whose claims may be.

    Raises:
        ToolError: the cluster cannot be reached, or a release cannot be read.
    """
    absent = tuple(absent)
    places = dict.fromkeys([*(each.namespace for each in doomed), *(each.namespace for each in absent)])
    found = claims.live(api, places)
    mine = [claim for stored in doomed for claim in claims.of_release(stored, found)]
    left = [claim for release in absent for claim in claims.left_behind(release.namespace, release.name, found)]
    staying = _staying(target, doomed, (each for each in there if is_ours(each, plan, target)))
    return Removal(
        plan,
        target,
        batches=tuple(in_order(target, doomed)),
        claims=tuple(sorted({*mine, *left})),
        needed=_needed(target, doomed, staying),
        namespaces=_rooms(doomed, [place for place in places if place not in {each.namespace for each in staying}]),
    )


def of_target(found: Iterable[Stored], plan: Plan, target: Target, others: Iterable[Removal]) -> tuple[Stored, ...]:
    """Those that are the target's, and that none of the other removals takes: regions may share a cluster."""
    taken = {(other.target.context, each.namespace, each.name) for other in others for each in other.releases}
    mine = (each for each in found if is_ours(each, plan, target))
    return tuple(each for each in mine if (target.context, each.namespace, each.name) not in taken)


def in_order(target: Target, doomed: Iterable[Stored]) -> Iterator[tuple[Stored, ...]]:
    """The releases in batches: what the plan says needs another goes before it; a namespace goes after all."""
    by_key = {(stored.namespace, stored.name): stored for stored in doomed}
    keys = {release.name: (release.namespace, release.name) for release in target.whole}
    needs = {keys[release.name]: {keys[name] for name in release.needs} for release in target.whole}
    rooms = {key for key, stored in by_key.items() if stored.mark and stored.mark.service == MANAGED}
    sorter: graphlib.TopologicalSorter[tuple[str, str]] = graphlib.TopologicalSorter()
    for key in by_key:
        sorter.add(key, *(by_key.keys() - rooms if key in rooms else ()))
        for needed in needs.get(key, set()) & (by_key.keys() - rooms):
            sorter.add(needed, key)
    sorter.prepare()
    while sorter.is_active():
        ready = sorter.get_ready()
        yield tuple(by_key[key] for key in sorted(ready))
        sorter.done(*ready)


def carry_out(removals: Iterable[Removal], told: Told, *, delete_volumes: bool) -> Outcome:
    """Removes, one cluster after another, until something fails."""
    outcome = Outcome()
    for each in removals:
        if outcome.problems:
            outcome += Outcome(left=tuple(title(each.target, stored) for stored in each.releases))
        else:
            outcome += _removed(each, told, delete_volumes=delete_volumes)
    return outcome


def _removed(removal: Removal, told: Told, *, delete_volumes: bool) -> Outcome:
    """What came of those of one cluster."""
    return in_cluster(
        removal.target,
        [(title(removal.target, stored), stored) for stored in removal.releases],
        lambda api: _steps(api, removal, told, delete_volumes=delete_volumes),
    )


def _steps(api: Api, removal: Removal, told: Told, *, delete_volumes: bool) -> Iterator[Outcome]:
    """The releases; and what is left when those are gone: claims, namespaces."""
    uninstalled = _uninstall(api, removal, told)
    yield uninstalled
    if uninstalled.problems:
        return
    if delete_volumes and removal.claims:
        told(f"{removal.target.title}: deleting the claims of volumes")
        yield from remove_claims(api, removal)
    for name in removal.namespaces:
        yield _namespace(api, removal, name, told)


def _uninstall(api: Api, removal: Removal, told: Told) -> Outcome:
    """Batch by batch; what others of the batch do is ended in order, what comes after is left."""
    outcome = Outcome()
    stop = Stop()
    helm = Helm(removal.target.context, stop)

    def one(stored: Stored) -> Outcome:
        return gathered(title(removal.target, stored), _gone(api, helm, removal, stored, told))

    for batch in removal.batches:
        if outcome.problems:
            outcome += Outcome(left=tuple(title(removal.target, stored) for stored in batch))
            continue
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            try:
                with told_when_cut_short(
                    told, ", ".join(title(removal.target, each) for each in batch), removal.target
                ):
                    outcome = sum(pool.map(one, batch), outcome)
            except BaseException:
                stop.set()
                pool.shutdown(cancel_futures=True)
                raise
    return outcome


def _gone(api: Api, helm: Helm, removal: Removal, stored: Stored, told: Told) -> Iterator[Outcome]:
    """One release, and then its hooks."""
    called, target = title(removal.target, stored), removal.target
    planned = next(
        (each for each in target.whole if (each.namespace, each.name) == (stored.namespace, stored.name)), None
    )
    told(f"{called}: uninstalling")
    with told_when_cut_short(told, called, target):
        helm.uninstall(stored.namespace, stored.name, timeout=timeout(removal.plan, planned))
    yield Outcome(done=(f"{called} is uninstalled",))
    for line in remove_hooks(api, stored):
        yield Outcome(done=(line,))


def remove_hooks(api: Api, stored: Stored) -> Iterator[str]:
    """Deletes the release's hooks, which helm leaves; says which. Those stay that hold data, or are to be kept."""
    for data in contents.hooks(stored):
        resource = api.resource(str(data.get("apiVersion")), str(data.get("kind")))
        if resource is None or contents.is_kept(data) or resource.kind == claims.KIND:
            continue
        path = resource.path(contents.namespace_of(data, stored.namespace), contents.name_of(data))
        live = api.get(path)
        if live is not None and removing.delete(api, path, entry(live, "metadata").get("uid") or ""):
            yield f"{contents.title(data)}, a hook of {stored.name}, is deleted"


def remove_claims(api: Api, removal: Removal) -> Iterator[Outcome]:
    """One that may not be deleted keeps no other from it."""
    gone = []
    for claim in removal.claims:
        try:
            if removing.delete(api, claim.path, claim.uid):
                gone.append(claim)
        except ToolError as error:
            yield failed(f"claim {claim.namespace}/{claim.title}", error)
    stuck = removing.wait_gone(api, (claim.path for claim in gone), _INSTANT + timeout(removal.plan, None))
    hint = "a claim goes when no pod uses it any more: `kubectl describe pvc` says which do"
    yield Outcome(
        done=tuple(f"claim {claim.namespace}/{claim.title} is deleted" for claim in gone if claim.path not in stuck),
        problems=tuple(
            Problem(f"claim {claim.namespace}/{claim.name} is still there", hint=hint)
            for claim in gone
            if claim.path in stuck
        ),
    )


def _namespace(api: Api, removal: Removal, name: str, told: Told) -> Outcome:
    """Deletes a namespace that is Helm's making and holds nothing; says why it stays otherwise."""
    path = NAMESPACE.path(name=name)
    live = api.get(path)
    if live is None:
        return Outcome()
    others = namespaces.not_helms(live, managed=name in _managed(removal.releases))
    reason = str(namespaces.content(api, name)) or others
    if reason:
        return Outcome(done=(f"namespace {name} stays: {reason}",))
    told(f"{removal.target.title}: deleting the namespace {name}")
    try:
        removing.delete(api, path, entry(live, "metadata").get("uid") or "")
    except ApiError as error:
        return Outcome(done=(f"namespace {name} stays: {error.problems[0].message}",))
    if removing.wait_gone(api, [path], _INSTANT + timeout(removal.plan, None)):
        return Outcome(
            problems=(Problem(f"namespace {name} is still there", hint=f"kubectl describe namespace {name}"),)
        )
    return Outcome(done=(f"namespace {name} is deleted",))


def _rooms(doomed: Iterable[Stored], places: Iterable[str]) -> tuple[str, ...]:
    """The namespaces in which releases stood or stand, and those that are objects of one that goes."""
    doomed = tuple(doomed)
    rooms = {stored.namespace for stored in doomed if stored.mark and stored.mark.service == MANAGED}
    return tuple(dict.fromkeys([*(place for place in places if place not in rooms), *_managed(doomed)]))


def _managed(releases: Iterable[Stored]) -> list[str]:
    """The namespaces that are objects of the releases."""
    found = (data for stored in releases for data in contents.objects(stored))
    return [contents.name_of(data) for data in found if data.get("kind") == NAMESPACE.kind]


def _staying(target: Target, doomed: Iterable[Stored], there: Iterable[Stored]) -> list[Release]:
    """The releases of the target that stay, of those that are there and ours."""
    gone = {(each.namespace, each.name) for each in doomed}
    kept = {(each.namespace, each.name) for each in there} - gone
    return [release for release in target.whole if (release.namespace, release.name) in kept]


def _needed(target: Target, doomed: Iterable[Stored], staying: Iterable[Release]) -> tuple[tuple[str, str], ...]:
    keys = {(each.namespace, each.name) for each in doomed}
    gone = {release.name for release in target.whole if (release.namespace, release.name) in keys}
    return tuple((release.name, need) for release in staying for need in release.needs if need in gone)
