"""What changed between two versions of a chart, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["major", "minor", "patch"]
"""How much of the version a change demands: `major` breaks somebody, `minor` adds or changes a default.

Source: semver.org, with the values contract as the public interface.
"""

Part = Literal["schema", "default", "template", "file"]
"""Where a change is seen: the values' schema, their defaults, what the templates render, or only the chart's files."""

LEVELS: tuple[Level, ...] = ("patch", "minor", "major")
"""Weakest first."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions of a chart.

    Attributes:
        path: the property (`ports.<name>.type`), the rendered field (`Deployment: spec.selector`), or the file.
        message: what changed, one line: `is required now`.
    """

    level: Level
    part: Part
    path: str
    message: str

    @property
    def kind(self) -> Literal["added", "changed", "removed"]:
        """What became of it, by the verb that the message begins with. Source of the words: keepachangelog.com."""
        if self.message.startswith("is removed"):
            return "removed"
        return "added" if self.message.startswith("is added") else "changed"
