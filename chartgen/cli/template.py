"""`chartgen template`."""

from __future__ import annotations

import pathlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from chartgen.cli import console
from chartgen.cli.options import EngineName, Environments, Regions, Services, YamlOrJson, selection, session

if TYPE_CHECKING:
    from chartgen.model import Manifest


def command(
    context: typer.Context,
    environment: Environments = None,
    region: Regions = None,
    service: Services = None,
    output: Annotated[YamlOrJson, typer.Option("-o", "--output", help="The form.")] = YamlOrJson.yaml,
    output_dir: Annotated[
        pathlib.Path | None, typer.Option("--output-dir", help="One file an object, in this directory.")
    ] = None,
    engine: EngineName = None,
) -> None:
    """Print the manifests of the chosen releases; no cluster is asked."""
    from chartgen.actions.template import template

    rendered = template(session(context).project, selection(environment, region, service), engine)
    if output_dir is not None:
        _write(output_dir, rendered.manifests)
    elif output is YamlOrJson.json:
        import json

        console.result(json.dumps([manifest.object for manifest in rendered.manifests], indent=2, ensure_ascii=False))
    else:
        texts = (f"---\n# {each.release.title}: {each.template}\n{each.text}" for each in rendered.manifests)
        console.result("".join(texts))


def _write(directory: pathlib.Path, manifests: Iterable[Manifest]) -> None:
    from chartgen import files, yamlio

    content: dict[str, bytes] = {}
    for manifest in manifests:
        name = manifest.title.replace("/", "-").lower()
        content[f"{manifest.release.title}/{name}.yaml"] = (manifest.text or yamlio.dumps(manifest.object)).encode()
    directory.mkdir(parents=True, exist_ok=True)
    with files.writing(directory) as writer:
        writer.write(content)
    console.result("\n".join(str(directory / path) for path in content))
