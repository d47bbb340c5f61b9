"""`make demo`: the whole main job on Online Boutique, in `.demo/`, as one would type it; then what there is to see."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from chartgen import cli
from chartgen.actions.planning import open_plan

HERE = Path(".demo")
REPOSITORY = HERE / "chart-repository"
COMMANDS = (
    ("Write the example's description of twelve services", f"init {HERE} --example online-boutique"),
    ("Render it: values files, helmfiles, the shared chart", f"-C {HERE} render"),
    ("Check values by the chart's schema, manifests by the Kubernetes API", f"-C {HERE} check"),
    ("Package the chart into a chart repository", f"-C {HERE} build --publish {REPOSITORY}"),
)


def main() -> int:
    """Returns the exit code: that of the first command that fails."""
    shutil.rmtree(HERE, ignore_errors=True)
    for title, command in COMMANDS:
        print(f"\n# {title}\n$ chartgen {command}", flush=True)
        code = cli.main(command.split())
        if code:
            return code
    print(_summary())
    return 0


def _summary() -> str:
    _, plan = open_plan(HERE)
    written = [HERE / "chartgen.yaml", *sorted((HERE / "services").glob("*.yaml"))]
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in written)
    values = sorted((HERE / "deploy").glob("**/values/*.yaml"))
    services = {release.service for release in plan.releases}
    places = ", ".join(
        f"{environment.name} ({' and '.join(environment.regions)})" if environment.regions else environment.name
        for environment in plan.environments
    )
    return f"""
What there is now: {len(services)} services in {places}

  {lines:4} lines    a person wrote           {HERE}/chartgen.yaml, {HERE}/services/
  {len(values):4} files    a values file each       {HERE}/deploy/<environment>/[<region>/]values/<service>.yaml
  {len(plan.releases):4} releases for helmfile             {HERE}/helmfile.yaml
     1 chart    with its schema          {HERE}/deploy/charts/microservice/
     1 package  in a chart repository    {REPOSITORY}/

Look further:

  $ .venv/bin/chartgen -C {HERE} list -e prod
  $ .venv/bin/chartgen -C {HERE} template -e prod -r eu-north -s frontend
  $ cd {HERE} && helmfile -e dev sync         # with helm, helmfile and a cluster at hand
"""


if __name__ == "__main__":
    sys.exit(main())
