from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartgen import yamlio
from chartgen.chart import assemble, bundled
from chartgen.chart.package import package
from chartgen.errors import InputError, Where
from chartgen.model import Package
from chartgen.signing import provenance

WHERE = Where("web-1.0.0.tgz.prov")
DIGEST = "ab" * 32


def web(**metadata):
    chart = {"apiVersion": "v2", "name": "web", "version": "1.0.0", **metadata}
    return Package("web", "1.0.0", "web-1.0.0.tgz", b"", DIGEST, chart)


def test_what_is_signed_is_the_chart_and_its_digest():
    assert provenance.text(web()) == (
        f'apiVersion: "v2"\nname: "web"\nversion: "1.0.0"\n\n...\nfiles:\n  web-1.0.0.tgz: "sha256:{DIGEST}"\n'
    )


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=50)
METADATA = st.dictionaries(TEXTS, TEXTS | st.integers() | st.lists(TEXTS) | st.dictionaries(TEXTS, TEXTS), max_size=5)


@given(METADATA)
def test_whatever_stands_in_a_chart_its_digest_is_found(metadata):
    one = web(**metadata) if "name" not in metadata else web()
    text = provenance.text(one)
    assert provenance.claims(text.encode(), WHERE).files == {"web-1.0.0.tgz": DIGEST}
    assert yamlio.loads(text.split("\n...\n")[0]) == one.metadata


def test_the_whole_chart_of_ours_can_be_signed():
    one = package(assemble.assemble(bundled.sources(), assemble.Build()))
    claims = provenance.claims(provenance.text(one).encode(), WHERE)
    provenance.check_claims(one, claims, WHERE)


def test_a_line_that_gpg_would_cut_is_refused():
    """Seen with gpg 2.2.40: it signs the first 19,993 bytes of a line, and says so on stderr only."""
    long = {"annotations": {"example.org/data": "x" * 20_000}}
    with pytest.raises(InputError, match=r"web-1.0.0.tgz/Chart.yaml: annotations: has a line of \d+ bytes, which gpg"):
        provenance.text(web(**long))
    lines = "\n".join("- kind: added" for _ in range(5_000))
    assert provenance.text(web(annotations={"artifacthub.io/changes": lines}))


def signed(text, before="", after=""):
    head = "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n"
    tail = "-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n"
    return f"{before}{head}{text}{tail}{after}".encode()


@pytest.mark.parametrize(
    "content", [signed("a: 1\n"), signed("a: 1\n").replace(b"\n", b"\r\n"), signed("", "\n", "\n")]
)
def test_one_signed_text_is_of_the_form(content):
    provenance.check_form(content, WHERE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>Not found</html>",
        signed("a: 1\n", before="read this instead\n"),
        signed("a: 1\n", after="and this\n"),
        signed("a: 1\n") + signed("b: 2\n"),
        signed("-----BEGIN PGP SIGNED MESSAGE-----\n"),
        signed("a: 1\n").replace(b"-----END PGP SIGNATURE-----\n", b""),
        b"-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n",
        b"-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n",
        b"x" * (2**20 + 1),
    ],
)
def test_anything_else_is_not(content):
    with pytest.raises(InputError, match=r"web-1.0.0.tgz.prov: is (no provenance|larger than 1 MiB)"):
        provenance.check_form(content, WHERE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", "has another form"),
        (b"files:\n  a: sha256:00\n", "has another form"),
        (b"a: 1\n\n...\nb: 2\n\n...\nfiles: {}\n", "has another form"),
        (b"\xff\n...\n", "is not UTF-8"),
        (b"a: 1\n\n...\n", "names no digests"),
        (b"a: 1\n\n...\n[]\n", "names no digests"),
        (b"a: 1\n\n...\nfiles:\n  a: 7\n", "names no digests"),
        (b"a: 1\n\n...\nfiles:\n  a: sha256:" + b"AB" * 32, "names no digests"),
        (b"a: 1\n\n...\nfiles: [", "web-1.0.0.tgz.prov"),
    ],
)
def test_a_signed_text_of_another_form_is_refused(text, expected):
    with pytest.raises(InputError, match=expected):
        provenance.claims(text, WHERE)


@given(st.binary())
def test_nothing_from_outside_breaks_it(content):
    for read in (provenance.check_form, provenance.claims):
        with pytest.raises(InputError):
            read(content, WHERE)


def test_claims_are_about_one_file_and_its_bytes():
    claims = provenance.Claims({"web-1.0.0.tgz": DIGEST})
    provenance.check_claims(web(), claims, WHERE)
    with pytest.raises(InputError, match=r"speaks of web-1.0.0.tgz, not of web-1.0.1.tgz"):
        provenance.check_claims(dataclasses.replace(web(), filename="web-1.0.1.tgz"), claims, WHERE)
    with pytest.raises(
        InputError, match=f"speaks of other bytes.*\n  expected: sha256:{DIGEST}\n  hint: .*{'cd' * 32}"
    ):
        provenance.check_claims(dataclasses.replace(web(), digest="cd" * 32), claims, WHERE)
