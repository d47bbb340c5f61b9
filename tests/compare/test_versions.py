"""Which published version a new one is compared with, and what changes demand of it."""

from __future__ import annotations

import pytest
import semver
from hypothesis import given
from hypothesis import strategies as st

from chartgen.compare import versions
from chartgen.compare.change import LEVELS
from chartgen.errors import InputError


@pytest.mark.parametrize(
    ("published", "own", "compared_with"),
    [
        ([], "1.0.0", None),
        (["1.3.0", "1.4.0", "1.10.0", "1.9.0"], "2.0.0", "1.10.0"),
        (["1.4.0"], "1.4.0", None),  # its own is not below
        (["1.3.0", "1.4.0"], "1.4.0", "1.3.0"),
        (["1.4.0", "2.0.0"], "1.4.1", "1.4.0"),  # a maintenance branch
        (["1.4.0", "1.5.0", "2.0.0"], "1.6.0", "1.5.0"),
        (["2.0.0"], "1.4.0", None),
        (["1.4.0", "2.0.0"], None, "2.0.0"),
        # pre-releases
        (["1.4.0", "2.0.0-rc.1"], "2.0.0", "1.4.0"),
        (["1.4.0", "2.0.0-rc.1"], None, "1.4.0"),
        (["1.4.0"], "2.0.0-rc.1", "1.4.0"),
        (["1.4.0", "2.0.0-rc.1"], "2.0.0-rc.2", "2.0.0-rc.1"),
        (["1.4.0", "2.0.0-rc.2", "2.0.0-rc.10"], "2.0.0-rc.11", "2.0.0-rc.10"),
        (["1.4.0", "2.0.0-rc.1", "1.9.0-beta"], "2.0.0-alpha", "1.9.0-beta"),
        (["1.4.0", "2.0.0-rc.1"], "2.0.0-alpha", "1.4.0"),
        (["1.4.0", "2.0.0-rc.1", "2.0.0"], "2.0.1-rc.1", "2.0.0"),
        (["1.0.0-alpha", "1.0.0-rc.1"], "1.0.0", "1.0.0-rc.1"),  # nothing else is there
        (["1.0.0-rc.1"], None, "1.0.0-rc.1"),
        (["1.0.0-rc.1", "2.0.0"], "1.0.0", "1.0.0-rc.1"),
        (["1.0.0-1", "1.0.0-alpha"], "1.0.0-alpha.1", "1.0.0-alpha"),  # numbers are below words
        # build metadata has no precedence
        (["1.4.0+build.7"], "1.4.0+build.8", None),
        (["1.4.0+build.7"], "1.4.0", None),
        (["1.3.0", "1.4.0+build.7"], "1.4.1", "1.4.0+build.7"),
        (["1.4.0+a", "1.4.0+b"], "1.5.0", "1.4.0+b"),
        # as Helm reads versions
        (["v1.3.0", "v1.4.0"], "1.5.0", "v1.4.0"),
        (["1.3.0"], "v1.4.0", "1.3.0"),
        (["1", "1.1"], "1.2", "1.1"),
        (["01.02.0"], "1.3.0", "01.02.0"),
        (["latest", "1.x", "", "1.0.0-01", "1.2.3.4", "9" * 300, "0.9.0"], "1.3.0", "0.9.0"),
    ],
)
def test_a_version_is_compared_with_the_highest_below_it(published, own, compared_with):
    assert versions.highest_below(published, own) == compared_with
    assert versions.highest_below(reversed(published), own) == compared_with


@pytest.mark.parametrize(
    ("published", "own", "other"),
    [
        (["1.4.0+a"], "1.4.0+b", "1.4.0+a"),
        (["v1.4.0"], "1.4.0", "v1.4.0"),
        (["1.4"], "1.4.0", "1.4"),
        (["1.4.0"], "1.4.0", None),
        (["1.4.0-rc.1", "nothing"], "1.4.0", None),
    ],
)
def test_two_ways_to_write_one_version(published, own, other):
    assert versions.twin(published, own) == other


@pytest.mark.parametrize(
    ("published", "patch", "minor", "major"),
    [
        ("1.4.2", "1.4.3", "1.5.0", "2.0.0"),
        ("v1.4.2", "1.4.3", "1.5.0", "2.0.0"),
        ("1.4", "1.4.1", "1.5.0", "2.0.0"),
        ("1.4.2+build.7", "1.4.3", "1.5.0", "2.0.0"),
        # 0.x: the leftmost number that is not 0 is the one that breaks
        ("0.3.1", "0.3.2", "0.3.2", "0.4.0"),
        ("0.0.4", "0.0.5", "0.0.5", "0.0.5"),
        ("0.0.0", "0.0.1", "0.0.1", "0.0.1"),
        # a pre-release has promised nothing
        ("2.0.0-rc.1", "2.0.0", "2.0.0", "2.0.0"),
        ("0.4.0-alpha", "0.4.0", "0.4.0", "0.4.0"),
    ],
)
def test_what_changes_demand(published, patch, minor, major):
    assert [versions.demanded(published, level) for level in ("patch", "minor", "major")] == [patch, minor, major]
    assert [versions.next_version(published, level) for level in ("patch", "minor", "major")] == [patch, minor, major]
    assert versions.next_version(published, None) == published


@pytest.mark.parametrize(
    ("version", "published", "level", "refused"),
    [
        ("2.0.0", "1.4.0", "major", None),
        ("3.1.0", "1.4.0", "major", None),
        ("1.5.0", "1.4.0", "minor", None),
        ("1.4.1", "1.4.0", None, None),
        ("2.0.0-rc.1", "1.4.0", "major", None),
        ("2.0.0-rc.2", "2.0.0-rc.1", "major", None),
        ("2.0.0", "2.0.0-rc.1", "major", None),
        ("0.4.0", "0.3.1", "major", None),
        ("0.3.2", "0.3.1", "minor", None),
        ("1.0.0", "0.3.1", "patch", None),
        (
            "1.5.0",
            "1.4.0",
            "major",
            "1.5.0 is too low: there are major changes since 1.4.0, which demand 2.0.0 or higher",
        ),
        (
            "1.4.1",
            "1.4.0",
            "minor",
            "1.4.1 is too low: there are minor changes since 1.4.0, which demand 1.5.0 or higher",
        ),
        (
            "1.5.0-rc.1",
            "v1.4.0",
            "major",
            "1.5.0-rc.1 is too low: there are major changes since v1.4.0, which demand 2.0.0 or higher",
        ),
        (
            "0.3.2",
            "0.3.1",
            "major",
            "0.3.2 is too low: there are major changes since 0.3.1, which demand 0.4.0 or higher",
        ),
        (
            "1.4.0+b",
            "1.4.0+a",
            "patch",
            "1.4.0+b is neither above nor below 1.4.0+a, which is published: what follows `+` does not count",
        ),
        ("1.3.0", "1.4.0", None, "1.3.0 is below 1.4.0, which is published"),
    ],
)
def test_a_version_below_the_verdict_is_refused(version, published, level, refused):
    assert versions.refusal(version, published, level) == refused


@pytest.mark.parametrize("text", ["", "latest", "1.2.3.4", "1.0.0-01", "-1", "1" * 400])
def test_what_is_no_version_is_told(text):
    for ask in (
        lambda: versions.highest_below([], text),
        lambda: versions.demanded(text, "patch"),
        lambda: versions.refusal(text, "1.0.0", None),
    ):
        with pytest.raises(InputError, match="is no version"):
            ask()


NUMBERS = st.integers(0, 3)
VERSIONS = st.builds(
    "{}.{}.{}{}{}".format,
    NUMBERS,
    NUMBERS,
    NUMBERS,
    st.sampled_from(["", "", "-alpha", "-rc.1", "-rc.2"]),
    st.sampled_from(["", "", "+a", "+b.1"]),
)


@given(st.lists(VERSIONS, max_size=8), VERSIONS)
def test_law_nothing_that_counts_is_between_a_version_and_what_it_is_compared_with(published, own):
    found = versions.highest_below(published, own)
    limit = semver.Version.parse(own)
    below = [version for version in map(semver.Version.parse, published) if version < limit]
    assert (found is None) == (not below)
    if found is not None:
        with_pre = bool(limit.prerelease) or all(version.prerelease for version in below)
        counting = [version for version in below if with_pre or not version.prerelease]
        assert semver.Version.parse(found) in below
        assert semver.Version.parse(found) == max(counting)


@given(VERSIONS, st.sampled_from(LEVELS), VERSIONS)
def test_law_what_is_demanded_is_above_and_never_refused_and_nothing_lower_passes(published, level, other):
    least = versions.demanded(published, level)
    assert versions.refusal(least, published, level) is None
    refused = versions.refusal(other, published, level) is not None
    final = semver.Version.parse(other).finalize_version()
    assert refused or final >= semver.Version.parse(least)
