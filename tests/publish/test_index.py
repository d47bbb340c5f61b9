"""The index as text: what is read from it, and that an edit changes nothing else."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys

import pytest

from chartgen import yamlio
from chartgen.errors import InputError
from chartgen.model import Package
from chartgen.publish.index import index
from chartgen.publish.index import parsed as indexparsed
from chartgen.publish.interface import Entry

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
DIGEST = "babfa394cb32df08581721d2192cd024fdc0987aeff2aca3ea2e659bd61d630f"
HELM = f"""\
apiVersion: v1
entries:
  web:
  - apiVersion: v2
    created: "2026-11-22T20:43:14.174337856Z"
    description: A text that helm folds, because it is longer than eighty characters, as
      many of them are
    digest: {DIGEST}
    name: web
    urls:
    - https://example.com/charts/web-1.10.0.tgz
    version: 1.10.0
  # the first one
  - annotations:
      artifacthub.io/changes: |
        - kind: added
          version: 7.7.7
    apiVersion: v2
    digest: {DIGEST}
    name: web
    urls:
    - web-1.9.0.tgz
    version: 1.9.0
generated: "2026-11-22T20:43:14.173164328Z"
"""
WIDE = """\
# ours
apiVersion: "v1"
generated: x
entries:
    web:
      # kept for the old cluster
      - version: "1.0.0"
        digest: 'abc'
        deprecated: false
        description: |+
          ends in empty lines


      - description: >-
          version: 6.6.6
        urls: []
        'version': 0.9.0

    # the last comment
"""
JSON = '{"apiVersion": "v1", "entries": {"web": [{"version": "1.0.0", "urls": ["web-1.0.0.tgz"]}]}}\n'
ANCHORED = "apiVersion: v1\nentries:\n  web:\n  - &one {version: 1.0.0}\n  - <<: *one\n    version: 0.9.0\n"
EMPTY = "apiVersion: v1\nentries: {}\ngenerated: x\n"
UNDATED = "apiVersion: v1\nentries: {}\n"


def package(version="1.0.0", name="web", **metadata):
    metadata = {"name": name, "version": version, **metadata}
    return Package(name, version, f"{name}-{version}.tgz", b"", DIGEST, metadata)


def read(text):
    return index.read(text.encode(), "index.yaml")


def versions(found, name="web"):
    return [entry.version for entry in found.entries(name)]


def test_what_an_index_says():
    found = read(HELM)
    assert found.names() == ("web",)
    assert found.find("web", "1.10.0") == Entry(
        "web", "1.10.0", DIGEST, "2026-11-22T20:43:14.174337856Z", urls=("https://example.com/charts/web-1.10.0.tgz",)
    )
    assert versions(found) == ["1.10.0", "1.9.0"]
    assert found.find("web", "7.7.7") is None


@pytest.mark.parametrize(
    ("text", "by_lines"), [(HELM, True), (WIDE, True), (EMPTY, True), (UNDATED, True), (JSON, False), (ANCHORED, False)]
)
def test_lines_say_what_a_parser_says(text, by_lines):
    found = read(text)
    assert bool(found.lines) is by_lines
    assert found.charts == indexparsed.parse(text.encode(), "")


@pytest.mark.parametrize(
    ("version", "order"),
    [
        ("1.11.0", ["1.11.0", "1.10.0", "1.9.0"]),
        ("1.10.0-rc.1", ["1.10.0", "1.10.0-rc.1", "1.9.0"]),
        ("1.10.0+build", ["1.10.0+build", "1.10.0", "1.9.0"]),
        ("v1.9.5", ["1.10.0", "v1.9.5", "1.9.0"]),
        ("1", ["1.10.0", "1.9.0", "1"]),
    ],
)
@pytest.mark.parametrize("text", [HELM, HELM.replace("web:\n", "web: # flow\n").replace("v1\n", "&v v1\n")])
def test_an_entry_stands_where_helm_would_sort_it(text, version, order):
    assert versions(read(text).with_entry(package(version), "web.tgz", NOW)) == order


def test_an_entry_is_all_that_is_new():
    text = read(HELM).with_entry(package("1.9.5", description="Two\nlines"), "web-1.9.5.tgz", NOW).text.decode()
    entry = f"""\
  - created: "2026-11-22T12:00:00Z"
    description: |-
      Two
      lines
    digest: "{DIGEST}"
    name: "web"
    urls:
    - "web-1.9.5.tgz"
    version: "1.9.5"
"""
    before, after = HELM.split("  # the first one\n")
    generated = 'generated: "2026-11-22T20:43:14.173164328Z"'
    assert text == before + entry + "  # the first one\n" + after.replace(
        generated, 'generated: "2026-11-22T12:00:00Z"'
    )


@pytest.mark.parametrize("text", [HELM, WIDE, EMPTY, UNDATED, JSON, ANCHORED])
@pytest.mark.parametrize("name", ["alpha", "web", "zeta", "on"])
def test_what_went_in_and_out_again_leaves_no_trace(text, name):
    found = read(text)
    more = found.with_entry(package("2.0.0", name), "x.tgz", NOW)
    assert versions(more, name) == ["2.0.0", *versions(found, name)]
    assert set(more.entries()) > set(found.entries())
    assert yamlio.loads(more.text)["generated"] == "2026-11-22T12:00:00Z"
    less = more.without(name, "2.0.0")
    assert less.entries() == found.entries()
    if found.lines:
        unstamped = [line for line in less.text.splitlines() if not line.startswith(b"generated")]
        assert unstamped == [line for line in text.encode().splitlines() if not line.startswith(b"generated")]


def test_a_comment_stays_with_the_entry_below_it():
    text = read(WIDE).with_entry(package("0.9.5"), "x.tgz", NOW).without("web", "1.0.0").text.decode()
    assert text.index("# kept for the old cluster") < text.index("0.9.5") < text.index("6.6.6")
    assert yamlio.loads(text)["entries"]["web"][1]["description"] == "version: 6.6.6"


@pytest.mark.parametrize("text", [HELM, WIDE, JSON])
def test_a_version_is_deprecated_where_it_stands(text):
    found = read(text)
    version = found.entries()[0].version
    marked = found.with_deprecated("web", version)
    assert [entry.deprecated for entry in marked.entries()] == [True, *(False for _ in found.entries()[1:])]
    assert marked.with_deprecated("web", version) is marked
    assert len(marked.text.splitlines()) - len(text.splitlines()) in (0, 1)
    if found.lines:
        assert [line for line in marked.text.splitlines() if b"deprecated: true" not in line] == [
            line for line in text.encode().splitlines() if b"deprecated: false" not in line
        ]


def test_many_changes_at_one_go():
    new = [(package(f"1.{number}.0", name), "x.tgz") for name in ("zeta", "web", "alpha") for number in (2, 11, 1)]
    found = read(HELM).changed(new, [("web", "1.9.0")], NOW)
    assert found.charts == indexparsed.parse(found.text, "")
    assert [name for name, _ in found.charts] == ["alpha", "web", "zeta"]
    assert versions(found) == ["1.11.0", "1.10.0", "1.2.0", "1.1.0"]


def test_the_first_entry_makes_the_index():
    found = index.read(None, "index.yaml")
    assert found.names() == ()
    assert yamlio.loads(found.with_entry(package(), "web-1.0.0.tgz", NOW).text) == {
        "apiVersion": "v1",
        "entries": {
            "web": [
                {
                    "created": "2026-11-22T12:00:00Z",
                    "digest": DIGEST,
                    "name": "web",
                    "urls": ["web-1.0.0.tgz"],
                    "version": "1.0.0",
                }
            ]
        },
        "generated": "2026-11-22T12:00:00Z",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "index.yaml: is empty, and no index of a chart repository"),
        ("- a\n", "index.yaml: is not the index of a chart repository"),
        ("<html>\n", "index.yaml: is not the index of a chart repository"),
        ("entries: {}\n", "expected: a map with `apiVersion` and `entries`"),
        ("apiVersion: v1\nentries: [a]\n", "expected: a map with `apiVersion` and `entries`"),
        ("apiVersion: v1\nentries:\n  web: 1\n", "index.yaml:3:8: entries.web: is not a list of versions"),
        ("apiVersion: v1\nentries:\n  web:\n  - a\n", r"index.yaml:4:5: entries.web\[0\]: is no version of a chart"),
        ("apiVersion: v1\nentries:\n  web: [\n", "index.yaml:4:1: not YAML"),
        ("apiVersion: v1\nentries:\n  web:\n\t- a\n", "index.yaml:4:1: a tab stands in the indentation"),
        (HELM + "apiVersion: v1\n", "the key `apiVersion` stands here twice: it was given in line 1 already"),
        (HELM.replace("  web:\n", "  web:\n  - version: [\n") + "# a\n" * 2**20, "index.yaml:4: is not laid out as"),
        ("#\n" * 2_000_001, "index.yaml: is larger than 64 MiB or 2000000 lines"),
    ],
)
def test_what_is_no_index_is_told_with_its_place(text, message):
    with pytest.raises(InputError, match=message):
        read(text)


LAUGHS = "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}' if n else 'ha'] * 9)}]\n" for n in range(30))
HOSTILE = {
    "a billion laughs": ("'apiVersion: v1\\n' + LAUGHS + 'entries: {}\\n'", "aliases repeat more than"),
    "brackets without end": ("'apiVersion: v1\\nentries: ' + '[' * 2**20", "nested more than 100 levels deep"),
    "dashes without end": (
        "'apiVersion: v1\\nentries: \\n' + '- ' * 2**17 + 'a\\n'",
        "nested more than 100 levels deep",
    ),
    "lists without end": ("'apiVersion: v1\\nentries:\\n' + '- ' * 2**25 + 'a\\n'", "is larger than"),
    "an indentation without end": ("'apiVersion: v1\\nentries:\\n' + ' ' * 2**25 + 'a: 1\\n'", "is not laid out"),
    "a gibibyte": ("'#' * 2**30", "is larger than"),
    "a million charts": (
        "'apiVersion: v1\\nentries:\\n' + ''.join(f'  a{n}: {{}}\\n' for n in range(10**6))",
        "is not laid out",
    ),
}


@pytest.mark.parametrize(("content", "message"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_within_bounds(content, message):
    program = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30) if '2**30' in {content!r} else (2**30, 2**30))
from chartgen.errors import InputError
from chartgen.publish.index import index
LAUGHS = {LAUGHS!r}
try:
    index.read(({content}).encode(), 'index.yaml')
except InputError as error:
    print(error)
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=300)
    assert message in result.stdout
