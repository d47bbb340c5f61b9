"""What helm says when it fails."""

from __future__ import annotations

import re

from chartgen.errors import ToolError

_ERROR = re.compile(r"^Error: ", re.MULTILINE)
_LOG = re.compile(r"^(level=|time=|WARNING: |I\d{4} |W\d{4} |E\d{4} )")
NOT_FOUND = "release: not found"


class HelmError(ToolError):
    """helm ran, and failed; the message is its own."""

    @property
    def reason(self) -> str:
        """What helm said, in one line."""
        return self.problems[0].message


def complaint(stderr: str) -> str:
    """What helm complains of, in one line: its last `Error:` and what follows it, without the log around it."""
    *_, last = _ERROR.split(stderr)
    lines = [line.strip() for line in last.splitlines() if not _LOG.match(line)]
    return "; ".join(line for line in lines if line) or "helm failed without a word"
