"""Kubernetes' quantities in canonical form; the cases are those of apimachinery's own tests and rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.injector.models import Denial
from vexec.injector.quantity import canonical


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", "0"),
        ("0Ki", "0"),
        ("-0", "0"),
        ("500m", "500m"),
        ("1000m", "1"),
        ("0.5", "500m"),
        (".5", "500m"),
        ("1.", "1"),
        ("+1", "1"),
        ("-1.5", "-1500m"),
        ("1000", "1k"),
        ("1500k", "1500k"),
        ("1000k", "1M"),
        ("100000Ki", "100000Ki"),
        ("1024Ki", "1Mi"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("0.5Gi", "512Mi"),
        ("1Ki", "1Ki"),
        ("0.5Ki", "512"),
        ("1.0001Ki", "1025"),
        ("-1.0001Ki", "-1025"),
        ("1e3", "1e3"),
        ("1E3", "1e3"),
        ("12e1", "120"),
        ("1e-3", "1e-3"),
        ("1E", "1E"),
        ("100E", "9223372036854775807"),
        ("-100E", "-9223372036854775807"),
        ("1n", "1n"),
        ("0.1n", "1n"),
        ("-0.1n", "-1n"),
        ("1e999", "9223372036854775807"),
    ],
)
def test_it_is_written_in_canonical_form(text: str, expected: str) -> None:
    """The largest unit that leaves no fraction; small parts are rounded away from zero."""
    assert canonical(text) == expected


SHAPE = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", SHAPE),
        ("lots", SHAPE),
        ("1 Gi", SHAPE),
        ("1Gi\n", SHAPE),
        ("\u0661", SHAPE),
        ("1" * 400, SHAPE),
        (".", "unable to parse numeric part of quantity"),
        ("1.2.3", "unable to parse quantity's suffix"),
        ("1KK", "unable to parse quantity's suffix"),
        ("1e", "unable to parse quantity's suffix"),
        ("1i", "unable to parse quantity's suffix"),
        ("1e9999", "unable to parse quantity's suffix"),
    ],
)
def test_what_is_none_is_denied(text: str, message: str) -> None:
    """With the API's words."""
    with pytest.raises(Denial) as caught:
        canonical(text)

    assert caught.value.message == message


@given(
    st.from_regex(r"\A[+-]?[0-9]{1,20}(\.[0-9]{1,12})?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|e-?[0-9]{1,2})?\Z")
)
def test_a_canonical_one_stays(text: str) -> None:
    """What is written is read as the same number."""
    made = canonical(text)

    assert canonical(made) == made
