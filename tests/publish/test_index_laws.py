"""Whatever the lines of an index are taken for, a parser takes them for the same; and helm reads what we write."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import textwrap

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from chartgen import yamlio
from chartgen.chart import archive
from chartgen.errors import InputError
from chartgen.model import Package
from chartgen.publish.index import index
from chartgen.publish.index import parsed as indexparsed
from chartgen.publish.index.layout import layout
from chartgen.publish.index.lines import IrregularError
from tests.laws import any_values
from tests.publish.served import served
from tests.publish.test_index import HELM, WIDE

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
NAMES = st.sampled_from(["web", "cart", "4chan", "on", "12"])
VERSIONS = st.sampled_from(["1.0.0", "0.9.0", "2.0.0-rc.1", "v1", "1.10", "x"])
ENTRIES = st.builds(
    lambda metadata, version, deprecated, urls: {
        **metadata,
        "version": version,
        "urls": urls,
        **({"deprecated": True} if deprecated else {}),
    },
    any_values.values(),
    VERSIONS,
    st.booleans(),
    st.lists(st.sampled_from(["a.tgz", "https://example.com/b c.tgz", "- ", "#"]), max_size=2),
)
INDEXES = st.dictionaries(NAMES, st.lists(ENTRIES, min_size=1, max_size=3), max_size=3)
ENTRY = """\
  - annotations:
      changes: |
        a: {number}

         - b
    deprecated: {deprecated}
    description: A text that helm
      folds
    keywords:
    - 'a: b'
    none: {{}}
    urls:
    - a{number}.tgz
    version: 1.{number}.0
"""
SAME = "".join(ENTRY.format(number=number, deprecated=str(number > 1).lower()) for number in range(3))
ALIKE = f"apiVersion: v1\nentries:\n  web:\n{SAME}  cart:\n{textwrap.indent(SAME, '  ')}  shop:\n{SAME}"
PIECES = [
    "  ",
    " ",
    "\n",
    "- ",
    "a: ",
    ": ",
    " #",
    '"',
    "'",
    "|\n",
    ">2\n",
    "\t",
    "{}",
    "[]",
    "&a ",
    "!!str ",
    "\\",
    "---",
]


def as_helm_writes(data):
    """Folded after 80 characters, quoted where needed, sorted: libyaml's emitter, of which helm's is a translation."""
    return yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, default_flow_style=False)


def charts(text):
    """What the lines say, read one by one, and by the forms of entries; None: they are for a parser."""
    try:
        found, learned = layout(text), layout(text, patience=0)
    except IrregularError:
        return None
    assert learned == found
    return tuple((chart.name, tuple(item.entry for item in chart.items)) for chart in found.charts)


@pytest.mark.parametrize("write", [yamlio.dumps, as_helm_writes])
@given(INDEXES)
def test_lines_say_what_a_parser_says(write, entries):
    text = write({"apiVersion": "v1", "entries": entries, "generated": "x"}).encode()
    assert charts(text) in (None, indexparsed.parse(text, ""))


@given(entries=INDEXES, words=st.text("abc \n:#-'\"|{é", max_size=200))
def test_usual_text_is_read_by_lines(entries, words):
    assume(not any(line != line.strip() for line in words.split("\n")))
    plain = {
        name: [{"version": one["version"], "description": words, "urls": ["a.tgz"]} for one in versions]
        for name, versions in entries.items()
    }
    for write in (yamlio.dumps, as_helm_writes):
        text = write({"apiVersion": "v1", "entries": plain, "generated": "x"}).encode()
        assert charts(text) == indexparsed.parse(text, "")


@given(
    st.sampled_from([HELM, WIDE, ALIKE]),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 6), st.sampled_from(PIECES)), min_size=1, max_size=3),
)
def test_what_is_not_surely_right_is_for_a_parser(text, changes):
    for position, removed, piece in changes:
        at = position % len(text)
        text = text[:at] + piece + text[at + removed :]
    found = charts(text.encode())
    if found is not None:
        assert found == indexparsed.parse(text.encode(), "")


@pytest.mark.parametrize("write", [yamlio.dumps, as_helm_writes])
@given(INDEXES, any_values.values(), NAMES, VERSIONS)
def test_a_new_entry_is_all_that_changes(write, entries, metadata, name, version):
    before = {"apiVersion": "v1", "entries": entries, "generated": "x"}
    package = Package(name, version, "x.tgz", b"", "0" * 64, metadata)
    old = index.read(write(before).encode(), "")
    try:
        new = old.with_entry(package, "x.tgz", NOW)
    except InputError as error:  # an edit that may fail says so
        assume("cannot be edited in place" not in str(error))
        raise
    own = {
        **metadata,
        "name": name,
        "version": version,
        "created": "2026-11-22T12:00:00Z",
        "digest": "0" * 64,
        "urls": ["x.tgz"],
    }
    was, now = yamlio.loads(old.text), yamlio.loads(new.text)
    assert now.pop("generated") == "2026-11-22T12:00:00Z"
    now["entries"][name].remove(own)
    assert {**now, "generated": "x"} == {**was, "entries": {**was["entries"], name: was["entries"].get(name, [])}}


CHART = """\
apiVersion: v2
name: {name}
version: {version}
description: |
  A text of several lines: with a colon,

    - version: 9.9.9
  and what looks like keys, é, 😀; and one line that is so long that helm has to fold it, which it does after 80 columns
keywords: ["on", "12", "a: b", " x ", ""]
home: https://example.com/#anchor
maintainers: [{{name: "x # y", email: x@example.com}}]
annotations:
  artifacthub.io/changes: |
    - kind: added
      description: "version: 3.3.3"
  key.with-signs/x: "{{not: flow}}"
  trailing: "x\\n\\n\\n"
  leading: "  x\\ny\\n"
  return: "a\\r\\nb"
  tab: "a\\tb"
  tabs: "a\\n\\tb\\nc"
dependencies: [{{name: lib, version: 1.x.x, repository: "https://example.com", tags: [a, b], condition: lib.enabled}}]
"""


@pytest.fixture(params=["helm3", "helm4"])
def helm(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def repository(helm, tmp_path):
    """A directory that helm has indexed."""
    for name in ("web", "on", "4chan"):
        for version in ("1.0.0", "1.1.0", "2.0.0-rc.1"):
            files = {"Chart.yaml": CHART.format(name=f'"{name}"', version=version).encode()}
            (tmp_path / f"{name}-{version}.tgz").write_bytes(archive.pack(name, files))
    subprocess.run([helm, "repo", "index", tmp_path, "--url", "https://example.com"], check=True, capture_output=True)
    return tmp_path


def test_an_index_of_helms_is_read_by_lines(repository):
    text = (repository / "index.yaml").read_bytes()
    found = charts(text)
    assert found == indexparsed.parse(text, "")
    assert [(name, [entry.version for entry in entries]) for name, entries in found] == [
        (name, ["2.0.0-rc.1", "1.1.0", "1.0.0"]) for name in ("4chan", "on", "web")
    ]


def test_helm_finds_what_was_added_to_its_index(repository, helm, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    found = index.read((repository / "index.yaml").read_bytes(), "")
    for name, version in (("web", "1.5.0"), ("zeta", "1.0.0")):
        metadata = yamlio.loads(CHART.format(name=name, version=version))
        package = Package(name, version, f"{name}-{version}.tgz", b"", "0" * 64, metadata)
        found = found.with_entry(package, package.filename, NOW)
    found = found.without("4chan", "1.1.0").with_deprecated("on", "2.0.0-rc.1")
    (repository / "index.yaml").write_bytes(found.text)
    settings = ["--repository-config", str(home / "repositories.yaml"), "--repository-cache", str(home)]
    with served(repository) as url:
        subprocess.run([helm, "repo", "add", "ours", url, *settings], check=True, capture_output=True)
    command = [helm, "search", "repo", "--versions", "--devel", "-o", "json", *settings]
    listed = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    assert {(one["name"].removeprefix("ours/"), one["version"]) for one in listed} == {
        (entry.name, entry.version) for entry in found.entries() if not entry.deprecated
    } | {("on", "2.0.0-rc.1")}
