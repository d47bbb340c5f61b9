"""`chartgen repo` through the command line, on directories."""

from __future__ import annotations

import json

import pytest

from chartgen.cli import main
from chartgen.publish.directory import Directory
from tests.publish.publishers import NOW, package

DIGEST = package().digest


@pytest.fixture
def charts(tmp_path, monkeypatch):
    """A directory of three versions, at `charts`."""
    for name, version in (("web", "1.0.0"), ("web", "1.1.0"), ("cart", "1.0.0")):
        Directory(tmp_path / "charts").publish(package(name, version), now=NOW)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "charts"


def test_verify_of_what_is_whole(charts, capsys):
    assert main(["repo", "verify", "charts"]) == 0
    assert capsys.readouterr() == ("", "3 versions, all whole\n")
    assert main(["repo", "verify", charts.as_uri(), "-q"]) == 0
    assert capsys.readouterr() == ("", "")


def test_verify_tells_what_is_wrong_and_exits_with_1(charts, capsys):
    (charts / "web-1.0.0.tgz").unlink()
    (charts / "new-1.0.0.tgz").write_bytes(package("new").content)
    assert main(["repo", "verify", "charts"]) == 1
    said = capsys.readouterr()
    assert said.out == (
        "charts/web-1.0.0.tgz: is missing, though the index has web 1.0.0\n"
        "  hint: publish it again, or run `chartgen repo index` to take it out of the index\n"
        "charts/new-1.0.0.tgz: is not in the index\n"
        "  hint: run `chartgen repo index`, or remove it\n"
    )
    assert said.err == "3 versions, 2 problems\n"


def test_verify_says_what_it_did_not_look_at(charts, capsys):
    text = (charts / "index.yaml").read_text()
    (charts / "index.yaml").write_text(text.replace('"cart-1.0.0.tgz"', '"https://example.com/cart.tgz"'))
    (charts / "cart-1.0.0.tgz").unlink()
    assert main(["repo", "verify", "charts"]) == 0
    assert capsys.readouterr().err == "2 versions, all whole; 1 version on other hosts, not looked at\n"


def test_index_says_what_it_did(charts, capsys):
    assert main(["repo", "index", "charts"]) == 0
    assert capsys.readouterr() == ("", "the index is in line with the packages already\n")
    (charts / "web-1.0.0.tgz").unlink()
    (charts / "new-1.0.0.tgz").write_bytes(package("new").content)
    assert main(["repo", "index", "charts"]) == 0
    assert capsys.readouterr() == ("removed web 1.0.0\nadded new 1.0.0\n", "")
    assert main(["repo", "verify", "charts"]) == 0


def test_deprecate(charts, capsys):
    assert main(["repo", "deprecate", "charts", "web", "1.0.0"]) == 0
    assert main(["repo", "deprecate", "charts", "web", "1.0.0"]) == 0
    assert capsys.readouterr().err == "web 1.0.0 is deprecated\nweb 1.0.0 is deprecated already\n"
    assert main(["repo", "deprecate", "charts", "web", "3.0.0"]) == 2
    assert capsys.readouterr().err == (
        "error: charts: there is no version 3.0.0 of web\n  hint: `chartgen repo list` shows what is\n"
    )


def test_list(charts, capsys):
    assert main(["repo", "deprecate", "charts", "web", "1.0.0", "-q"]) == 0
    assert main(["repo", "list", "charts"]) == 0
    assert [line.split()[:4] for line in capsys.readouterr().out.splitlines()] == [
        ["CHART", "VERSION", "CREATED", "DEPRECATED"],
        ["cart", "1.0.0", "2026-11-22T12:00:00Z", "-"],
        ["web", "1.1.0", "2026-11-22T12:00:00Z", "-"],
        ["web", "1.0.0", "2026-11-22T12:00:00Z", "yes"],
    ]
    assert main(["repo", "list", "charts", "web", "-o", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[1] == {
        "chart": "web",
        "version": "1.0.0",
        "created": "2026-11-22T12:00:00Z",
        "deprecated": True,
        "digest": DIGEST,
        "urls": ["web-1.0.0.tgz"],
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list", "charts", "wep"], "error: charts: there is no chart wep\n  hint: did you mean `web`?\n"),
        (
            ["verify", "chart"],
            "error: chart: there is no such directory\n  hint: name a chart repository's directory\n",
        ),
        (["index", "ftp://example.com"], "error: `ftp://example.com` is no address of a chart repository\n"),
        (
            ["index", "oci://127.0.0.1:1/charts"],
            (
                "error: oci://127.0.0.1:1/charts: the registry keeps no index.yaml that could be written\n"
                "  hint: there is nothing to do: it lists what it has by itself\n"
            ),
        ),
        (
            ["deprecate", "chartmuseum+http://127.0.0.1:1", "web", "1.0.0"],
            (
                "error: chartmuseum+http://127.0.0.1:1: the registry keeps no index.yaml that could be written\n"
                "  hint: say `deprecated: true` in the chart's Chart.yaml, and publish that as its next version\n"
            ),
        ),
        (["verify", "https://me:secret@example.com"], "error: the address of example.com holds credentials"),
    ],
)
def test_what_is_wrong_with_the_arguments(charts, capsys, arguments, message):
    assert main(["repo", *arguments]) == 2
    said = capsys.readouterr().err
    assert said.startswith(message)
    assert "secret" not in said
