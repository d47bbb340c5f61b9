"""`chartgen list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from chartgen.cli import console
from chartgen.cli.options import Environments, Regions, Services, TableOrJson, selection, session

if TYPE_CHECKING:
    from chartgen.model import Release

_COLUMNS = ("service", "environment", "region", "namespace", "chart", "version", "image")


def command(
    context: typer.Context,
    environment: Environments = None,
    region: Regions = None,
    service: Services = None,
    output: Annotated[TableOrJson, typer.Option("-o", "--output", help="The form.")] = TableOrJson.table,
) -> None:
    """List the releases: where each runs, with which chart and image."""
    from chartgen.actions.charts import versions
    from chartgen.actions.planning import open_plan, select

    project, whole = open_plan(session(context).project)
    releases = select(whole, selection(environment, region, service)).releases
    known = versions(project, releases)
    objects = [_object(release, known[release.chart]) for release in releases]
    if output is TableOrJson.json:
        import json

        console.result(json.dumps(objects, indent=2, ensure_ascii=False))
        return
    from chartgen.report import columns

    rows = [[str(one[column] or "") for column in _COLUMNS] for one in objects]
    console.result(columns(_COLUMNS, rows))


def _object(release: Release, version: str) -> dict[str, Any]:
    return {
        "service": release.service,
        "environment": release.environment,
        "region": release.region,
        "release": release.name,
        "namespace": release.namespace,
        "kubeContext": release.kube_context,
        "chart": release.chart.path or release.chart.name,
        "repository": release.chart.repository,
        "version": version,
        "image": _image(release),
        "needs": list(release.needs),
        "docker_repo_url": release.exports.docker_repo_url,
        "publicUris": list(release.exports.public_uris),
        "links": list(release.exports.links),
        "permissions": {name: one["permissions"] for name, one in release.exports.permissions.items()},
    }


def _image(release: Release) -> str | None:
    """The image as a container has it; charts of their own keep theirs where they like, often as one string."""
    image = release.generated.values.get("image")
    if not isinstance(image, dict):
        return image if isinstance(image, str) else None
    tag, digest = image.get("tag"), image.get("digest")
    return f"{image.get('repository', '')}{f':{tag}' if tag else ''}{f'@{digest}' if digest else ''}"
