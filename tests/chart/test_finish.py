"""What a packaged chart has beside its templates: README.md, CHANGES.md, and what Artifact Hub reads."""

from __future__ import annotations

import pytest

from chartgen import yamlio
from chartgen.chart import artifacthub, changes, load, readme
from chartgen.chart.changes import Section
from chartgen.chart.finish import finished
from tests.chart.rendering import ROOT, base_chart

REDIS = ROOT / "examples" / "online-boutique" / "charts" / "redis"
FIRST = Section("1.0.0", "", ())
SECOND = Section("1.1.0", "1.0.0", ["**minor** `ports.<name>.tls`: added"])
PLAIN = {"Chart.yaml": b"apiVersion: v2\nname: plain\nversion: 0.1.0\n", "values.yaml": b"size: 3\nname: x\n"}


def test_the_page_tells_every_value_of_the_top_level_and_names_no_version():
    page = readme.text(base_chart()).decode()
    assert page.startswith("# microservice\n")
    for name in (base_chart().schema or {})["properties"]:
        assert name == "global" or f"| `{name}` |" in page
    assert "1.0.0" not in page.split("## Values")[1].split("\n|")[0]
    assert "What the schema does not know is refused." in page


def test_a_chart_without_a_schema_shows_its_defaults():
    page = readme.text(load.from_files(PLAIN, "plain")).decode()
    assert "| `size` | integer | `3` |" in page
    assert "values.schema.json" not in page


def test_the_newest_version_stands_first_and_earlier_ones_stay():
    earlier = changes.text("web", FIRST, None)
    page = changes.text("web", SECOND, earlier).decode()
    assert page == (
        "# Changes of web\n"
        "\n## 1.1.0\n\nSince 1.0.0:\n\n- **minor** `ports.<name>.tls`: added\n"
        "\n## 1.0.0\n\nThe first version.\n"
    )


def test_a_version_is_told_once_however_often_it_is_made():
    once = changes.text("web", SECOND, changes.text("web", FIRST, None))
    assert changes.text("web", SECOND, once) == once


def test_the_page_does_not_grow_without_end():
    page = b""
    for number in range(100):
        page = changes.text("web", Section(f"1.{number}.0", "1.0.0", ["x"] * 500), page)
    text = page.decode()
    assert text.count("\n## ") == 20
    assert "and 400 more" in text
    assert "## 1.99.0" in text


def test_what_is_made_is_added_and_what_its_author_wrote_stays():
    own = {**load.load(REDIS).files, "README.md": b"mine\n"}
    text = b"# kept\n" + own["Chart.yaml"] + b"annotations: {artifacthub.io/prerelease: 'false'}\n"
    chart = load.from_files({**own, "Chart.yaml": text}, "redis")
    made = artifacthub.made("1.1.0-rc.1", [{"kind": "added", "description": "x"}], ["redis:8"])
    done = finished(chart, Section("1.1.0-rc.1", "1.0.0", ()), None, made)
    assert done.version == "1.1.0-rc.1"
    assert done.files["README.md"] == b"mine\n"
    assert done.files["CHANGES.md"].startswith(b"# Changes of redis\n")
    assert done.files["Chart.yaml"].startswith(b"# kept\napiVersion: v2\n")
    annotations = done.metadata["annotations"]
    assert annotations[artifacthub.PRERELEASE] == "false"
    assert yamlio.loads(annotations[artifacthub.CHANGES]) == [{"kind": "added", "description": "x"}]
    assert yamlio.loads(annotations[artifacthub.IMAGES]) == [{"name": "redis", "image": "redis:8"}]
    assert {path: content for path, content in done.files.items() if path.startswith("templates/")} == {
        path: content for path, content in own.items() if path.startswith("templates/")
    }


@pytest.mark.parametrize(
    ("version", "marked"), [("1.0.0", False), ("1.0.0-rc.1", True), ("v1.0.0-0", True), ("1.0.0+build-7", False)]
)
def test_a_pre_release_is_marked(version, marked):
    assert (artifacthub.PRERELEASE in artifacthub.made(version, [], [])) == marked


def test_annotations_without_content_are_left_out():
    assert artifacthub.made("1.0.0", [], []) == {}
    made = artifacthub.made("1.0.0", [], ["b/x:1@sha256:0", "a:2"], {"fingerprint": "AB", "url": "https://example.com"})
    assert yamlio.loads(made[artifacthub.IMAGES]) == [
        {"name": "a", "image": "a:2"},
        {"name": "x", "image": "b/x:1@sha256:0"},
    ]
    assert yamlio.loads(made[artifacthub.SIGN_KEY]) == {"fingerprint": "AB", "url": "https://example.com"}
