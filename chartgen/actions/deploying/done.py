"""What came of a deploy, and how it ends: as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from chartgen.actions.deploying.plan import Planned
from chartgen.cluster.outcome import Outcome
from chartgen.errors import ToolError

_TOOL: Final = 3
_FAILED: Final = 4


def reason(error: ToolError) -> str:
    """What went wrong and what to do about it, in one line."""
    return "; ".join(": ".join(filter(None, (each.message, each.hint))) for each in error.problems)


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
