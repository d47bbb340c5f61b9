"""What became of the releases of a deploy: what was to be done beside what Helm has stored afterwards. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from chartgen.cluster.steps import Step
from chartgen.cluster.stored import PENDING, Stored

Became = Literal["deployed", "failed", "rolled back", "removed", "stuck", "not reached", "unknown"]
"""What became of a release.

`failed`: helm gave up, and left what there was; `rolled back`: an earlier revision runs again; `removed`: it was not
there before, and is not now; `stuck`: Helm was ended while it was at work; `not reached`: nothing was done to it;
`unknown`: the cluster does not tell.
"""

_BACK = re.compile(r"Rollback to (\d+)")
"""How Helm describes a revision that is an earlier one again. Source: `pkg/action/rollback.go`, the same in 3 and 4."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a release.

    Attributes:
        step: what was to be done.
        became: what came of it.
        stored: what Helm has of it now; None: nothing, or it cannot be known.
        error: what helm said where it failed; empty: nothing.
        reasons: what kept its pods from being ready, each with the pod's name.
    """

    step: Step
    became: Became
    stored: Stored | None = None
    error: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def back_to(self) -> int | None:
        """The revision that runs again where it was rolled back: not the one before, where that had failed."""
        found = _BACK.match(self.stored.description) if self.became == "rolled back" and self.stored else None
        return int(found[1]) if found else None


def outcome(
    done: Step, after: Stored | None, error: str = "", reasons: tuple[str, ...] = (), *, begun: bool = False
) -> Outcome:
    """What became of a release that was to be created or upgraded.

    Arguments:
        done: what was to be done, with what was stored before.
        after: what Helm has stored afterwards, the latest revision.
        error: what helm said of it; empty: nothing that was heard.
        reasons: what kept its pods from being ready while it was under way.
        begun: whether helm began with it, and nobody has heard that it is deployed.
    """
    became = _became(done.stored, after, error, begun=begun)
    if became == "failed" and not error and after is not None and not _is_same(done.stored, after):
        error = after.description
    return Outcome(done, became, after, error, () if became == "deployed" else reasons)


def _became(before: Stored | None, after: Stored | None, error: str, *, begun: bool) -> Became:
    if after is None:
        return "removed" if error or begun or before is not None else "not reached"
    if after.status in PENDING:
        return "stuck"
    if _is_same(before, after):
        return "failed" if error or begun else "not reached"
    if after.status == "deployed" and _BACK.match(after.description):
        return "rolled back"
    return "failed" if error or after.status != "deployed" else "deployed"


def _is_same(before: Stored | None, after: Stored) -> bool:
    return before is not None and (after.revision, after.status) == (before.revision, before.status)
