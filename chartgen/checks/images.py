"""What scanners found in images, held against the images that run. Asked only where there is a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chartgen.checks.component import of_container
from chartgen.checks.rule import Family, Hit, Rule, Scanned
from chartgen.checks.scans import LEVELS, Vulnerability

_MOST_NAMES = 3


def image_not_scanned(scanned: Scanned) -> Iterator[Hit]:
    """No report knows the image."""
    image = scanned.container.data.get("image") or ""
    if scanned.scans.of(image) is None:
        message = f"has an image that is in no scan report, {image}"
        yield of_container(scanned.container, message, "image", values=("image",))


def image_vulnerable(scanned: Scanned) -> Iterator[Hit]:
    """What a scanner found at or above the level that was asked for."""
    image = scanned.container.data.get("image") or ""
    found = scanned.scans.of(image)
    if found:
        message = f"has an image with {_counted(found)}, {image}"
        yield of_container(scanned.container, message, "image", values=("image",))


def _counted(found: list[Vulnerability]) -> str:
    """`1 critical and 2 high vulnerabilities (CVE-…, CVE-…)`."""
    counts = Counter(each.level for each in found)
    numbers = " and ".join(f"{counts[level]} {level}" for level in LEVELS if counts[level])
    noun = "vulnerability" if len(found) == 1 else "vulnerabilities"
    names = list(dict.fromkeys(each.id for each in found))
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return f"{numbers} {noun} ({', '.join(names[:_MOST_NAMES])}{more})"


FAMILY = Family(
    "images",
    "Scanned images",
    scanned=(
        Rule(
            "image-not-scanned",
            "warning",
            "What is in an image that nobody scanned, nobody knows.",
            "scan it, and hand the report to `chartgen check --scan-report`",
            image_not_scanned,
        ),
        Rule(
            "image-vulnerable",
            "error",
            "What a scanner finds, others find too.",
            "build the image anew on a base that is mended, and name it in `image` or `versions/`",
            image_vulnerable,
        ),
    ),
)
