"""What a terminal may be sent: colour where it shows it, and nothing that steers it."""

from __future__ import annotations

from enum import Enum

_STYLES = {"error": "bold red", "warning": "yellow", "info": "cyan", "allowed": "dim", "title": "bold", "quiet": "dim"}


class Ink(Enum):
    """How text is coloured: not at all, or with the escape codes of a terminal."""

    PLAIN = "plain"
    COLOUR = "colour"

    def __call__(self, role: str, text: str) -> str:
        """The text as its role (a severity, `title` or `quiet`) is shown."""
        if self is Ink.PLAIN:
            return text
        from rich.color import ColorSystem
        from rich.style import Style

        return Style.parse(_STYLES[role]).render(text, color_system=ColorSystem.STANDARD)


def printable(text: str) -> str:
    """The text with its control characters spelt out: names come from files, and none may steer a terminal."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
