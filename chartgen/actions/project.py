"""`chartgen render`, whole: from the project's files to the generated ones; what has nothing to do ends early."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from chartgen import files
from chartgen.actions.render import RenderResult, render, up_to_date

if TYPE_CHECKING:
    from chartgen.actions.adopt import AdoptResult

_INPUTS = ("chartgen.yaml", "services", "versions", "values", "chartgen.lock")


def render_project(directory: Path, *, force: bool = False, check: bool = False) -> RenderResult:
    """Writes the generated files of the project in the folder.

    Arguments:
        force: overwrites and removes edited files too.
        check: writes nothing at all, and says what would change.

    Raises:
        InputError: the spec is wrong, or something is in the way of a file; nothing was written then.
        ToolError: the system refuses, a published chart cannot be fetched, or another chartgen keeps writing here.
    """
    inputs = files.digest_of(directory, _INPUTS, salt=_program())
    known = up_to_date(directory, inputs)
    if known is not None:
        return known
    from chartgen.actions.charts import complete  # what plans is slow to import, and not needed above
    from chartgen.scaffolds import schema_file

    project, whole, _ = complete(directory)
    if project.build.overlay is not None or project.local.read_from:
        inputs = ""  # these files are inputs that cannot be known before the spec is read
    result = render(whole, directory, force=force, check=check, inputs=inputs)
    if not check:
        path, content = schema_file()
        if files.read(directory, path) != content:
            with files.writing(directory) as writer:
                writer.write({path: content})
    return result


def adopt_edits(directory: Path, paths: Sequence[str] = ()) -> AdoptResult:
    """Moves hand edits of the project's generated values files into the developer's own.

    Arguments:
        paths: generated files, project-relative; none: every one that was edited by hand.

    Raises:
        InputError: the spec is wrong, or something is in the way of a file; nothing was written then.
        ToolError: the system refuses, or a published chart cannot be fetched.
    """
    from chartgen.actions.adopt import adopt
    from chartgen.actions.charts import complete

    _, whole, used = complete(directory)
    return adopt(whole, directory, paths, defaults=lambda ref: used.by_ref[ref].values)


def _program() -> str:
    """What tells this chartgen, its chart included, from another: the size and time of each of its files."""
    package = Path(str(resources.files("chartgen")))
    roots = [package, *(package.parent / name for name in ("base-chart", "values-schemas"))]
    return "\n".join(line for root in roots for line in _stats(root))


def _stats(root: Path) -> Iterator[str]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            stat = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118  # pathlib is three times as slow here
            yield f"{folder}/{name} {stat.st_size} {stat.st_mtime_ns}"
