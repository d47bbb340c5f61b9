"""The page of `chartgen impact` in a real browser: it filters as one types, opens and closes, and text stays text."""

from __future__ import annotations

import dataclasses
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from chartgen.cli import main
from chartgen.compare.grouping import groups, refusals
from chartgen.compare.impact import Impact, Side
from chartgen.compare.manifests.objects import ObjectChange
from chartgen.errors import Problem, Where
from chartgen.model import Release
from chartgen.report.impact import render
from tests import cases
from tests.chart.edited import PRIORITY, write
from tests.e2e import browser

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, browser.PROGRAMS)), reason="chromium and chromedriver are not installed"
)

HOSTILE = (
    "<script>document.title = 'caught'</script>",
    "</script><img src=x onerror=\"document.title = 'caught'\">",
    "\"' onmouseover=alert(1) x='<b>bold</b>",
    "{{ 7 * 7 }} {% raw %} &lt;",
    "javascript:alert(1)",
    "]]><!-- \u202e \u2028 \x00 \x1b[31m",
)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Browser]:
    with browser.opened(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture
def page(chromium, tmp_path):
    """Opens an impact as a page, which must not complain until the test ends."""

    def show(impact: Impact) -> browser.Browser:
        file = tmp_path / "impact.html"
        file.write_text(render(impact, "html"), encoding="utf-8")
        chromium.open(file)
        return chromium

    chromium.complaints()
    yield show
    assert chromium.complaints() == []


def release(environment: str, service: str) -> Release:
    plain = dataclasses.replace(cases.chart_release({}), environment=environment, region=None, service=service)
    return dataclasses.replace(plain, name=service, namespace=f"apps-{environment}")


def impact(changes: Sequence[tuple[Release, Sequence[ObjectChange]]], refused=()) -> Impact:
    told, affected = groups(changes)
    old, new = (Side(version, "web", version) for version in ("1.0.0", "2.0.0"))
    return Impact("shop", old, new, told, refusals(refused), affected)


IMAGE = "spec.template.spec.containers"
CART, WEB, QUEUE = release("prod", "cart"), release("prod", "web"), release("dev", "queue")
SHOP = impact(
    [
        (
            CART,
            [
                ObjectChange(
                    "recreate", "Deployment/cart", "spec.selector", "a", "b", restarts=True, remedy="delete it"
                ),
                ObjectChange("changed", "Deployment/cart", f'{IMAGE}["cart"].image', "x:1", "x:2", restarts=True),
            ],
        ),
        (WEB, [ObjectChange("changed", "Deployment/web", f'{IMAGE}["web"].image', "x:1", "x:2", restarts=True)]),
        (QUEUE, [ObjectChange("added", "ConfigMap/settings")]),
    ],
    [("new schema", Problem("is 4", Where("values/cart.yaml", 3, 1), "grace", "at least 5"), "prod/cart")],
)
OBJECTS = "#changes summary b"
SERVICES = "#services summary b"


def test_it_tells_what_changes_the_worst_first(page):
    shown = page(SHOP)
    assert shown.shown("h1") == ["web 1.0.0 → 2.0.0"]
    assert shown.shown(OBJECTS) == ["Deployment/cart", "Deployment/<release>", "ConfigMap/settings"]
    assert shown.shown("#changes .badge") == ["re-create", "restart", "added"]
    assert shown.shown(SERVICES) == ["cart", "web", "queue"]
    assert shown.shown("#refused summary i") == ["values/cart.yaml:3:1"]


@pytest.mark.parametrize(
    ("typed", "objects", "services"),
    [
        ("queue", ["ConfigMap/settings"], ["queue"]),
        ("selector", ["Deployment/cart"], []),
        ("X:2", ["Deployment/<release>"], []),
        ("image web", ["Deployment/<release>"], []),
        ("prod/web", ["Deployment/<release>"], ["web"]),
        ("delete", ["Deployment/cart"], []),
        ("nothing like it", [], []),
        ("   ", ["Deployment/cart", "Deployment/<release>", "ConfigMap/settings"], ["cart", "web", "queue"]),
    ],
)
def test_the_search_field_filters_as_one_types(page, typed, objects, services):
    shown = page(SHOP)
    shown.type("#search", typed)
    assert (shown.shown(OBJECTS), shown.shown(SERVICES)) == (objects, services)
    assert shown.shown("#nothing") == ([] if objects or services else ["Nothing matches."])
    shown.clear("#search")
    assert len(shown.shown(OBJECTS)) == 3


def test_of_a_change_that_many_share_only_the_releases_that_match_are_listed(page):
    shown = page(SHOP)
    shown.type("#search", "web")
    shown.click("#open")
    assert shown.shown("#changes .titles li") == ["prod/web"]
    assert shown.shown("#found") == ["2 of 7 groups"]


def test_only_what_restarts_or_is_made_anew_can_be_shown(page):
    shown = page(SHOP)
    shown.click("[data-kind=recreate]")
    assert (shown.shown(OBJECTS), shown.shown(SERVICES)) == (["Deployment/cart"], ["cart"])
    shown.click("[data-kind=restart]")
    assert shown.shown(OBJECTS) == ["Deployment/cart", "Deployment/<release>"]
    shown.click("[data-kind=recreate]")
    shown.click("[data-kind=restart]")
    assert len(shown.shown(OBJECTS)) == 3


def test_groups_open_and_close(page):
    shown = page(SHOP)
    assert shown.shown(".body") == []
    shown.click("#change-2 summary")
    (body,) = shown.shown(".body")
    lines = [line for line in body.splitlines() if line]
    assert lines == ["Pods restart for it.", '- "x:1"', '+ "x:2"', "prod/cart", "prod/web"]
    shown.click("#change-2 summary")
    assert shown.shown(".body") == []
    shown.click("#open")
    assert len(shown.shown(".body")) == 7
    shown.click("#close")
    assert shown.shown(".body") == []


def test_a_release_leads_to_its_changes_also_where_they_are_filtered_out(page):
    shown = page(SHOP)
    shown.type("#search", "queue dev")
    shown.click("#services details:nth-of-type(3) summary")
    shown.click("#services details:nth-of-type(3) a")
    assert shown.run("return document.querySelector('#change-3').open")
    shown.run("location.hash = '#change-1'")
    assert shown.run(
        "return new Promise((done) => setTimeout(() => done(document.querySelector('#change-1').open), 200))"
    )
    assert len(shown.shown(OBJECTS)) == 3


def test_what_names_and_values_hold_stays_text(page):
    changes = [
        ObjectChange("changed", f"ConfigMap/{text}", f"data[{text}]", text, f"{text}\nmore", message=text, remedy=text)
        for text in HOSTILE
    ]
    odd = dataclasses.replace(release("dev", "web"), service=HOSTILE[0], environment=HOSTILE[1])
    refused = [("new schema", Problem(text, Where(text, 1), text, text, text), text) for text in HOSTILE]
    shown = page(dataclasses.replace(impact([(odd, changes)], refused), project=HOSTILE[1], left_out=HOSTILE))
    shown.click("#open")
    assert shown.run("return document.title") != "caught"
    assert shown.run("return document.querySelectorAll('script').length") == 1
    assert shown.run("return document.querySelectorAll('img, b b, [onmouseover], [onerror]').length") == 0
    text = shown.run("return document.body.textContent")
    for hostile in HOSTILE[:5]:
        assert text.count(hostile) >= 6, hostile
    shown.type("#search", "<script>")
    assert len(shown.shown(OBJECTS)) >= 1


def test_nothing_that_is_not_on_the_page_may_be_loaded_or_run(page, chromium):
    shown = page(SHOP)
    assert shown.run("return performance.getEntriesByType('resource').map((entry) => entry.name)") == []
    shown.run("const s = document.createElement('script'); s.text = 'window.ran = 1'; document.body.append(s)")
    shown.run("const i = document.createElement('img'); i.src = 'http://127.0.0.1:9/x.png'; document.body.append(i)")
    assert shown.run("return window.ran ?? null") is None
    refused = chromium.complaints()
    assert len(refused) == 2
    assert all("Content Security Policy" in complaint for complaint in refused)


def test_the_page_of_a_project(chromium, tmp_path, monkeypatch, capsys):
    services = "\n".join(f'  app-{number}: {{image: "example.com/app:1", port: {{http: 80}}}}' for number in range(30))
    spec = f"project: shop\nenvironments: {{dev: {{}}, prod: {{}}}}\nservices:\n{services}\n"
    (tmp_path / "chartgen.yaml").write_text(spec, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "new", "2.0.0", PRIORITY)
    assert main(["impact", "current", "new", "-o", "html"]) == 1
    (tmp_path / "impact.html").write_text(capsys.readouterr().out, encoding="utf-8")
    chromium.open(Path(tmp_path / "impact.html"))
    assert chromium.shown("#changes .count") == ["60 releases"]
    assert len(chromium.shown(SERVICES)) == 30
    chromium.type("#search", "app-17")
    assert chromium.shown(SERVICES) == ["app-17"]
    chromium.click("#open")
    assert chromium.shown("#changes .titles li") == ["dev/app-17", "prod/app-17"]
    assert re.fullmatch(r"2 of 31 groups", *chromium.shown("#found"))
    assert chromium.complaints() == []
