from __future__ import annotations

import base64

import pytest

from chartgen.errors import InputError
from chartgen.signing import SigningKey, keys, passphrase

ARMORED = "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"secret", b"secret"),
        (b"secret\n", b"secret"),
        (b"secret\r\n", b"secret"),
        (b" with spaces \nand more\n", b" with spaces "),
        ("schlüssel\n".encode(), "schlüssel".encode()),
    ],
)
def test_a_pass_phrase_is_the_first_line_of_its_file(tmp_path, content, expected):
    (tmp_path / "phrase").write_bytes(content)
    assert passphrase(tmp_path / "phrase") == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"", "holds no pass phrase\n  hint: write it on the first line"),
        (b"\nsecret", "holds no pass phrase"),
        (b"a\0b", "holds no pass phrase"),
        (b"x" * 5000, "is too large for a pass phrase"),
    ],
)
def test_a_file_without_a_pass_phrase_is_told(tmp_path, content, expected):
    if content is not None:
        (tmp_path / "phrase").write_bytes(content)
    with pytest.raises(InputError, match=expected) as caught:
        passphrase(tmp_path / "phrase")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("environment", "variables", "expected"),
    [
        ({}, (), None),
        ({"CHARTGEN_PASSPHRASE": "secret"}, (), b"secret"),
        ({"CHARTGEN_PASSPHRASE": ""}, (), b""),
        ({"CHARTGEN_PASSPHRASE": "ours"}, ("COSIGN_PASSWORD",), None),
        ({"COSIGN_PASSWORD": "its", "CHARTGEN_PASSPHRASE": "ours"}, ("COSIGN_PASSWORD", "CHARTGEN_PASSPHRASE"), b"its"),
        ({"CHARTGEN_PASSPHRASE": "ours"}, ("COSIGN_PASSWORD", "CHARTGEN_PASSPHRASE"), b"ours"),
    ],
)
def test_without_a_file_a_variable_holds_it(monkeypatch, environment, variables, expected):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert passphrase(None, *variables) == expected


def test_a_file_comes_before_a_variable(tmp_path, monkeypatch):
    monkeypatch.setenv("CHARTGEN_PASSPHRASE", "variable")
    (tmp_path / "phrase").write_text("file", encoding="utf-8")
    assert passphrase(tmp_path / "phrase") == b"file"


def test_no_pass_phrase_is_ever_shown():
    assert "secret" not in repr(SigningKey("key.asc", b"secret"))


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (ARMORED, ARMORED.encode()),
        (f"\n  {ARMORED}\n\n", ARMORED.encode()),
        (base64.b64encode(ARMORED.encode()).decode(), ARMORED.encode()),
        (base64.encodebytes(b"\x95\x01" * 100).decode(), b"\x95\x01" * 100),
    ],
)
def test_a_key_in_a_variable_is_armored_or_in_base64(monkeypatch, held, expected):
    monkeypatch.setenv("SIGNING_KEY", held)
    assert keys.exported(SigningKey("env://SIGNING_KEY")) == expected


@pytest.mark.parametrize("held", [None, "", " \n", "hello!", "{}"])
def test_a_variable_without_a_key_is_told(monkeypatch, held):
    if held is not None:
        monkeypatch.setenv("SIGNING_KEY", held)
    with pytest.raises(InputError, match="env://SIGNING_KEY: the variable SIGNING_KEY holds no key\n  expected:"):
        keys.exported(SigningKey("env://SIGNING_KEY"))


def test_a_reference_is_a_variable_a_file_or_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key.asc").write_text(ARMORED, encoding="utf-8")
    exported = {"env://KEY": True, "key.asc": True, "./gone.asc": True, "gone.asc": False, "ann@example.org": False}
    assert {reference: SigningKey(reference).is_exported for reference in exported} == exported
