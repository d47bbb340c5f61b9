"""Cases as data: what somebody writes, and what must come of it.

A case is a file `tests/cases/<concern>/<case>.yaml` (or `tests/wrong/<case>.yaml`):

    description: one sentence of what holds.

What is written; each becomes a file of a project exactly as it stands here, comments and lines included:

    service:   services/web.yaml, the fields of the one service
    project:   chartgen.yaml; `project: shop`, `environments: {dev: }` and `defaults: {image: "example.com/web:1"}` are
               added where it does not say otherwise
    values:    values/web.yaml, the developer's own values
    files:     further files, path → content; `bytes:` the same for what is no UTF-8 (each character is a byte)
    chart:     instead of all that, values given straight to the chart

What is looked at, and what must be there; what is not named may be anything:

    at:         the place, `prod` or `prod/eu-north`, or `everywhere`; the first one unless given
    command:    what is run in `tests/wrong`: `render` unless given
    generated:  key of the generated values → its whole value; null: the key is not generated
    container:  a part of the container `web` of the Deployment, `pod:` of its pod template
    manifests:  a list of parts of objects, each with its `kind` and `name` (`web` unless given, `web-*` where it
                ends in a hash); `match: exact` where nothing more may be there
    objects:    the titles of all objects (`Deployment/web`), in any order
    absent:     objects that are not there, by kind or title
    releases:   a list of parts of the releases, all of them, in order; null in it: the attribute is None
    outputs:    path of a generated file → a part of its documents, merged
    findings:   a list of parts of what `chartgen check` finds at the place, all of it, in any order; `where` is
                `file:line`. `rules:` names the rules that are asked, all of them unless given; `reports:` are scanners'
                reports; `given:` are objects, in place of those that the service `web` renders, and `committed:` those
                that git has of it
    error:      the whole text of all problems; nothing else is looked at then

In a part, a map may hold more than is named, a null says that the key is not there, and a map stands for a list of maps
by their `name`; any other list must have exactly these items.
"""

from __future__ import annotations

import fnmatch
import functools
import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from chartgen import yamlio
from chartgen.actions.check import judge, settle
from chartgen.checks import registry, run, scans
from chartgen.checks.values_schema import ValuesSchema, check_all
from chartgen.errors import InputError
from chartgen.model import Chart, ChartRef, Finding, Layer, Manifest, Plan, Release
from chartgen.plan import whole
from chartgen.spec.find import SPEC
from tests.chart.rendering import base_chart

ROOT = Path(__file__).resolve().parent
FOLDERS = ("cases", "wrong")

MINIMAL = {
    "project": "project: shop",
    "environments": "environments: {dev: }",
    "defaults": 'defaults: {image: "example.com/web:1"}',
}
EVERYWHERE = "everywhere"
_WRITTEN = {"service": "services/web.yaml", "project": SPEC, "values": "values/web.yaml"}
_EXPECTED = (
    "generated",
    "container",
    "pod",
    "manifests",
    "objects",
    "absent",
    "releases",
    "outputs",
    "findings",
    "error",
)
_CHECKED = ("rules", "reports", "given", "committed")
_KEYS = {"description", "files", "bytes", "chart", "at", "command", *_WRITTEN, *_EXPECTED, *_CHECKED}
_RENDERED = ("container", "pod", "manifests", "objects", "absent")


@dataclass(frozen=True)
class Case:
    """One case: the files of its project, or values for the chart, and what is expected of them."""

    name: str
    files: Mapping[str, bytes]
    chart: Mapping[str, Any] | None
    at: str | None
    command: str
    expected: Mapping[str, Any] = field(repr=False)
    checked: Mapping[str, Any] = field(repr=False)

    @property
    def concern(self) -> str:
        """The folder it stands in."""
        return self.name.partition("/")[0]

    @property
    def error(self) -> str | None:
        """What is wrong with it, as it must be told."""
        return str(self.expected["error"]).rstrip("\n") if "error" in self.expected else None

    @property
    def is_rendered(self) -> bool:
        """Whether anything is expected of its objects."""
        return any(key in self.expected for key in _RENDERED)

    def plan(self) -> Plan:
        """The plan of its project."""
        return plan_of(self.files)

    def releases(self) -> tuple[Release, ...]:
        """Its releases: those of its plan, or one with the values for the chart."""
        return self.plan().releases if self.chart is None else (chart_release(self.chart),)

    def here(self, releases: tuple[Release, ...]) -> tuple[Release, ...]:
        """The releases of the place that is looked at."""
        if self.at == EVERYWHERE:
            return releases
        place = self.at or releases[0].title.removesuffix(f"/{releases[0].service}")
        return tuple(release for release in releases if release.title == f"{place}/{release.service}")


def plan_of(files: Mapping[str, bytes]) -> Plan:
    """The plan of a project that stands nowhere but here."""
    plan = whole.parse(files, Path("project"))[1]
    return replace(plan, chart=shared_chart())


def chart_release(values: Mapping[str, Any]) -> Release:
    """A release `web` of the shared chart with these values."""
    layer = Layer("values.yaml", dict(values))
    return Release("shop", "dev", None, "web", "web", "apps-shop-dev", None, ChartRef("microservice"), layer)


@functools.cache
def shared_chart() -> Chart:
    """The chart as it stands in the repository."""
    return base_chart()


@functools.cache
def values_schema() -> ValuesSchema:
    """Its schema, compiled."""
    return ValuesSchema.of(shared_chart(), "base-chart")


def shared(releases: tuple[Release, ...]) -> tuple[Release, ...]:
    """Those that use the shared chart."""
    return tuple(release for release in releases if release.chart.shared)


@functools.cache
def collect(folder: str = "cases") -> tuple[Case, ...]:
    """Every case below the folder, by name."""
    return tuple(_read(path, folder) for path in sorted((ROOT / folder).rglob("*.yaml")))


def _read(path: Path, folder: str) -> Case:
    text = path.read_text(encoding="utf-8")
    data = yamlio.load(text, path.name, keys_as_written=True).data
    name = path.relative_to(ROOT / folder).with_suffix("").as_posix()
    unknown = set(data) - _KEYS
    assert not unknown, f"{name}: {unknown}"
    assert data.get("description"), f"{name} has no description"
    assert any(key in data for key in _EXPECTED), f"{name} expects nothing"
    files = {} if "chart" in data else _files(data, _sections(text))
    expected = {key: data[key] for key in _EXPECTED if key in data}
    checked = {key: data[key] for key in _CHECKED if key in data}
    return Case(name, files, data.get("chart"), data.get("at"), data.get("command", "render"), expected, checked)


def _files(data: Mapping[str, Any], sections: Mapping[str, str]) -> dict[str, bytes]:
    files = {path: str(content).encode() for path, content in (data.get("files") or {}).items()}
    files |= {path: content.encode("latin-1") for path, content in (data.get("bytes") or {}).items()}
    files |= {_WRITTEN[key]: text.encode() for key, text in sections.items() if key in _WRITTEN and key != "project"}
    if "given" in data and not files:
        files["services/web.yaml"] = b"{}"
    if SPEC not in files:
        written = data.get("project") or {}
        more = [line for key, line in MINIMAL.items() if key not in written]
        text = sections.get("project", "").rstrip("\n")
        if text.startswith("{"):
            text = ", ".join([text.removesuffix("}"), *more]) + "}\n"
        else:
            text = "\n".join([text, *more, ""]).lstrip("\n")
        files[SPEC] = text.encode()
    return files


def _sections(text: str) -> dict[str, str]:
    """What stands below each key of the top, as it was written, without the indentation."""
    found: dict[str, str] = {}
    for match in re.finditer(r"^([a-z]+):(.*\n(?:(?: .*|#.*)?\n)*)", text, re.MULTILINE):
        first, _, rest = match[2].partition("\n")
        found[match[1]] = (first.strip() + "\n").lstrip("\n") + textwrap.dedent(rest).rstrip("\n") + "\n"
    return found


# ---- what must be there ---------------------------------------------------------------------------------------------


def problems(case: Case) -> str:
    """Everything that is wrong with the spec, or else with the values; empty where nothing is."""
    try:
        releases = shared(case.releases())
    except InputError as error:
        return str(error)
    if "given" in case.checked:
        return ""
    return "\n".join(str(problem) for problem in check_all(releases, values_schema()))


def planned_differences(case: Case, plan: Plan | None, releases: tuple[Release, ...]) -> list[str]:
    """What of the generated values, the releases and the generated files is not as expected."""
    found: list[str] = []
    if "generated" in case.expected:
        [web] = [release for release in case.here(releases) if release.service == "web"]
        for key, value in case.expected["generated"].items():
            if web.generated.values.get(key) != value:
                found.append(f"generated.{key}: {web.generated.values.get(key)!r}, not {value!r}")
    if "releases" in case.expected:
        actual = [_attributes(release) for release in releases]
        found += differences(case.expected["releases"], actual, "releases")
    if "outputs" in case.expected:
        from chartgen.outputs.tree import outputs

        assert plan is not None
        generated = outputs(plan)
        for path, part in case.expected["outputs"].items():
            documents: dict[str, Any] = {}
            for document in yamlio.load_all(generated[path]):
                documents |= document
            found += differences(part, documents, path)
    return found


def _attributes(release: Release) -> dict[str, Any]:
    chart = {name: getattr(release.chart, name) for name in ("name", "path", "repository", "version", "shared")}
    names = ("environment", "region", "service", "name", "namespace", "kube_context", "timeout", "max_history")
    attributes = {name: getattr(release, name) for name in (*names, "kubernetes")} | _checks(release)
    set_attributes = {name: value for name, value in attributes.items() if value is not None}
    values = {"values": release.generated.values} if not release.chart.shared else {}
    developer = [layer.file for layer in release.developer]
    return set_attributes | values | {"needs": list(release.needs), "developer": developer, "chart": _set(chart)}


def _checks(release: Release) -> dict[str, Any]:
    checks, node = release.checks, release.checks.largest_node
    return {
        "allowed": {allowed.rule: allowed.reason for allowed in checks.allowed} or None,
        "required_labels": list(checks.required_labels) or None,
        "largest_node": _set({"cpu": node.cpu, "memory": node.memory}) or None,
    }


def _set(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value is not None}


def rendered_differences(case: Case, manifests: list[Manifest]) -> list[str]:
    """What of the objects is not as expected."""
    objects = {manifest.title: manifest.object for manifest in manifests}
    found = list(_missing(case, objects))
    for expected in case.expected.get("manifests", ()):
        part = {key: value for key, value in expected.items() if key not in ("name", "match")}
        title = f"{part['kind']}/{expected.get('name', 'web')}"
        title = next((each for each in objects if fnmatch.fnmatchcase(each, title)), title)
        if title not in objects:
            found.append(f"{title} is not there, but {', '.join(objects)}")
        elif expected.get("match") == "exact":
            rest = {key: value for key, value in objects[title].items() if key != "metadata"}
            found += [] if rest == part else [f"{title}: {rest!r}, not {part!r}"]
        else:
            found += differences(part, objects[title], title)
    template = objects.get("Deployment/web", {}).get("spec", {}).get("template", {})
    if "pod" in case.expected:
        found += differences(case.expected["pod"], template, "pod")
    if "container" in case.expected:
        containers = {"web": case.expected["container"]}
        found += differences(containers, template.get("spec", {}).get("containers"), "container")
    return found


def _missing(case: Case, objects: Mapping[str, Any]) -> Iterator[str]:
    if "objects" in case.expected and sorted(objects) != sorted(case.expected["objects"]):
        yield f"the objects are {', '.join(sorted(objects))}"
    for name in case.expected.get("absent", ()):
        for title in objects:
            if name in (title, title.partition("/")[0]):
                yield f"{title} is there"


def findings_of(case: Case, rendered: Sequence[Manifest]) -> list[Finding]:
    """What `chartgen check` finds at the place of a case, of the rules that it names."""
    releases = case.releases()
    here = case.here(releases)
    reports = [("report", json.dumps(report).encode(), None) for report in case.checked.get("reports", ())]
    web = next(release for release in here if release.service == "web")
    given, committed = (
        [Manifest(web, "given/templates/objects.yaml", each) for each in case.checked[key]]
        if key in case.checked
        else None
        for key in ("given", "committed")
    )
    rules = run.Run(scans.read(reports) if reports else None, compares=committed is not None)
    found, _ = judge(rendered if given is None else given, rules, old=committed or ())
    asked = case.checked.get("rules", list(registry.RULES))
    assert set(asked) <= set(registry.RULES), case.name
    return [each for each in settle(found, here, releases, rules) if each.rule in asked]


def finding_differences(case: Case, found: Sequence[Finding]) -> list[str]:
    """What of the findings is not as expected: each part must be one of them, and there must be no others."""
    left = [asdict(each) | {"where": f"{each.where.file}:{each.where.line}" if each.where else ""} for each in found]
    missing = []
    for part in case.expected["findings"]:
        match = next((each for each in left if not differences(part, each, "")), None)
        if match is None:
            missing.append(f"not found: {part}")
        else:
            left.remove(match)
    return [*missing, *(f"found: {each}" for each in left)] if missing or left else []


def differences(expected: Any, actual: Any, path: str) -> list[str]:
    """Where `actual` does not hold what is expected of it, as the module says."""
    if isinstance(expected, dict) and isinstance(actual, list):
        actual = {item.get("name"): item for item in actual if isinstance(item, dict)}
    if isinstance(expected, dict) and isinstance(actual, dict):
        return [difference for key, part in expected.items() for difference in _entry(key, part, actual, path)]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        pairs = zip(expected, actual, strict=True)
        return [each for index, pair in enumerate(pairs) for each in differences(*pair, f"{path}[{index}]")]
    same = type(expected) is type(actual) and expected == actual
    return [] if same else [f"{path}: {actual!r}, not {expected!r}"]


def _entry(key: str, part: Any, actual: Mapping[str, Any], path: str) -> list[str]:
    if part is None:
        return [f"{path}.{key} is there: {actual[key]!r}"] if key in actual else []
    return differences(part, actual[key], f"{path}.{key}") if key in actual else [f"{path}.{key} is not there"]
