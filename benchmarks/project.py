"""Projects to measure with: any number of services in any number of environments, always the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

ENVIRONMENTS = ("dev", "staging", "prod", "canary", "load")
"""The names of the environments; the first is the default one."""

_SPEC = """\
project: bench
default_environment: {default}
labels: {{owner: platform, cost-center: "4711"}}
vars: {{registry: registry.example.com/bench}}
defaults: {{min_containers: 2, initial_readiness_delay: 5}}
environments:
"""

_ENVIRONMENT = """\
  {name}:
    kube_context: {name}
    vars: {{domain: {name}.bench.example}}
"""

# What four kinds of services have of their own; all of them have what `_service` writes around it.
_KINDS = (
    """\
port: {http: 8080}
healthcheck_path: /healthz
public_uri: "{service}.{vars.domain}"
max_containers: 6
liveness_probe: {period: 15}
volumes: {cache: {path: /var/cache/app}}
""",
    """\
port: {http: 8000}
healthcheck_path: /ready
public_uri: "{vars.domain}/{service}"
secrets: [DATABASE_PASSWORD, API_TOKEN]
autoscaling_target_cpu_percentage: 70
""",
    """\
port: {grpc: 9000}
termination_grace_period: 60
secrets: {DATABASE_PASSWORD: {secret: database, key: password}}
""",
    """\
port: {http: 8081}
healthcheck_command: [/bin/worker, --check]
volumes: {work: {path: /work}, tmp: {path: /tmp}}
commands: [/bin/worker]
args: [--queue, "{service}"]
""",
)


def write(directory: Path, services: int, environments: Sequence[str]) -> None:
    """A project of so many services in each of the environments, each service in a file of its own."""
    (directory / "services").mkdir(parents=True)
    spec = _SPEC.format(default=environments[0]) + "".join(_ENVIRONMENT.format(name=name) for name in environments)
    (directory / "chartgen.yaml").write_text(spec)
    for number in range(services):
        write_service(directory, number, services, environments[-1])


def write_service(directory: Path, number: int, services: int, last: str, level: str = "info") -> None:
    """One service's file; another `level` is a change that reaches its values in every environment."""
    (directory / "services" / f"{_name(number)}.yaml").write_text(_service(number, services, last, level))


def namespace(environment: str) -> str:
    """The namespace of the releases, by chartgen's default pattern."""
    return f"apps-bench-{environment}"


def _name(number: int) -> str:
    return f"service-{number:04}"


def _service(number: int, services: int, last: str, level: str) -> str:
    targets = sorted({(number + 1) % services, (number * 7 + 3) % services} - {number})
    return f"""\
image: "{{vars.registry}}/{{service}}:v1.{number % 20}.{number}"
{_KINDS[number % len(_KINDS)]}\
resource_request: {{cpu: {100 + number % 5 * 50}, memory: {128 + number % 4 * 64}}}
env_vars:
  LOG_LEVEL: {level}
  ENVIRONMENT: "{{environment}}"
  PUBLIC_URL: "https://{{vars.domain}}"
  WORKERS: {1 + number % 8}
  FEATURES: "search,cart,{number}"
links: [{", ".join(map(_name, targets))}]
environments:
  {last}: {{min_containers: {3 + number % 3}, max_containers: {8 + number % 3}}}
"""
