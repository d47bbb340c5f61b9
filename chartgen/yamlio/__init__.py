"""The one place for YAML: reading as Helm reads it, with positions; writing so that Helm reads the same back."""

from chartgen.yamlio.comments import Comment, comments
from chartgen.yamlio.edit import REMOVE, edit, same
from chartgen.yamlio.nodes import Document, List, Map, Node, Path, Scalar, plain
from chartgen.yamlio.read import load, load_all, loads
from chartgen.yamlio.write import dumps

__all__ = [
    "REMOVE",
    "Comment",
    "Document",
    "List",
    "Map",
    "Node",
    "Path",
    "Scalar",
    "comments",
    "dumps",
    "edit",
    "load",
    "load_all",
    "loads",
    "plain",
    "same",
]
