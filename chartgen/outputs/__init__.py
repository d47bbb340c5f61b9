"""From releases to files: pure, text only. Nothing here reads or writes."""

from chartgen.outputs.tree import outputs

__all__ = ["outputs"]
