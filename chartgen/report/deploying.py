"""A deploy for people: what it will do, and what came of it. Made from the data that `-o json` prints."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from chartgen.report.columns import columns
from chartgen.report.ink import Ink, printable

Data = Mapping[str, Any]

_ACTIONS: Final = ("create", "upgrade", "stuck", "unchanged")
_INDENT: Final = "  "
_ERROR_LINES: Final = 6
_SHORT: Final = 72
_STYLES: Final = {
    "stuck": "error",
    "failed": "error",
    "rolled back": "error",
    "removed": "error",
    "unknown": "error",
    "not reached": "warning",
    "unchanged": "quiet",
}


def plan_text(plan: Data, ink: Ink = Ink.PLAIN) -> str:
    """What a deploy will do, region by region: what is unchanged is only counted."""
    counts = Counter(each["action"] for region in plan["regions"] for each in region["releases"])
    lines = [f"{plan['project']} to {plan['environment']}: {_counted(counts)}"]
    for region in plan["regions"]:
        lines += ["", ink("title", _title(region, plan))]
        lines += _rows(_planned(region, plan["environment"]), ink)
    return "\n".join(lines) + "\n"


def done_text(done: Data, ink: Ink = Ink.PLAIN) -> str:
    """What came of a deploy: a row for each release that was passed on, then why what failed did."""
    several = len(done["regions"]) > 1
    rows = [
        [*([region["title"]] if several else []), each["service"], _became(each), _revision(each), _short(each)]
        for region in done["regions"]
        for each in region["releases"]
        if _became(each) != "unchanged"
    ]
    headers = [*(["region"] if several else []), "service", "result", "revision", "reason"]
    return (columns(headers, rows) if rows else "") + "".join(_details(done, ink))


def way_on(done: Data, began: datetime) -> tuple[str, ...]:
    """What can be done now, after a deploy that failed: how to look further, to go on, and to go back.

    Arguments:
        began: when it did, in UTC.
    """
    own = f"-e {done['environment']}"
    each = [(region, release) for region in done["regions"] for release in region["releases"]]
    failed = [(region, release) for region, release in each if _is_bad(release)]
    taken = "".join(f" -s {release['service']}" for _, release in failed if release.get("conflicts"))
    hints = [f"look: `{_kubectl(region, release)}`" for region, release in failed[:1]]
    if any(_became(release) == "stuck" for _, release in each):
        hints.append(f"first: `chartgen recover {own}`, as a release is stuck")
    if taken:
        hints.append(f"take the fields back: `chartgen deploy {own}{taken} --force-conflicts`")
    hints.append(f"go on: `chartgen deploy {own}`, once that is mended; only what differs is passed on")
    if any(_became(release) == "deployed" and release["before"] for _, release in each):
        hints.append(f"go back: `chartgen rollback {own} --since {began:%Y-%m-%dT%H:%M:%SZ}`")
    return tuple(hints)


def _kubectl(region: Data, release: Data) -> str:
    context = f" --context {region['context']}" if region["context"] else ""
    return f"kubectl{context} -n {release['namespace']} get events --sort-by=.lastTimestamp"


def _counted(counts: Mapping[str, int]) -> str:
    words = {"create": "to create", "upgrade": "to upgrade"}
    found = [f"{counts[action]} {words.get(action, action)}" for action in _ACTIONS if counts.get(action)]
    return ", ".join(found) or "no releases"


def _title(region: Data, plan: Data) -> str:
    wave = f"wave {region['wave']}: " if len({each["wave"] for each in plan["regions"]}) > 1 else ""
    where = f"context {region['context']}" if region["context"] else "the current context"
    where += ", the current one" if region["current"] else ""
    return f"{wave}{printable(region['title'])} ({printable(where)})"


def _planned(region: Data, environment: str) -> Iterator[tuple[str, str, str]]:
    same = 0
    for each in region["releases"]:
        if each["action"] == "unchanged":
            same += 1
            continue
        yield each["action"], each["service"], "; ".join([*each["reasons"], *_objects(each)])
    for each in region["leftovers"]:
        yield "leftover", each["service"], f"is not in the spec any more: `chartgen prune -e {environment}`"
    if same:
        yield "unchanged", f"{same} {'release' if same == 1 else 'releases'}", ""


def _objects(release: Data) -> list[str]:
    number = release.get("objects")
    if number is None or (not number and release["action"] == "create"):
        return []
    return [f"{number or 'no'} {'object' if number == 1 else 'objects'}{' changed' * (release['action'] != 'create')}"]


def _rows(rows: Iterator[tuple[str, str, str]], ink: Ink) -> list[str]:
    found = [tuple(map(printable, row)) for row in rows]
    widths = [max((len(row[column]) for row in found), default=0) for column in (0, 1)]
    lines = []
    for action, name, why in found:
        text = f"{_INDENT}{action.ljust(widths[0])}  {name.ljust(widths[1])}  {why}".rstrip()
        lines.append(ink(_STYLES[action], text) if action in _STYLES else text)
    return lines


def _became(release: Data) -> str:
    return str(release.get("became", "not begun" if release["action"] != "unchanged" else "unchanged"))


def _is_bad(release: Data) -> bool:
    return _became(release) in ("failed", "rolled back", "removed", "stuck", "unknown")


def _revision(release: Data) -> str:
    now = release.get("now") if "now" in release else release["before"]
    return str(now["revision"]) if now else ""


def _short(release: Data) -> str:
    taken = len(release.get("conflicts") or ())
    if taken:
        return f"{taken} {'field belongs' if taken == 1 else 'fields belong'} to others"
    pods = [pod.partition(": ")[2] for pod in release.get("pods") or ()]
    lines = pods or (release.get("error") or "").splitlines()
    return textwrap.shorten(lines[0], _SHORT, placeholder=" …") if lines else ""


def _details(done: Data, ink: Ink) -> Iterator[str]:
    for region in done["regions"]:
        for each in region["releases"]:
            if not _is_bad(each):
                continue
            title = f"{region['title']}/{each['service']}"
            yield f"\n{ink('title', title)} {_became(each)}{_stands(each)}\n"
            for pod in each.get("pods") or ():
                yield f"{_INDENT}pod {printable(pod)}\n"
            for line in each.get("conflicts") or (each.get("error") or "").splitlines()[:_ERROR_LINES]:
                yield f"{_INDENT}{printable(line)}\n"
        for text in region.get("unwell") or ():
            yield f"\n{region['title']}: {printable(text)}\n"
        if region.get("failure"):
            yield f"\n{region['title']}: {printable(region['failure'])}\n"


def _stands(release: Data) -> str:
    now = release.get("now")
    if release.get("backTo"):
        return f": what was revision {release['backTo']} runs again"
    if _became(release) == "removed":
        return f": it was {'there' if release['before'] else 'not there'} before, and is not now"
    return f": revision {now['revision']} is {now['status']}" if now else ""
