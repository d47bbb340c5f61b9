"""A chart from a directory or a package."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chartgen import yamlio
from chartgen.chart import archive, helmignore
from chartgen.errors import InputError, Problem, Where
from chartgen.model import Chart

NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9._]*[A-Za-z0-9])?")
"""What a chart may be called, as it becomes part of file names and addresses."""

VERSION = re.compile(r"v?[0-9]+(\.[0-9]+){0,2}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
"""What a chart's version may look like: semver as Helm reads it, `v` before it and parts left out."""

_BOM = b"\xef\xbb\xbf"


def load(path: Path) -> Chart:
    """The chart in a directory, without what its `.helmignore` leaves out, or in a `.tgz`, as Helm reads it.

    Raises:
        InputError: there is none, or a file of it cannot be read; a directory's links that lead out of it are refused.
    """
    place = str(path)
    try:
        files = _of_directory(path) if path.is_dir() else archive.unpack(path.read_bytes(), place)
    except FileNotFoundError:
        raise InputError("there is no chart here", Where(place), "name a chart's directory or its .tgz") from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", Where(str(error.filename or place))) from None
    return from_files(files, place)


def from_files(files: Mapping[str, bytes], place: str) -> Chart:
    """The chart that these files make.

    Arguments:
        files: content by path inside the chart.
        place: where they come from, for messages.

    Raises:
        InputError: Chart.yaml is missing or lacks name or version; Chart.yaml, values.yaml or values.schema.json cannot
            be read.
    """
    files = {path: content.removeprefix(_BOM) for path, content in files.items()}
    if "Chart.yaml" not in files:
        raise InputError("is not a chart: Chart.yaml is missing", Where(place))
    metadata = _map(files, "Chart.yaml", place)
    missing = [key for key in ("name", "version") if not metadata.get(key)]
    if missing:
        where = Where(f"{place}/Chart.yaml")
        raise InputError(Problem("is required", where, key, expected="a string") for key in missing)
    return Chart(
        name=str(metadata["name"]),
        version=str(metadata["version"]),
        metadata=metadata,
        files=files,
        values=_map(files, "values.yaml", place),
        schema=_schema(files, place),
        digest=digest(files),
    )


def digest(files: Mapping[str, bytes]) -> str:
    """The sha256 over names and contents, in 64 hex digits: equal files have equal digests, whatever their order."""
    total = hashlib.sha256()
    for path in sorted(files):
        for part in (path.encode(), files[path]):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def _map(files: Mapping[str, bytes], path: str, place: str) -> dict[str, Any]:
    file = f"{place}/{path}"
    data = yamlio.loads(files.get(path, b""), file)
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise InputError(Problem("is not a map", Where(file), expected="`key: value` lines"))
    return data


def _schema(files: Mapping[str, bytes], place: str) -> dict[str, Any] | None:
    path = "values.schema.json"
    if path not in files:
        return None
    where = Where(f"{place}/{path}")
    try:
        schema = json.loads(files[path])
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON: {error.msg}", Where(where.file, error.lineno, error.colno)) from None
    except (UnicodeDecodeError, RecursionError):
        raise InputError("not JSON", where) from None
    if not isinstance(schema, dict):
        raise InputError(Problem("is not a JSON Schema", where, expected="an object"))
    return schema


def _of_directory(root: Path) -> dict[str, bytes]:
    rules = helmignore.parse(_ignore_file(root), str(root / helmignore.FILENAME))
    files: dict[str, bytes] = {}
    left = archive.MAX_CHART
    for relative, path in _walk(root, rules):
        where = Where(str(path))
        if not path.is_file():
            raise InputError("is neither a file nor a directory", where, "a chart holds files only")
        size = path.stat().st_size
        left -= size
        if size > archive.MAX_FILE:
            hint = f"name it in {helmignore.FILENAME} if the chart does not need it"
            raise InputError(f"is larger than {archive.MAX_FILE >> 20} MiB, Helm's limit for one file", where, hint)
        if left < 0:
            raise InputError(f"the chart is larger than {archive.MAX_CHART >> 20} MiB, Helm's limit", Where(str(root)))
        files[relative] = path.read_bytes()
    return files


def _ignore_file(root: Path) -> str:
    path = root / helmignore.FILENAME
    return path.read_bytes().removeprefix(_BOM).decode("utf-8", "replace") if path.is_file() else ""


def _walk(
    directory: Path, rules: tuple[helmignore.Rule, ...], relative: str = "", above: tuple[Path, ...] = ()
) -> Iterator[tuple[str, Path]]:
    """Every file below `directory` that stays in, with its path inside the chart; links inside it are followed."""
    above = (*above, directory.resolve())
    for entry in sorted(os.scandir(directory), key=lambda entry: entry.name):
        path, inside = Path(entry.path), f"{relative}{entry.name}"
        is_directory = entry.is_dir()
        if helmignore.ignored(rules, inside, is_directory=is_directory):
            continue
        if entry.is_symlink():
            _check_link(path, above)
        if is_directory:
            yield from _walk(path, rules, f"{inside}/", above)
        else:
            yield inside, path


def _check_link(path: Path, above: tuple[Path, ...]) -> None:
    """A link may name what lies inside the chart (`above[0]`), but no directory that it stands in: that has no end."""
    target = path.resolve()
    if not target.is_relative_to(above[0]):
        raise InputError("is a link that leads out of the chart", Where(str(path)), "copy what it names into the chart")
    if target in above:
        raise InputError("is a link to a directory that holds it", Where(str(path)), "remove the link")
