"""What services may do in the cloud, for infrastructure code: `deploy/<environment>/permissions.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from chartgen.model import EnvironmentPlan, Release
from chartgen.outputs import helmfile, places
from chartgen.values import merge_all


def permissions(environment: EnvironmentPlan) -> str | None:
    """The text of the environment's file, None where no service asks for anything.

    `services` by name, or `regions` by name with the services of each; each service with its namespace and
    ServiceAccount, the permissions on each resource, and the further policies and roles that the spec names.
    """
    by_region = {region: _services(releases) for region, releases in helmfile.by_region(environment).items()}
    if not any(by_region.values()):
        return None
    body: dict[str, Any] = (
        {"regions": {region: {"services": services} for region, services in by_region.items()}}
        if environment.regions
        else {"services": by_region[None]}
    )
    project = environment.releases[0].project
    head = {places.JSON_MARK: places.GENERATED, "project": project, "environment": environment.name}
    return json.dumps({**head, **body}, indent=2, ensure_ascii=False) + "\n"


def _services(releases: Iterable[Release]) -> dict[str, Any]:
    asking = sorted(releases, key=lambda release: release.service)
    return {release.service: service for release in asking if (service := _service(release))}


def _service(release: Release) -> dict[str, Any]:
    """What one service asks for; nothing where it asks for nothing."""
    exports = release.exports
    asked = {
        "resources": dict(exports.permissions),
        "additionalIamPolicies": list(exports.policies),
        "additionalIamRoles": list(exports.roles),
    }
    said = {name: value for name, value in asked.items() if value}
    return {"namespace": release.namespace, "serviceAccount": _account(release), **said} if said else {}


def _account(release: Release) -> str:
    """The name of its ServiceAccount, by the chart's own rule; of a chart of its own, the usual one."""
    account = merge_all(layer.values for layer in release.layers).get("serviceAccount") or {}
    return str(account.get("name") or ("default" if account.get("create") is False else release.name))
