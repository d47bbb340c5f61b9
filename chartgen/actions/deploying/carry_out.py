"""A planned deploy, carried out: wave by wave, and what came of each release, as the clusters have it afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from chartgen.actions.deploying.health import unwell
from chartgen.actions.deploying.plan import DeployPlan, Planned
from chartgen.actions.live import Target
from chartgen.cluster import helmfile, stored
from chartgen.cluster.api import Api
from chartgen.cluster.helmfile import Event, Listener, Sync
from chartgen.cluster.outcome import Outcome, outcome
from chartgen.cluster.stored import Stored
from chartgen.cluster.watch import Watch
from chartgen.errors import ToolError

_ASKED_AGAIN: Final = 3
_PAUSE: Final = 2.0
_INTERRUPTED: Final = 130
_FAILED: Final = 4
_TOOL: Final = 3


@dataclass(frozen=True, slots=True)
class Told:
    """What happens while a deploy is carried out.

    Attributes:
        kind: `wave` and `bake` begin; helm is at work on a release (`started`), or done with it (`deployed`); its
            pods have `trouble`.
        target: where.
        release: its name; empty: it is about the target.
        text: more about it.
    """

    kind: Literal["wave", "started", "deployed", "trouble", "bake"]
    target: Target
    release: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a deploy is carried out.

    Attributes:
        concurrency: how many releases of a region at once; 0: all.
        force_conflicts: whether helm (4) takes fields that others have set.
        bake: seconds to wait after a wave before its health is looked at once more.
        told: is called with what happens, from more than one thread.
        goes_on: is asked before each wave but the first whether it may start.
    """

    concurrency: int
    force_conflicts: bool
    bake: float
    told: Callable[[Told], None]
    goes_on: Callable[[Sequence[Planned]], bool]


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a deploy in one environment or region.

    Attributes:
        planned: what was to be done there.
        outcomes: what became of each release that was passed on, in the order of the plan.
        failure: what went wrong beside the releases: helmfile crashed, or the cluster does not answer any more.
        output: what helmfile and helm said.
        unwell: what is not well, though all were deployed.
        interrupted: the exit code of what ended it early; 0: nothing did.
    """

    planned: Planned
    outcomes: tuple[Outcome, ...] = ()
    failure: str = ""
    output: tuple[str, ...] = ()
    unwell: tuple[str, ...] = ()
    interrupted: int = 0

    @property
    def well(self) -> bool:
        """Whether all is as it was to be."""
        wrong = (self.failure, self.unwell, self.interrupted)
        return not any(wrong) and all(each.became == "deployed" for each in self.outcomes)

    @property
    def exit_code(self) -> int:
        """As `main` tells them."""
        became = {each.became for each in self.outcomes}
        if self.interrupted or self.well:
            return self.interrupted
        if "unknown" in became or (self.failure and became <= {"not reached", "deployed"}):
            return _TOOL
        return _FAILED


@dataclass(frozen=True, slots=True)
class Deployed:
    """What came of a deploy.

    Attributes:
        done: the parts that were begun, in their order.
        left: those that were not.
        why: why not; empty where there are none.
        exit_code: as `main` tells them.
    """

    done: tuple[Done, ...]
    left: tuple[Planned, ...] = ()
    why: str = ""
    exit_code: int = 0


def carry_out(plan: DeployPlan, manner: Manner) -> Deployed:
    """Deploys wave by wave: one begins when that before it is well, and the first failure stops the rest.

    Interrupted, it says what state things are in instead of raising.
    """
    done: list[Done] = []
    waves = list(_waves(plan.parts))
    for number, wave in enumerate(waves):
        left = [part for later in waves[number:] for part in later]
        if number and not manner.goes_on(wave):
            return Deployed(tuple(done), tuple(left), "stopped, as you said", 1)
        last = number == len(waves) - 1
        for part in wave:
            done.append(_deployed(part, plan, manner))
            left.remove(part)
            if not done[-1].well:
                return _stopped(done, left)
        checked = _baked(done[-len(wave) :], plan, manner, last=last)
        done[-len(wave) :] = checked
        if not all(part.well for part in checked):
            return _stopped(done, left)
    return Deployed(tuple(done))


def _stopped(done: Sequence[Done], left: Sequence[Planned]) -> Deployed:
    failed = next(part for part in done if not part.well)
    how = "was interrupted" if failed.interrupted else "is not well" if failed.unwell else "failed"
    why = f"{failed.planned.target.title} {how}" if left else ""
    return Deployed(tuple(done), tuple(left), why, failed.exit_code)


def _waves(parts: Sequence[Planned]) -> Iterator[list[Planned]]:
    numbers = sorted({part.target.wave for part in parts})
    return ([part for part in parts if part.target.wave == number] for number in numbers)


def _deployed(part: Planned, plan: DeployPlan, manner: Manner) -> Done:
    if not part.sent:
        return Done(part)
    api, target = plan.apis[part.target.context], part.target
    manner.told(Told("wave", target))
    run = _Run(part, plan, manner)
    with Watch(api, lambda release, text: manner.told(Told("trouble", target, release, text))) as watch:
        failure, interrupted = run.sync(watch)
        after, unread = _truth(api, target)
        outcomes = tuple(run.outcomes(after, watch))
    failure = "; ".join(filter(None, [failure, unread]))
    return Done(part, outcomes, failure, tuple(run.listener.output), interrupted=interrupted)


@dataclass(slots=True)
class _Run:
    """helmfile at work on one part of the plan."""

    part: Planned
    plan: DeployPlan
    manner: Manner
    listener: Listener = field(init=False)

    def sync(self, watch: Watch) -> tuple[str, int]:
        """What went wrong beside the releases, and the exit code of what interrupted it."""
        namespaces = {step.release.name: step.release.namespace for step in self.part.sent}
        self.listener = Listener(lambda event: self._hear(event, watch, namespaces))
        try:
            returncode = helmfile.sync(self._asked(), self.plan.ready.tools.helm.path, self.listener)
        except KeyboardInterrupt:
            return "", _INTERRUPTED
        except SystemExit as error:
            return "", int(error.code or _INTERRUPTED)
        except ToolError as error:
            return str(error), 0
        heard = helmfile.errors(self.listener.output)
        return (self.listener.crash(returncode) if returncode and not heard else ""), 0

    def outcomes(self, after: Mapping[tuple[str, str], Stored] | None, watch: Watch) -> Iterator[Outcome]:
        """What became of each release."""
        errors = helmfile.errors(self.listener.output)
        for step in self.part.sent:
            release = step.release
            if after is None:
                yield Outcome(step, "unknown", None, errors.get(release.name, ""), watch.reasons(release.name))
                continue
            found = after.get((release.namespace, release.name))
            chart = self.plan.ready.used.by_ref[release.chart]
            yield outcome(step, chart, found, errors.get(release.name, ""), watch.reasons(release.name))

    def _asked(self) -> Sync:
        target, live = self.part.target, self.plan.ready.live
        whole = len(self.part.sent) == len(target.whole)
        default = live.plan.helm_defaults.timeout
        return Sync(
            directory=live.project.directory,
            file=target.helmfile,
            environment=target.environment,
            services=() if whole else tuple(step.release.service for step in self.part.sent),
            concurrency=self.manner.concurrency,
            timeout=helmfile.timeout([step.release.timeout or default for step in self.part.sent]),
            force_conflicts=self.manner.force_conflicts,
            repositories=any(_is_served(step.release.chart.repository) for step in self.part.sent),
        )

    def _hear(self, event: Event, watch: Watch, namespaces: Mapping[str, str]) -> None:
        if event.release not in namespaces:
            return
        if event.kind == "started":
            watch.begin(event.release, namespaces[event.release])
        else:
            watch.end(event.release)
        revision = f"revision {event.revision}" if event.revision else ""
        self.manner.told(Told(event.kind, self.part.target, event.release, revision))


def _is_served(repository: str | None) -> bool:
    """Whether helm knows the repository by a name only."""
    return repository is not None and not repository.startswith("oci://")


def _truth(api: Api, target: Target) -> tuple[Mapping[tuple[str, str], Stored] | None, str]:
    """What Helm has stored, or why that cannot be known."""
    for attempt in range(1, _ASKED_AGAIN + 1):
        try:
            return stored.current(api, target.namespaces), ""
        except ToolError as error:
            if attempt == _ASKED_AGAIN:
                return None, str(error)
            time.sleep(_PAUSE)
    raise AssertionError


def _baked(wave: Sequence[Done], plan: DeployPlan, manner: Manner, *, last: bool) -> list[Done]:
    """The parts of a wave after a look at their health, which the last wave needs only where one is to wait."""
    if last and not manner.bake:
        return list(wave)
    checked: list[Done] = []
    try:
        checked = [_checked(part, plan) for part in wave]
        if manner.bake and all(part.well for part in checked) and any(part.planned.sent for part in wave):
            manner.told(Told("bake", wave[0].planned.target, text=f"{manner.bake:g}"))
            time.sleep(manner.bake)
            checked = [_checked(part, plan) for part in wave]
    except KeyboardInterrupt:
        return _interrupted(wave, _INTERRUPTED)
    except SystemExit as error:
        return _interrupted(wave, int(error.code or _INTERRUPTED))
    return checked


def _interrupted(wave: Sequence[Done], code: int) -> list[Done]:
    return [Done(part.planned, part.outcomes, part.failure, part.output, part.unwell, code) for part in wave]


def _checked(part: Done, plan: DeployPlan) -> Done:
    target = part.planned.target
    try:
        found, failure = unwell(plan.apis[target.context], target), ""
    except ToolError as error:
        found, failure = (), str(error)
    return Done(part.planned, part.outcomes, failure, part.output, found)
