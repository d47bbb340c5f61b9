"""What would make a deploy fail, told before anything is sent."""

from chartgen.cluster.preflight.check import check
from chartgen.cluster.preflight.rules import FAMILY

__all__ = ["FAMILY", "check"]
