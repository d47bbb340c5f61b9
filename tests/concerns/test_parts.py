"""What concerns are made of: image references, amounts, forms."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartgen.concerns import amounts, reference
from tests import strategies

DIGEST = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("web", ("web", "", "")),
        ("web:1", ("web", "1", "")),
        ("redis:8.2-alpine", ("redis", "8.2-alpine", "")),
        ("localhost:5000/web", ("localhost:5000/web", "", "")),
        ("localhost:5000/web:5000", ("localhost:5000/web", "5000", "")),
        ("Registry.example.com/a/b_c__d-e.f:V1.0_x-y", ("Registry.example.com/a/b_c__d-e.f", "V1.0_x-y", "")),
        (f"a/b@{DIGEST}", ("a/b", "", DIGEST)),
        (f"a/b:1@{DIGEST}", ("a/b", "1", DIGEST)),
    ],
)
def test_an_image_reference_in_its_parts(text, parts):
    assert reference.split(text) == parts


@pytest.mark.parametrize(
    "text",
    ["", "Web", "a//b", "/a", "a/", "a:", "a:-1", "a@sha256:0", "a b", "https://a/b", "a/B:1", "a:1:2", "-a/b", "a/b?"],
)
def test_what_is_no_image_reference(text):
    assert reference.split(text) is None


@given(st.from_regex(reference._REFERENCE, fullmatch=True))
@strategies.examples(15)
def test_the_parts_of_a_reference_make_it_again(text):
    parts = reference.split(text)
    assert parts is not None
    tag, digest = parts.tag and f":{parts.tag}", parts.digest and f"@{parts.digest}"
    assert f"{parts.repository}{tag}{digest}" == text


@pytest.mark.parametrize(
    ("text", "is_one"), [("v1", True), ("1.10", True), (DIGEST, True), ("sha256:0", False), ("", False), ("a b", False)]
)
def test_versions(text, is_one):
    assert reference.is_version(text) is is_one


@pytest.mark.parametrize(
    ("quantity", "number"),
    [
        ("100m", "0.1"),
        ("1", "1"),
        ("0.5", "0.5"),
        ("1k", "1000"),
        ("1Ki", "1024"),
        ("1.5Gi", "1610612736"),
        ("2E", "2e18"),
        ("5u", "0.000005"),
    ],
)
def test_amounts_as_numbers(quantity, number):
    assert amounts.amount(quantity) == Decimal(number)


@given(st.decimals(min_value=0, max_value=10**6, places=3), st.sampled_from(["", "m", "k", "M", "Ki", "Mi", "Gi"]))
def test_twice_an_amount_is_twice_as_much(number, unit):
    quantity = f"{number:f}{unit}"
    assert amounts.amount(amounts._twice(quantity)) == 2 * amounts.amount(quantity)
