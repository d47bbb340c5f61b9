"""Our side of a hostile server: in a hurry, or with a clock that jumps ahead."""

from __future__ import annotations

from dataclasses import dataclass, field

from chartgen.publish.interface import Access
from chartgen.publish.web.credentials import Login
from chartgen.publish.web.exchange import Limits
from chartgen.publish.web.transport import Clock, Transport

QUICK = Limits(connect=5, idle=0.3, total=1.0, attempts=3, wait=0.5)
PATIENT = Limits(connect=5, idle=5, total=1000, attempts=4, wait=0.5)
SECRET = "s3cret-pass"


@dataclass
class Patience:
    """A clock that jumps ahead instead of sleeping, and the seconds that were asked of it."""

    slept: list[float] = field(default_factory=list)

    def clock(self) -> Clock:
        return Clock(lambda: sum(self.slept), self.slept.append, lambda: 1_000_000.0)


def transport(patience: Patience | None = None, limits: Limits = PATIENT, login: Login | None = None) -> Transport:
    return Transport(Access(), login, limits, (patience or Patience()).clock())
