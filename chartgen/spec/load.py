"""Reading a project: its files, all problems at once, nothing resolved yet."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from chartgen import yamlio
from chartgen.errors import InputError, Problem, Where, did_you_mean
from chartgen.fields import describe, quoted
from chartgen.spec import beside, conventions, environments, namespaces, resources, services
from chartgen.spec.chartfields import BuildFields, ChartFields
from chartgen.spec.fields import ProjectFields
from chartgen.spec.find import SPEC
from chartgen.spec.layers import EMPTY, allowed, merge
from chartgen.spec.local import LocalFiles
from chartgen.spec.paths import Paths
from chartgen.spec.project import Project
from chartgen.spec.unquoted import mended
from chartgen.spec.validation import read
from chartgen.yamlio import Document, Map, Node

FOLDERS = ("services", "versions", "values")
"""The folders beside `chartgen.yaml` whose `.yaml` files belong to the project."""


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
    project, problems = attempt(files, directory)
    if problems or project is None:
        raise InputError(problems)
    return project


def attempt(files: Mapping[str, bytes], directory: pathlib.Path) -> tuple[Project | None, list[Problem]]:
    """The project as far as it can be read, and every problem on the way: so that more can be found in what is left.

    The project is None where `chartgen.yaml` says too little to go on.
    """
    problems: list[Problem] = []
    documents = _documents(files, problems)
    paths = Paths(documents)
    if SPEC not in documents:
        return None, in_order(problems)
    root = documents[SPEC].root
    if not isinstance(root, Map):
        expected = "a map with `project`, `environments` and `services`"
        problems.append(Problem(f"is {describe(root)}", root.where, expected=expected))
        return None, in_order(problems)
    fields = _fields(root, problems)
    all_environments = environments.parse(_map(root, "environments"), problems)
    all_services = services.parse(root, documents, all_environments, problems)
    defaults = services.layer(_map(root, "defaults"), ("defaults",), problems)
    outside = resources.layer(root.get("resources"), ("resources",), problems)
    versions = beside.versions(documents, all_services, all_environments, problems)
    room = namespaces.layer(root, (), problems)
    managed = namespaces.is_managed(room, all_environments.values())
    problems += namespaces.taken(all_services) if managed else ()
    known = dict.fromkeys([*all_services, *([namespaces.SERVICE] if managed else [])])
    developer = beside.developer(documents, known, all_environments, problems)
    if fields is None:
        return None, in_order(problems)
    if fields.default_environment not in (None, *all_environments):
        expected = f"one of {', '.join(all_environments)}"
        message = f"is {quoted(str(fields.default_environment))}, which is no environment"
        hint = did_you_mean(str(fields.default_environment), all_environments)
        problems.append(Problem(message, root.keys["default_environment"], "default_environment", expected, hint))
    labels = _map(root, "labels")
    business = Map({"labels": labels}, {"labels": root.keys["labels"]}, labels.where) if labels.entries else EMPTY
    everywhere = merge(business, allowed(root))
    project = Project(
        name=str(fields.project),
        directory=directory,
        chart=fields.chart or ChartFields(),
        build=fields.build or BuildFields(),
        namespace=str(fields.namespace),
        naming=conventions.naming(fields, all_services),
        conventions=root.keys[conventions.FIELD] if fields.conventions else None,
        default_environment=conventions.default_environment(fields, all_environments),
        registry=_plain(fields.registry),
        kubernetes=_plain(fields.kubernetes),
        vars=_map(root, "vars"),
        defaults=merge(everywhere, defaults),
        managed_namespace=room,
        required_labels=_labels(fields),
        environments=all_environments,
        services=all_services,
        versions=versions,
        developer=developer,
        local=LocalFiles(directory, files),
        documents=documents,
        paths=paths,
        doubtful=_doubtful(problems, all_services),
        resources=outside,
    )
    return project, in_order(paths.named(problem) for problem in problems)


def _labels(fields: ProjectFields) -> tuple[str, ...]:
    """The business labels that every object must have."""
    return tuple(str(label) for label in (fields.checks and fields.checks.required_labels) or ())


def _plain(text: str | None) -> str | None:
    """The plain string, which no longer knows where it was written."""
    return None if text is None else str(text)


def _doubtful(problems: Iterable[Problem], names: Iterable[str]) -> frozenset[str]:
    """The services that a problem is about: all, where it stands in what is for all of them."""
    found: set[str] = set()
    for problem in problems:
        file = problem.where.file if problem.where else SPEC
        if file.startswith(services.FOLDER):
            found.add(file[len(services.FOLDER) : -len(".yaml")])
        elif problem.path.startswith("services."):
            found.add(problem.path.split(".")[1].partition("[")[0])
        elif not file.startswith("values/"):
            return frozenset(names)
    return frozenset(found)


def _fields(root: Map, problems: list[Problem]) -> ProjectFields | None:
    """What `chartgen.yaml` says at its top; entries that are wrong are left out, if it can do without them."""
    found: list[Problem] = []
    fields = read(ProjectFields, root, (), found)
    problems += found
    if fields is None:
        at = {problem.path.partition(".")[0].partition("[")[0] for problem in found}
        right = {name: entry for name, entry in root.entries.items() if name not in at}
        fields = read(ProjectFields, replace(root, entries={"environments": EMPTY} | right), (), [])
    return fields


def _belongs(path: pathlib.Path) -> bool:
    return path.suffix in (".yaml", ".yml") and not path.name.startswith(".")


def _documents(files: Mapping[str, bytes], problems: list[Problem]) -> dict[str, Document]:
    documents = {}
    for name, content in files.items():
        if name != SPEC and name.partition("/")[0] not in FOLDERS:
            continue  # a file that a service refers to
        if name.endswith(".yml"):
            problems.append(Problem("ends in .yml, which is not read", Where(name), hint="call it .yaml"))
            continue
        try:
            document = yamlio.load(content, name, keys_as_written=not name.startswith("values/"))
            if name == SPEC or name.startswith(services.FOLDER):
                document = replace(document, root=mended(document.root, problems))
            documents[name] = document
        except InputError as error:
            problems += error.problems
            if name != SPEC:
                # The service is there, whatever it says: else every other file that names it were wrong too.
                documents[name] = Document(name, Map({}, {}, Where(name, 1, 1)))
    return documents


def _map(root: Map, key: str) -> Map:
    """The map of that name; an empty one where there is none, or something else (which validation has told)."""
    node: Node | None = root.get(key)
    return node if isinstance(node, Map) else EMPTY


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """The problems in the order of files and lines, each told once."""
    first: dict[tuple[Where | None, str, str], Problem] = {}
    for problem in problems:
        first.setdefault((problem.where, problem.path, problem.message), problem)

    def place(problem: Problem) -> tuple[int, Where]:
        where = problem.where or Where("")
        folder = where.file.partition("/")[0]
        return FOLDERS.index(folder) if folder in FOLDERS else -1, where

    return sorted(first.values(), key=place)
