"""The command line: the only place that prints, prompts or exits."""

from chartgen.cli.main import main

__all__ = ["main"]
