"""A planned deploy, carried out: wave by wave, each when that before it is well."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from chartgen.actions.deploying.done import Deployed, Done, reason
from chartgen.actions.deploying.health import unwell
from chartgen.actions.deploying.manner import Manner, Told
from chartgen.actions.deploying.plan import DeployPlan, Planned
from chartgen.actions.deploying.region import deployed, exit_code
from chartgen.errors import ToolError

_LEFT: Final = 1
"""The exit code where something is left to do, because somebody said so."""


def carry_out(plan: DeployPlan, manner: Manner) -> Deployed:
    """Deploys wave by wave: one begins when that before it is well, and the first failure stops the rest.

    Interrupted, it says what state things are in instead of raising.
    """
    done: list[Done] = []
    waves = _waves(plan.parts)
    for number, wave in enumerate(waves):
        later = [part for following in waves[number + 1 :] for part in following]
        if number and any(part.sent for part in wave) and not manner.goes_on(wave):
            return Deployed(tuple(done), (*wave, *later), "stopped, as you said", _LEFT)
        for position, part in enumerate(wave):
            done.append(deployed(part, plan, manner))
            if not done[-1].well:
                return _stopped(done, [*wave[position + 1 :], *later])
        if manner.bake or any(part.sent for part in later):
            done[-len(wave) :] = _looked_at(done[-len(wave) :], plan, manner)
            if not all(part.well for part in done):
                return _stopped(done, later)
    return Deployed(tuple(done))


def _stopped(done: Sequence[Done], left: Sequence[Planned]) -> Deployed:
    failed = next(part for part in done if not part.well)
    how = "was interrupted" if failed.interrupted else "is not well" if failed.unwell else "failed"
    why = f"{failed.planned.target.title} {how}" if left else ""
    return Deployed(tuple(done), tuple(left), why, failed.exit_code)


def _waves(parts: Sequence[Planned]) -> list[list[Planned]]:
    numbers = sorted({part.target.wave for part in parts})
    return [[part for part in parts if part.target.wave == number] for number in numbers]


def _looked_at(wave: Sequence[Done], plan: DeployPlan, manner: Manner) -> list[Done]:
    """The parts of a wave with what is not well in them; after the time to wait, where there is one, once more."""
    try:
        found = [_health(part, plan) for part in wave]
        if manner.bake and all(part.well for part in found) and any(part.planned.sent for part in wave):
            manner.told(Told("bake", wave[0].planned.target, text=f"{manner.bake:g} s"))
            time.sleep(manner.bake)
            found = [_health(part, plan) for part in wave]
    except (KeyboardInterrupt, SystemExit) as error:
        return [replace(part, interrupted=exit_code(error)) for part in wave]
    return found


def _health(part: Done, plan: DeployPlan) -> Done:
    target = part.planned.target
    try:
        return replace(part, unwell=unwell(plan.apis[target.context], target))
    except ToolError as error:
        return replace(part, failure=reason(error))
