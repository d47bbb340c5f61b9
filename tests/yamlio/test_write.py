"""Writing YAML: what it looks like."""

from __future__ import annotations

from chartgen import yamlio

DATA = {
    "text": "1.10",
    "number": 80,
    "float": 0.5,
    "flag": True,
    "nothing": None,
    "empty": [{}, [], ""],
    "list": ["a", {"b": "c", "d": [1]}],
    "block": "first\n  second\n",
    "no block": " first\nsecond \n",
    "on": "on",
    "1e3": "1e3",
    "é": "é😀",
    "app.kubernetes.io/name": "web",
}

WRITTEN = """\
# Made by chartgen.
#
# Do not edit.
text: "1.10"
number: 80
float: 0.5
flag: true
nothing: null
empty:
- {}
- []
- ""
list:
- "a"
- b: "c"
  d:
  - 1
block: |
  first
    second
"no block": " first\\nsecond \\n"
"on": "on"
"1e3": "1e3"
"é": "é\\U0001F600"
app.kubernetes.io/name: "web"
"""


def test_strings_stand_in_quotes_and_keys_where_they_must():
    assert yamlio.dumps(DATA, "Made by chartgen.\n\nDo not edit.") == WRITTEN
    assert yamlio.loads(WRITTEN) == DATA


def test_nothing_is_shared_between_parts():
    part = {"a": [1]}
    assert yamlio.dumps({"x": part, "z": part}) == "x:\n  a:\n  - 1\nz:\n  a:\n  - 1\n"
