"""The one place that reads and writes YAML: reading as Helm reads it, with positions; writing so that Helm reads it back."""

from chartgen.yamlio.edit import edit
from chartgen.yamlio.nodes import Document, List, Map, Node, Path, Scalar, plain
from chartgen.yamlio.read import load, load_all, loads
from chartgen.yamlio.write import dumps

__all__ = ["Document", "List", "Map", "Node", "Path", "Scalar", "dumps", "edit", "load", "load_all", "loads", "plain"]
