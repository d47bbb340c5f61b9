"""Reading YAML: positions, and what is refused."""

from __future__ import annotations

import time

import pytest

from chartgen import yamlio
from chartgen.errors import InputError, Where
from chartgen.yamlio import Map, Scalar

TEXT = """\
# A comment.
name: web          # another
ports:
  - 80
  - {name: grpc, "port": 9000}
text: |
  two
  lines
"quoted key": ~
"""


def test_every_key_and_item_knows_its_place():
    document = yamlio.load(TEXT, "f.yaml")
    places = {path: (where.line, where.column) for path, where in document.origins.items()}
    assert places == {
        (): (2, 1),
        ("name",): (2, 1),
        ("ports",): (3, 1),
        ("ports", 0): (4, 5),
        ("ports", 1): (5, 5),
        ("ports", 1, "name"): (5, 6),
        ("ports", 1, "port"): (5, 18),
        ("text",): (6, 1),
        ("quoted key",): (9, 1),
    }
    assert document.data == {
        "name": "web",
        "ports": [80, {"name": "grpc", "port": 9000}],
        "text": "two\nlines\n",
        "quoted key": None,
    }


def test_plain_text_is_kept_as_written_beside_its_value():
    root = yamlio.load("a: 1.10\nb: '1.10'\nc: on\nd:\n", "f").root
    assert isinstance(root, Map)
    assert root.entries == {
        "a": Scalar(1.1, "1.10", Where("f", 1, 4)),
        "b": Scalar("1.10", "1.10", Where("f", 2, 4)),
        "c": Scalar(value=True, text="on", where=Where("f", 3, 4)),
        "d": Scalar(None, "", Where("f", 4, 3)),
    }


def test_keys_are_helms_or_as_written():
    text = "on: 1\n1.10: 2\n'on ': 3\n0x10: 4\n"
    assert [*yamlio.loads(text)] == ["true", "1.1", "on ", "16"]
    assert [*yamlio.load(text, "", keys_as_written=True).data] == ["on", "1.10", "on ", "0x10"]


def test_anchors_and_merge_keys_are_resolved_with_the_place_of_the_original():
    document = yamlio.load("a: &a {x: 1, z: 2}\nb: {<<: *a, x: 3}\nc: {<<: [{x: 4}, *a]}\nd: *a\n", "f")
    assert document.data["b"] == {"x": 3, "z": 2}
    assert document.data["c"] == {"x": 4, "z": 2}
    assert document.origins["b", "z"] == Where("f", 1, 14)
    assert document.origins["d", "x"] == Where("f", 1, 8)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"a: 1\nb: \xfc\n", "f:2:4: byte 0xfc is not UTF-8\n  hint: save the file in the UTF-8 encoding"),
        (
            "a:\n\tb: 1\n",
            "f:2:1: a tab stands in the indentation\n  expected: spaces\n  hint: replace the tab by spaces",
        ),
        (
            "a: b: c\n",
            (
                "f:1:5: not YAML: mapping values are not allowed in this context\n"
                "  hint: a value that holds a colon and a space must stand in quotes"
            ),
        ),
        (
            "a: @b\n",
            (
                "f:1:4: not YAML: found character that cannot start any token, while scanning for the next token\n"
                "  hint: a value that starts with `@`, a backquote or `%` must stand in quotes"
            ),
        ),
        (
            "a: {vars.x}/b\n",
            (
                "f:1:12: not YAML: did not find expected key, while parsing a block mapping\n"
                '  hint: a value that starts with a brace must stand in quotes: `"{vars.x}/b"`'
            ),
        ),
        (
            "a: 1\na: 2\n",
            (
                "f:2:1: the key `a` stands here twice: it was given in line 1 already\n"
                "  hint: remove one of the two; Helm would drop the first"
            ),
        ),
        (
            "on: 1\ntrue: 2\n",
            (
                "f:2:1: the key `true` stands here twice: it was given in line 1 already\n"
                "  hint: remove one of the two; Helm would drop the first"
            ),
        ),
        (
            "a: 1\n---\nb: 2\n",
            (
                "f:3:1: the file holds several documents; Helm 3 reads the first only, Helm 4 merges them\n"
                "  hint: keep one document; remove the `---`"
            ),
        ),
        ("a: *b\n", "f:1:4: not YAML: found undefined alias"),
        ("a: &a [*a]\n", "f:1:4: nested more than 100 levels deep"),
        (
            "a: \x07\n",
            'f:1:4: the character U+0007 is not allowed in YAML\n  hint: write it as an escape in a "quoted" string',
        ),
        ("a: !!binary aGk=\n", "f:1:4: the tag `tag:yaml.org,2002:binary` is not supported\n  hint: remove the tag"),
        (
            "a: .inf\nb: .nan\n",
            (
                "f:1:4: `.inf` is a number that JSON cannot hold\n"
                "  hint: quote it\nf:2:4: `.nan` is a number that JSON cannot hold\n"
                "  hint: quote it"
            ),
        ),
        ("~: 1\n", "f:1:1: a key is missing before the colon"),
        ("[1]: 1\n", "f:1:1: a key must be a string"),
        ("<<: 1\n", "f:1:5: `<<` merges maps only\n  expected: a map"),
        (
            "18446744073709551615: 1\n",
            'f:1:1: `18446744073709551615` is no key\n  hint: quote it: `"18446744073709551615"`',
        ),
    ],
)
def test_what_is_refused(text, told):
    with pytest.raises(InputError) as raised:
        yamlio.load(text, "f")
    assert str(raised.value) == told


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{a: " * 50_000, "- " * 50_000, "".join(" " * n + "a:\n" for n in range(2000))]
)
def test_what_is_nested_too_deep_is_refused_at_once(text):
    start = time.monotonic()
    with pytest.raises(InputError):
        yamlio.load(text, "f")
    assert time.monotonic() - start < 5


def test_several_documents_are_read_where_they_are_meant():
    assert yamlio.load_all("a: 1\n---\n\n---\n# nothing\n---\nb: 2\n") == [{"a": 1}, {"b": 2}]
    assert yamlio.load_all("") == []
    assert yamlio.loads("") is None
