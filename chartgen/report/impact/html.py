"""An impact as one page for a browser: a search field, groups that open and close, nothing from elsewhere."""

from __future__ import annotations

import base64
import difflib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from chartgen import yamlio
from chartgen.compare.grouping import by_service
from chartgen.compare.impact import Affected, Group, Impact, Refusal, Variant
from chartgen.report.impact import words
from chartgen.report.ink import Ink

_MOST_LINES = 400
_LONGEST_LINE = 2_000
_CONTEXT = 3
_BRIEF = 60


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a difference: `sign` is `-`, `+`, a space, or `…` where something is left out."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class _Variant:
    lines: Sequence[_Line]
    releases: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Change:
    """A change as the page shows it; `number` counts from 1, `brief` is all of it where that fits into a line."""

    number: int
    word: str
    brief: str
    group: Group
    variants: Sequence[_Variant]


@dataclass(frozen=True, slots=True)
class _Refused:
    """What refuses releases, as the page shows it."""

    refusal: Refusal
    place: str


@dataclass(frozen=True, slots=True)
class _Service:
    name: str
    words: Sequence[str]
    releases: Sequence[Affected]


def render(impact: Impact, _ink: Ink = Ink.PLAIN, *, each: bool = True) -> str:
    """The page. Whatever names and values hold is text in it: escaped, and no script but the page's own may run."""
    import jinja2

    style, script = (_file(name) for name in ("page.css", "page.js"))
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.from_string(_file("page.html.j2"))
    return page.render(
        impact=impact,
        heading=words.heading(impact),
        summary=words.summary(impact),
        tiles=_tiles(impact),
        refused=[_Refused(one, str(one.problem.where or "")) for one in impact.refusals],
        changes=[_change(number, group) for number, group in enumerate(impact.groups, 1)],
        services=[_service(name, releases) for name, releases in by_service(impact.releases)],
        named=any(name in group.object + group.path for group in impact.groups for name in words.NAMES),
        of=words.of,
        style=style,
        script=script,
        style_digest=_digest(style),
        script_digest=_digest(script),
    )


def _file(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """By which a browser knows the one script (or style) that may run. Source: Content Security Policy, level 2."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _tiles(impact: Impact) -> list[tuple[str, int, str]]:
    """Each number of the head: its word, how many, and of what."""
    counts = impact.counts()
    tiles = [
        ("all", counts["releases"], "releases"),
        ("recreate", counts["recreated"], "need a re-creation"),
        ("restart", counts["restarted"], "restart pods"),
        ("refused", counts["refused"], "are refused"),
        ("changed", counts["changed"], "change"),
        ("same", counts["same"] + counts["labels"], "stay as they are"),
    ]
    return [tile for tile in tiles if tile[1] or tile[0] in ("all", "restart", "recreate")]


def _change(number: int, group: Group) -> _Change:
    variants = [_Variant(tuple(_lines(group, variant)), variant.releases) for variant in group.variants]
    return _Change(number, words.word(group), _brief(group), group, variants)


def _brief(group: Group) -> str:
    if len(group.variants) > 1:
        return words.of(len(group.variants), "form")
    before, after = (words.value(each) for each in (group.variants[0].before, group.variants[0].after))
    if not group.path or words.word(group) == "renamed" or len(before) + len(after) > _BRIEF:
        return ""
    return f"{before} → {after}"


def _service(name: str, releases: Sequence[Affected]) -> _Service:
    said = {
        "refused": any(each.state == "refused" for each in releases),
        "recreate": any(each.recreates for each in releases),
        "restart": any(each.restarts for each in releases),
    }
    said["changed"] = not any(said.values()) and any(each.state == "changed" for each in releases)
    return _Service(name, [word for word, holds in said.items() if holds], releases)


def _lines(group: Group, variant: Variant) -> Iterator[_Line]:
    """The change as a difference of lines."""
    if not group.path or words.word(group) == "renamed":
        return
    before, after = _text(variant.before), _text(variant.after)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=True)
    count = 0
    for number, block in enumerate(matcher.get_grouped_opcodes(_CONTEXT)):
        if number:
            yield _Line("…", "")
        for line in _block(block, before, after):
            count += 1
            if count > _MOST_LINES:
                yield _Line("…", "and more")
                return
            yield line


def _block(
    block: Sequence[tuple[str, int, int, int, int]], before: Sequence[str], after: Sequence[str]
) -> Iterator[_Line]:
    for kind, old, old_end, new, new_end in block:
        if kind == "equal":
            yield from (_Line(" ", text) for text in before[old:old_end])
            continue
        yield from (_Line("-", text) for text in before[old:old_end])
        yield from (_Line("+", text) for text in after[new:new_end])


def _text(value: Any) -> list[str]:
    """What stands somewhere, as lines; none for nothing."""
    if value is None:
        return []
    if isinstance(value, str) and "\n" in value:
        text = value
    else:
        text = yamlio.dumps(value) if isinstance(value, dict | list) and value else words.value(value)
    lines = text.splitlines()[: _MOST_LINES * 10]
    return [line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…" for line in lines]
