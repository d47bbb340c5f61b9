"""What would make a deploy fail, told before anything is sent."""

from chartgen.cluster.preflight.check import check

__all__ = ["check"]
