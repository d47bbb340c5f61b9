"""helmfile at work on one environment or region, and what became of the releases there, as the cluster has it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from chartgen.actions.deploying.done import Done, reason
from chartgen.actions.deploying.manner import Manner, Told
from chartgen.actions.deploying.plan import DeployPlan, Planned
from chartgen.actions.live import Target
from chartgen.cluster import helmfile, stored
from chartgen.cluster.api import Api
from chartgen.cluster.helmfile import Event, Listener, Sync
from chartgen.cluster.outcome import Outcome, outcome
from chartgen.cluster.steps import Step
from chartgen.cluster.stored import Stored
from chartgen.cluster.unblocking import unblocking
from chartgen.cluster.watch import Watch
from chartgen.errors import ToolError

_INTERRUPTED: Final = 130
_ASKED_AGAIN: Final = 3
_PAUSE: Final = 2.0


def exit_code(error: KeyboardInterrupt | SystemExit) -> int:
    """That with which a program ends which this ended early."""
    return error.code if isinstance(error, SystemExit) and isinstance(error.code, int) else _INTERRUPTED


def deployed(part: Planned, plan: DeployPlan, manner: Manner) -> Done:
    """Has helmfile sync what the plan says for one part of it; where that is nothing, nothing is started.

    Interrupted, helm ends what it is at in order, and what became of things is told all the same.
    """
    if not part.sent:
        return Done(part)
    api, target = plan.apis[part.target.context], part.target
    manner.told(Told("wave", target))
    run = _Run(part, plan, manner)
    before = [step.stored for step in part.sent if step.stored is not None]
    with (
        Watch(api, lambda release, text: manner.told(Told("trouble", target, release, text))) as watch,
        unblocking(api, before, lambda text: manner.told(Told("trouble", target, text=text))),
    ):
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
        steps = {step.release.name: step for step in self.part.sent}
        self.listener = Listener(lambda event: self._hear(event, watch, steps))
        try:
            returncode = helmfile.sync(self._asked(), self.plan.ready.tools.helm.path, self.listener)
        except (KeyboardInterrupt, SystemExit) as error:
            return "", exit_code(error)
        except ToolError as error:
            return reason(error), 0
        heard = helmfile.errors(self.listener.output)
        return (self.listener.crash(returncode) if returncode and not heard else ""), 0

    def outcomes(self, after: Mapping[tuple[str, str], Stored] | None, watch: Watch) -> Iterator[Outcome]:
        """What became of each release."""
        errors = helmfile.errors(self.listener.output)
        for step in self.part.sent:
            release = step.release
            error, reasons = errors.get(release.name, ""), watch.reasons(release.name)
            if after is None:
                yield Outcome(step, "unknown", None, error, reasons)
                continue
            found = after.get((release.namespace, release.name))
            yield outcome(step, found, error, reasons, begun=release.name in self.listener.begun)

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
            context=target.context,
            force_conflicts=self.manner.force_conflicts,
            repositories=any(_is_served(step.release.chart.repository) for step in self.part.sent),
        )

    def _hear(self, event: Event, watch: Watch, steps: Mapping[str, Step]) -> None:
        step = steps.get(event.release)
        if step is None:
            return
        if event.kind == "started":
            watch.begin(event.release, step.release.namespace)
            kind: Literal["install", "upgrade", "deployed"] = "install" if step.action == "create" else "upgrade"
        else:
            watch.end(event.release)
            kind = "deployed"
        revision = f"revision {event.revision}" if event.revision else ""
        self.manner.told(Told(kind, self.part.target, event.release, revision))


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
                return None, reason(error)
            time.sleep(_PAUSE)
    raise AssertionError
