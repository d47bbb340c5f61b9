"""Every command in README and docs runs, and prints what the page shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, follow, pages


@pytest.mark.parametrize("page", pages(with_cluster=False))
def test_the_commands_of_a_page_print_what_it_shows(
    page: str, tmp_path_factory: pytest.TempPathFactory, helm3: Path, helmfile0: Path
) -> None:
    follow(page, tmp_path_factory.mktemp("page"), {"helm": helm3, "helmfile": helmfile0})


def test_every_page_that_a_page_links_to_exists() -> None:
    missing = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"))
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert missing == []
