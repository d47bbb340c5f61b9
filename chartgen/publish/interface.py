"""What a chart repository does for us."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from chartgen.model import Package


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing a package: where it is, and whether it was there already with the same bytes."""

    package: Package
    location: str
    unchanged: bool


class Repository(Protocol):
    """A place that charts are published to."""

    def publish(self, package: Package, *, now: dt.datetime) -> Published:
        """Puts the package into the repository and its index.

        The same bytes again are a success that changes nothing. `now` is what the index says of the entry's creation.

        Raises:
            InputError: the version is published already, with other bytes.
            ToolError: the repository cannot be written to.
        """
