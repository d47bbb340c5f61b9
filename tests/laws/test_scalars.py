"""YAML is read as Helm reads it, and what is written Helm reads back: over a table, and over random texts and data."""

from __future__ import annotations

import base64
import json
import string
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartgen import yamlio
from chartgen.errors import InputError
from tests import strategies

WORDS = """
    y Y n N yes Yes YES no No NO on On ON off Off OFF yEs oN true True TRUE false False FALSE tRue
    ~ null Null NULL nUll none nil t f
"""
INTEGERS = f"""
    0 -0 +0 1 +1 -1 007 08 09 0777 -0777 +010 0o17 0o18 -0o17 0O17 0b101 0b2 -0b11 0B1 0x1F 0X1f -0x1f 0xg
    1_000 1__0 _1 1_ 0_7 0x_f 0b_1 -_1 +_1 1__ 0_ 0__1 -0x_1 -0x8000000000000000 0xffffffffffffffff
    9007199254740991 9007199254740992 9007199254740993 9223372036854775807 9223372036854775808
    -9223372036854775808 -9223372036854775809 18446744073709551615 18446744073709551616
    0777777777777777777777 01777777777777777777777 0b{"1" * 63} 0b{"1" * 64} {"1" * 30}
"""
FLOATS = """
    1.0 1. .5 -.5 +.5 . -. 1.5e3 1e3 1E3 1e+3 1e-3 1e e1 1e3.0 1.10 1_0.5 ._5 .1_0 .1_ .1__0 .1e1_0 1._5 1_.5 1e1_0 1_e1
    1e20 1e21 1e22 1.5e300 123456789.125 123456.5 1234567.5 0.1 0.00001 00.1 08.5 -0.0 5e-324 1e-400 1.e3 0e0 0x1p4
    .e1 -.e1 +1. -1e5 1e+ 08e1 0x1.8 1e400 -1e400 .1e999 1e38 1e39 -1e39
"""
OTHERS = """
    1:30 12:30:45 190:20:30 2024-01-02 2024-01-02T03:04:05Z 2001-1-1 1.2.3 v1.0 1m 128Mi 1e3Mi a
    = < <<x -a -- + - 0o 0x 0b 1-1 1+1 a:b é 日本 ! %x 1,5 0.1.2 -.nan +.nan infinity .infinity
"""
NOT_JSON = [".inf", ".Inf", "-.inf", "+.INF", ".nan", ".NaN"]
TABLE = f"{WORDS} {INTEGERS} {FLOATS} {OTHERS}".split()

_CHART = {
    "Chart.yaml": "apiVersion: v2\nname: echo\nversion: 1.0.0\n",
    "templates/values.yaml": "kind: Values\njson: {{ .Values | toJson | b64enc }}\n",
}


@pytest.fixture(params=["helm3", "helm4"])
def as_helm_reads(request: pytest.FixtureRequest, tmp_path: Path):
    """What `.Values` are when a values file holds a text."""
    helm = request.getfixturevalue(request.param)
    for path, content in _CHART.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(content)

    def read(text: str) -> Any:
        (tmp_path / "given.yaml").write_text(text, encoding="utf-8")
        command = [helm, "template", "x", tmp_path, "--values", tmp_path / "given.yaml"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        encoded = done.stdout.partition("json: ")[2].split()[0]
        return json.loads(base64.b64decode(encoded))

    return read


def plain_scalars(texts: list[str]) -> list[str]:
    """Those that YAML takes for a plain scalar, and that are not refused."""
    return [text for text in texts if _is_plain(text)]


def _is_plain(text: str) -> bool:
    try:
        root = yamlio.load(f"key: {text}\n", "", keys_as_written=True).root
    except InputError:
        return False
    assert isinstance(root, yamlio.Map)
    entry = root.entries.get("key")
    return isinstance(entry, yamlio.Scalar) and entry.text == text


def random_texts(alphabet: str, count: int) -> list[str]:
    found: dict[str, None] = {}

    @given(st.lists(st.text(alphabet, min_size=1, max_size=8), min_size=20, max_size=20))
    @strategies.examples(count // 20)
    def gather(texts: list[str]) -> None:
        found.update(dict.fromkeys(texts))

    gather()
    return [*found]


NUMBERS = "0123456789+-._eExXoObB:"
LETTERS = "yYnNoOfFtTrRuUeEaAlLsS~"


@pytest.mark.parametrize("kind", ["table", "numbers", "letters"])
def test_scalars_are_what_helm_makes_of_them(kind, as_helm_reads):
    texts = {"table": TABLE, "numbers": random_texts(NUMBERS, 600), "letters": random_texts(LETTERS, 300)}
    scalars = plain_scalars(texts[kind])
    assert len(scalars) > len(texts[kind]) // 2
    text = "".join(f"k{index}: {scalar}\n" for index, scalar in enumerate(scalars))
    ours, theirs = yamlio.loads(text), as_helm_reads(text)
    assert _different({name: ours[f"k{index}"] for index, name in enumerate(scalars)}, theirs) == []


@pytest.mark.parametrize("kind", ["table", "numbers"])
def test_keys_are_what_helm_makes_of_them(kind, as_helm_reads):
    texts = {"table": TABLE, "numbers": random_texts(NUMBERS, 300)}
    keys = [text for text in plain_scalars(texts[kind]) if is_key(text)]
    text = "".join(f"k{index}: {{? {key} : 1}}\n" for index, key in enumerate(keys))
    ours, theirs = yamlio.loads(text), as_helm_reads(text)
    assert _different({name: ours[f"k{index}"] for index, name in enumerate(keys)}, theirs) == []


def is_key(text: str) -> bool:
    """Whether it may stand as a key, for Helm too: no null, and no number of 64 bits without a sign."""
    try:
        yamlio.loads(f"{{? {text} : 1}}")
    except InputError:
        return False
    return ":" not in text


def _different(ours: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    """What differs, by the text: Helm's answers are `k0`, `k1` … in the same order, nulls left out by Helm 4."""
    pairs = [(text, our, theirs.get(f"k{index}")) for index, (text, our) in enumerate(ours.items())]
    return [f"{text}: {our!r}, not {their!r}" for text, our, their in pairs if not _same(our, their)]


def _same(our: Any, their: Any) -> bool:
    """Beyond 2**53 ours are exact; out of Helm's JSON they come rounded to a float."""
    if {type(our), type(their)} <= {int, float} and abs(our) > 2**53:
        return float(our) == float(their)
    return type(our) is type(their) and bool([*our] == [*their] if isinstance(our, dict) else our == their)


@pytest.mark.parametrize("text", NOT_JSON)
def test_what_json_cannot_hold_is_refused_with_its_place(text):
    with pytest.raises(InputError, match=r"f:2:5: `.*` is a number that JSON cannot hold"):
        yamlio.load(f"a: 1\nkey: {text}\n".replace("key", "ke"), "f")


_strings = st.one_of(
    st.text(max_size=30),
    st.text("\n\t \r :#-'\"\\{}[]|>&*!%@`,?=~\u2028\u0085\ufeff\u00a0é😀", max_size=15),
    st.sampled_from([*TABLE, *NOT_JSON]),
    st.lists(st.text(string.printable, max_size=12), max_size=4).map("\n".join),
)
_data = st.recursive(
    st.one_of(_strings, st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False), st.booleans()),
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(_strings, below, max_size=3)),
    max_leaves=8,
)


def test_helm_reads_back_what_is_written(as_helm_reads):
    found: list[Any] = [*TABLE, *NOT_JSON]

    @given(_data)
    @strategies.examples(100)
    def gather(data: Any) -> None:
        found.append(data)

    gather()
    written = {"data": found, "keys": {text: text for text in (*TABLE, *NOT_JSON) if text}}
    text = yamlio.dumps(written, "a header")
    assert yamlio.loads(text) == written
    assert in_floats(as_helm_reads(text)) == in_floats(written)


def in_floats(data: Any) -> Any:
    """Numbers beyond 2**53 as floats, as which Helm has them."""
    if isinstance(data, dict):
        return {key: in_floats(entry) for key, entry in data.items()}
    if isinstance(data, list):
        return [in_floats(item) for item in data]
    return float(data) if isinstance(data, int) and abs(data) > 2**53 else data


@given(st.dictionaries(_strings, _data, max_size=4))
def test_what_is_written_is_read_back(data):
    text = yamlio.dumps(data)
    assert text.endswith("\n")
    assert yamlio.loads(text) == data
    again = yamlio.dumps(yamlio.loads(text))
    assert yamlio.dumps(yamlio.loads(again)) == again
