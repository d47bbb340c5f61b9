"""What a directory's verify tells, and what its index and deprecate mend."""

from __future__ import annotations

import datetime as dt

import pytest

from chartgen import yamlio
from chartgen.errors import InputError
from chartgen.publish.directory import Directory
from chartgen.publish.interface import Verified
from tests.publish.publishers import NOW
from tests.publish.publishers import package as tiny

LATER = dt.datetime(2026, 12, 24, 18, 0, tzinfo=dt.UTC)


def moved(charts, before, after):
    text = (charts / "index.yaml").read_text()
    (charts / "index.yaml").write_text(text.replace(before, after))


class TestVerify:
    """Each thing that can be wrong, on top of a repository of two charts that is whole."""

    @pytest.fixture
    def charts(self, tmp_path):
        for name in ("web", "cart"):
            Directory(tmp_path).publish(tiny(name, signed=True), now=NOW)
        return tmp_path

    def test_all_is_well(self, charts):
        assert Directory(charts).verify() == Verified(2, ())

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (lambda charts: (charts / "web-1.0.0.tgz").unlink(), "web-1.0.0.tgz: is missing, though the index has web"),
            (lambda charts: (charts / "web-1.0.0.tgz").write_text("x"), "web-1.0.0.tgz: is not what was published"),
            (lambda charts: (charts / "new.tgz").write_bytes(tiny("new").content), "new.tgz: is not in the index"),
            (lambda charts: (charts / "new.tgz.prov").write_text(""), "new.tgz.prov: is the provenance of no package"),
            (lambda charts: (charts / "web-1.0.0.tgz.prov").write_text(""), "is not the provenance of the package bes"),
            (lambda charts: moved(charts, "  web:\n", "  shop:\n"), "is web 1.0.0\n  expected: shop 1.0.0"),
            (lambda charts: moved(charts, "urls:\n    - ", "home: "), "says no address of"),
            (lambda charts: moved(charts, "digest:", "sha256:"), "the index has no digest of"),
            (lambda charts: (charts / "index.yaml").write_text("a"), "is not the index of a chart repository"),
            (lambda charts: (charts / "index.yaml").unlink(), "index.yaml: is missing"),
        ],
    )
    def test_what_is_wrong_is_told(self, charts, change, message):
        change(charts)
        problems = Directory(charts).verify().problems
        assert any(message in str(problem) for problem in problems)

    def test_a_version_that_stands_there_twice(self, charts):
        text = (charts / "index.yaml").read_text()
        entry = text[text.index("  web:\n") + 7 : text.index("generated")]
        (charts / "index.yaml").write_text(text.replace(entry, entry * 2))
        assert [problem.message for problem in Directory(charts).verify().problems] == ["has web 1.0.0 2 times"]

    def test_packages_of_other_hosts_are_counted(self, charts):
        moved(charts, '"web-1.0.0.tgz"', '"https://example.com/elsewhere.tgz"')
        for path in charts.glob("web-*"):
            path.unlink()
        assert Directory(charts).verify() == Verified(2, (), elsewhere=1)

    def test_a_whole_address_may_mean_what_is_beside_the_index(self, charts):
        moved(charts, '"web-1.0.0.tgz"', '"https://example.com/charts/web-1.0.0.tgz"')
        assert Directory(charts).verify() == Verified(2, ())

    def test_a_directory_must_be_there(self, tmp_path):
        with pytest.raises(InputError, match="there is no such directory"):
            Directory(tmp_path / "charts").verify()


class TestReindex:
    @pytest.fixture
    def charts(self, tmp_path):
        for version in ("1.0.0", "1.1.0"):
            Directory(tmp_path).publish(tiny(version=version), now=NOW)
        return tmp_path

    def test_what_is_right_stays_as_it_is(self, charts):
        before = (charts / "index.yaml").read_bytes()
        assert Directory(charts).reindex(now=LATER) == ()
        assert (charts / "index.yaml").read_bytes() == before

    def test_the_index_follows_the_files(self, charts):
        (charts / "web-1.0.0.tgz").unlink()
        (charts / "cart.tgz").write_bytes(tiny("cart").content)
        assert Directory(charts).reindex(now=LATER) == ("removed web 1.0.0", "added cart 1.0.0")
        assert Directory(charts).verify() == Verified(2, ())
        assert Directory(charts).fetch("cart", "1.0.0") == tiny("cart")
        assert (
            yamlio.loads((charts / "index.yaml").read_bytes())["entries"]["web"][0]["created"] == "2026-11-22T12:00:00Z"
        )
        assert (
            yamlio.loads((charts / "index.yaml").read_bytes())["entries"]["cart"][0]["created"]
            == "2026-12-24T18:00:00Z"
        )

    @pytest.mark.parametrize("lost", [lambda path: path.unlink(), lambda path: path.write_text("")])
    def test_a_lost_index_is_made_anew(self, charts, lost):
        lost(charts / "index.yaml")
        assert Directory(charts).reindex(now=LATER) == ("added web 1.0.0", "added web 1.1.0")
        assert [entry.version for entry in Directory(charts).versions("web")] == ["1.1.0", "1.0.0"]
        assert Directory(charts).verify() == Verified(2, ())

    def test_what_has_no_digest_gets_one(self, charts):
        moved(charts, "digest:", "sha256:")
        assert len(Directory(charts).reindex(now=LATER)) == 4
        assert Directory(charts).verify() == Verified(2, ())

    def test_of_a_version_that_stands_there_twice_the_right_one_is_kept(self, charts):
        text = (charts / "index.yaml").read_text()
        entry = text[text.index("  - api") : text.rindex("  - api")]
        (charts / "index.yaml").write_text(text.replace(entry, entry + entry.replace("1.1.0.tgz", "gone.tgz")))
        assert Directory(charts).verify().versions == 3
        Directory(charts).reindex(now=LATER)
        assert Directory(charts).verify() == Verified(2, ())

    def test_other_bytes_under_a_published_version_are_refused(self, charts):
        (charts / "web-1.0.0.tgz").write_bytes(tiny(description="Another").content)
        (charts / "web-1.1.0.tgz").unlink()
        (charts / "broken.tgz").write_bytes(b"")
        (charts / "copy.tgz").write_bytes(tiny(description="Another").content)
        before = (charts / "index.yaml").read_bytes()
        with pytest.raises(InputError) as caught:
            Directory(charts).reindex(now=LATER)
        assert [str(problem.where).rpartition("/")[2] for problem in caught.value.problems] == [
            "web-1.0.0.tgz",
            "broken.tgz",
            "copy.tgz",
        ]
        assert (charts / "index.yaml").read_bytes() == before


def test_a_version_is_deprecated(tmp_path):
    for version in ("1.0.0", "1.1.0"):
        Directory(tmp_path).publish(tiny(version=version), now=NOW)
    assert Directory(tmp_path).deprecate("web", "1.0.0")
    assert not Directory(tmp_path).deprecate("web", "1.0.0")
    assert [entry.deprecated for entry in Directory(tmp_path).versions("web")] == [False, True]
    assert Directory(tmp_path).verify() == Verified(2, ())
    with pytest.raises(InputError, match=r"there is no version 2.0.0 of web\n  hint: `chartgen repo list` shows"):
        Directory(tmp_path).deprecate("web", "2.0.0")
