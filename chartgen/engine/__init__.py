"""Helm templating behind one interface: embedded (in process) and cli (the helm program). Same objects from both."""

from chartgen.engine.choose import NAMES, choose
from chartgen.engine.interface import Engine

__all__ = ["NAMES", "Engine", "choose"]
