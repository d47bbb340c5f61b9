"""Reading a project: its files, all problems at once, nothing resolved yet."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping

from chartgen import yamlio
from chartgen.errors import InputError, Problem, Where, dotted
from chartgen.spec import beside, environments, services
from chartgen.spec.fields import BuildFields, ChartFields, ProjectFields
from chartgen.spec.layers import EMPTY, merge
from chartgen.spec.project import Project
from chartgen.spec.validation import read
from chartgen.yamlio import Document, Map, Node

SPEC = "chartgen.yaml"
FOLDERS = ("services", "versions", "values")
"""The folders beside `chartgen.yaml` whose `.yaml` files belong to the project."""


def find(start: pathlib.Path) -> pathlib.Path:
    """The nearest folder, from `start` upwards, that holds a `chartgen.yaml`.

    Raises:
        InputError: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / SPEC).is_file():
            return folder
    hint = "run `chartgen init` to make a project here, or name one with `-C DIRECTORY`"
    raise InputError(f"no {SPEC} here or in any folder above", Where(str(start)), hint)


def read_files(directory: pathlib.Path) -> dict[str, bytes]:
    """Every file that belongs to the project, by its path inside it, in a fixed order.

    Raises:
        InputError: a file cannot be read, or a folder is none.
    """
    files, problems = {}, []
    names = [pathlib.Path(SPEC)]
    for folder in FOLDERS:
        where = directory / folder
        if where.is_dir():
            names += sorted(path.relative_to(directory) for path in where.iterdir() if _belongs(path))
        elif where.exists():
            problems.append(Problem("is a file where a directory must be", Where(folder), hint="move it away"))
    for name in names:
        try:
            files[name.as_posix()] = (directory / name).read_bytes()
        except OSError as error:
            problems.append(Problem(f"cannot be read: {error.strerror}", Where(name.as_posix())))
    if problems:
        raise InputError(problems)
    return files


def load(directory: pathlib.Path) -> Project:
    """The project in the folder.

    Raises:
        InputError: every problem of every file, as far as they can be told before the layers are laid.
    """
    return parse(read_files(directory), directory)


def parse(files: Mapping[str, bytes], directory: pathlib.Path) -> Project:
    """The project that the files (by path inside it) describe. Pure.

    Raises:
        InputError: as `load` does.
    """
    problems: list[Problem] = []
    documents = _documents(files, problems)
    if SPEC not in documents:
        raise InputError(problems)
    root = _root(documents[SPEC], problems)
    fields = read(ProjectFields, root, (), problems)
    all_environments = environments.parse(_map(root, "environments"), problems)
    all_services = services.parse(root, documents, all_environments, problems)
    defaults = services.layer(_map(root, "defaults"), ("defaults",), problems)
    versions = beside.versions(documents, all_services, all_environments, problems)
    developer = beside.developer(documents, all_services, all_environments, problems)
    if fields is not None and fields.default_environment not in (None, *all_environments):
        expected = f"one of {', '.join(all_environments)}"
        message = f'is "{fields.default_environment}", which is no environment'
        problems.append(Problem(message, root.keys["default_environment"], "default_environment", expected))
    if problems or fields is None:
        raise InputError(in_order(problems, documents))
    labels = _map(root, "labels")
    business = Map({"labels": labels}, {"labels": root.keys["labels"]}, labels.where) if labels.entries else EMPTY
    return Project(
        name=str(fields.project),
        directory=directory,
        chart=fields.chart or ChartFields(),
        build=fields.build or BuildFields(),
        namespace=str(fields.namespace),
        naming=str(fields.naming),
        default_environment=fields.default_environment,
        registry=fields.registry,
        kubernetes=fields.kubernetes,
        vars=_map(root, "vars"),
        defaults=merge(business, defaults),
        environments=all_environments,
        services=all_services,
        versions=versions,
        developer=developer,
        documents=documents,
    )


def written_paths(documents: Mapping[str, Document]) -> dict[Where, str]:
    """The path, as written, of every place in the project's files; in a service's own file it starts with its name."""
    paths = {}
    for name, document in documents.items():
        prefix = ("services", name[len("services/") : -len(".yaml")]) if name.startswith("services/") else ()
        paths.update({where: dotted((*prefix, *path)) for path, where in document.origins.items() if path})
    return paths


def _belongs(path: pathlib.Path) -> bool:
    return path.suffix in (".yaml", ".yml") and not path.name.startswith(".")


def _documents(files: Mapping[str, bytes], problems: list[Problem]) -> dict[str, Document]:
    documents = {}
    for name, content in files.items():
        if name.endswith(".yml"):
            problems.append(Problem("ends in .yml, which is not read", Where(name), hint="call it .yaml"))
            continue
        try:
            documents[name] = yamlio.load(content, name, keys_as_written=not name.startswith("values/"))
        except InputError as error:
            problems += error.problems
    return documents


def _root(document: Document, problems: list[Problem]) -> Map:
    if isinstance(document.root, Map):
        return document.root
    expected = "a map with `project`, `environments` and `services`"
    problems.append(Problem("is not a project", Where(document.file, 1, 1), expected=expected))
    raise InputError(problems)


def _map(root: Map, key: str) -> Map:
    """The map of that name; an empty one where there is none, or something else (which validation has told)."""
    node: Node | None = root.get(key)
    return node if isinstance(node, Map) else EMPTY


def in_order(problems: list[Problem], documents: Mapping[str, Document]) -> list[Problem]:
    """The problems, each once, in the order of files and lines."""
    order = {name: index for index, name in enumerate(documents)}
    first = {(problem.where, problem.path, problem.message): problem for problem in reversed(problems)}

    def place(problem: Problem) -> tuple[int, int, int]:
        where = problem.where or Where("")
        return order.get(where.file, -1), where.line, where.column

    return sorted(first.values(), key=place)
