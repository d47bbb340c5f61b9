"""Projects to start from: the small one that `chartgen init` writes, and the examples."""

from __future__ import annotations

import json
from importlib import resources
from importlib.resources.abc import Traversable

from chartgen.chart import bundled
from chartgen.spec.schema import project_schema

SCHEMA = ".chartgen/project.schema.json"
_MODELINE = f"# yaml-language-server: $schema={SCHEMA}\n"


def project(name: str) -> dict[str, bytes]:
    """The files of a small project of that name, by path."""
    import jinja2

    folder = resources.files(__package__) / "project"
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  # YAML, not HTML
    )
    rendered = {
        path.removesuffix(".j2"): environment.from_string(content.decode()).render(project=name).encode()
        for path, content in _files(folder).items()
    }
    return _with_schema(rendered)


def examples() -> list[str]:
    """The names of the examples."""
    return sorted(
        entry.name for entry in bundled.directory("examples").iterdir() if (entry / "chartgen.yaml").is_file()
    )


def example(name: str) -> dict[str, bytes]:
    """The files of an example, by path; what is generated from them is left out."""
    content = _files(bundled.directory("examples") / name)
    kept = {path: text for path, text in content.items() if not path.startswith(_GENERATED)}
    return _with_schema(kept)


_GENERATED = ("deploy/", "helmfile.yaml", ".chartgen/")


def schema_file() -> tuple[str, bytes]:
    """The JSON Schema that the editor's modeline names: its path in a project, and its content."""
    return SCHEMA, (json.dumps(project_schema(), indent=1, ensure_ascii=False) + "\n").encode()


def _with_schema(content: dict[str, bytes]) -> dict[str, bytes]:
    """The files with the editor's modeline on top of `chartgen.yaml`, and the schema it names."""
    spec = content["chartgen.yaml"].decode()
    modeline = "" if spec.startswith(_MODELINE) else _MODELINE
    path, schema = schema_file()
    return {**content, "chartgen.yaml": (modeline + spec).encode(), path: schema}


def _files(folder: Traversable, prefix: str = "") -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            found |= _files(entry, f"{prefix}{entry.name}/")
        else:
            found[prefix + entry.name] = entry.read_bytes()
    return found
