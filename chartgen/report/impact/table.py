"""An impact for people at a terminal: the worst first, each change once, with the releases that it is in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartgen.compare.impact import Group, Impact, Refusal, Variant
from chartgen.report.columns import columns
from chartgen.report.impact import words
from chartgen.report.ink import Ink, printable

_ROLES = {"recreate": "error", "removed": "error", "renamed": "warning", "restart": "warning"}
_WIDTH = 8
"""Of the word that a change begins with."""

_MOST_NAMES = 5
_MOST_VARIANTS = 5
_LONGEST = 90


def render(impact: Impact, ink: Ink = Ink.PLAIN, *, each: bool = False) -> str:
    """What is refused, the changes, with `each` what becomes of each release, and a summary; a blank line between."""
    whole = len(impact.releases)
    blocks = [
        [ink("title", printable(words.heading(impact)))],
        *(_refusal(refusal, whole, ink) for refusal in impact.refusals),
        *(_group(group, whole, ink) for group in impact.groups),
        *([_releases(impact)] if each and impact.releases else []),
        [ink("title", words.summary(impact))],
    ]
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _refusal(refusal: Refusal, whole: int, ink: Ink) -> list[str]:
    first, *rest = map(printable, str(refusal.problem).split("\n"))
    return [
        f"{_word('refused', 'error', ink)}by the {refusal.by}: {first}",
        *(_aside(line.strip(), ink) for line in rest),
        _aside(words.releases(refusal.releases, whole, _MOST_NAMES), ink),
    ]


def _group(group: Group, whole: int, ink: Ink) -> list[str]:
    head = f"{group.object}: {group.path}" if group.path else group.object
    word = words.word(group)
    notes = [*([group.message] if group.message else []), *([group.remedy] if group.remedy else [])]
    notes += ["a hook: Helm makes it anew each time"] if group.hook else []
    return [
        f"{_word(word, _ROLES.get(word, 'info'), ink)}{printable(head)}",
        *(_aside(note, ink) for note in notes),
        *_variants(group, whole, ink),
    ]


def _variants(group: Group, whole: int, ink: Ink) -> Iterator[str]:
    for variant in group.variants[:_MOST_VARIANTS]:
        if group.path and words.word(group) != "renamed":
            yield f"{' ' * _WIDTH}  {_change(variant)}"
        yield _aside(words.releases(variant.releases, whole, _MOST_NAMES), ink)
    left = group.variants[_MOST_VARIANTS:]
    if left:
        number = sum(len(variant.releases) for variant in left)
        yield _aside(f"and {len(left):,} other changes of it, in {words.of(number, 'release')}", ink)


def _change(variant: Variant) -> str:
    return printable(f"{_short(words.value(variant.before))} → {_short(words.value(variant.after))}")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _releases(impact: Impact) -> list[str]:
    rows: Sequence[Sequence[str]] = [
        (each.release.title, each.state, ", ".join(each.restarts), ", ".join(each.recreates))
        for each in impact.releases
    ]
    return columns(("release", "state", "restarts", "re-creates"), rows).splitlines()


def _word(word: str, role: str, ink: Ink) -> str:
    return f"{ink(role, word)}{' ' * (_WIDTH - len(word))}  "


def _aside(text: str, ink: Ink) -> str:
    return f"{' ' * _WIDTH}  {ink('quiet', printable(text))}"
