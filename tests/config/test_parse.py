"""The text of a setting becomes its value, or an error that says what it should be and not what it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec.config.model import Address, Entry
from vexec.config.parse import FIELDS, KINDS, address, boolean, count, duration, entries, words

# https://pkg.go.dev/strconv#ParseBool
TRUE = ("1", "t", "T", "TRUE", "true", "True")
FALSE = ("0", "f", "F", "FALSE", "false", "False")


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        ("60", 60),
        ("0", 0),
        ("1.5", 1.5),
        (".5", 0.5),
        ("5.", 5),
        ("60s", 60),
        ("0s", 0),
        ("1m30s", 90),
        ("500ms", 0.5),
        ("1h", 3600),
        ("1d", 86400),
        ("1.5h", 5400),
        ("250us", 250e-6),
        ("250µs", 250e-6),
        ("250μs", 250e-6),
        ("10ns", 1e-8),
        ("1s500ms", 1.5),
        ("1d2h3m4s", 93784),
    ],
)
def test_durations(raw: str, seconds: float) -> None:
    """A duration takes a unit, several of them, or means seconds."""
    assert duration(raw) == pytest.approx(seconds, rel=1e-12)


@pytest.mark.parametrize(
    "raw",
    [
        "", "s", "5x", "5 s", " 5", "5s ", "-5", "-5s", "+5s", "1e3", "1m30", "5sm", "5..1s", ".", ".s",
        "1:30", "five", "∞", "inf", "nan", "٣", "5²", "0x10", "1_000",
    ],
)  # fmt: skip
def test_no_durations(raw: str) -> None:
    """Whatever else stands there is an error; no text means a duration by chance."""
    with pytest.raises(ValueError, match=r"^is not a duration"):
        duration(raw)


@pytest.mark.parametrize("raw", ["1" + "0" * 10, "9" * 400, "20000d", "9" * 30 + "ns" + "9" * 30 + "h"])
def test_a_duration_has_an_end(raw: str) -> None:
    """A duration beyond what the kernel's clocks take is refused, not met later as an overflow."""
    with pytest.raises(ValueError, match=r"^is too long"):
        duration(raw)


@given(st.floats(min_value=0, max_value=1e8), st.sampled_from(["ms", "s", "m"]))
def test_any_number_with_a_unit_is_a_duration(number: float, unit: str) -> None:
    """A decimal number and a unit are what they say."""
    raw = f"{number:.6f}"
    factor = {"ms": 1e-3, "s": 1, "m": 60}[unit]
    if float(raw) * factor > 1e9:
        return

    assert duration(raw + unit) == float(raw) * factor


@given(st.text(alphabet="0123456789.smhdnuµ -+e", max_size=12))
def test_any_other_text_is_a_duration_or_an_error(raw: str) -> None:
    """No text makes anything but a number of seconds or a ValueError."""
    try:
        seconds = duration(raw)
    except ValueError:
        return
    assert 0 <= seconds <= 1e9


@pytest.mark.parametrize(("raw", "value"), [(raw, True) for raw in TRUE] + [(raw, False) for raw in FALSE])
def test_booleans(raw: str, value: bool) -> None:
    """A boolean is what Go's ParseBool takes."""
    assert boolean(raw) is value


@pytest.mark.parametrize("raw", ["", "yes", "no", "on", "off", "tRUE", "2", " true", "true ", "y", "-1"])
def test_no_booleans(raw: str) -> None:
    """Whatever Go's ParseBool refuses is refused."""
    with pytest.raises(ValueError, match=r"^is not a boolean"):
        boolean(raw)


@given(st.text(max_size=6))
def test_only_the_table_is_boolean(raw: str) -> None:
    """There is no other spelling."""
    if raw in TRUE + FALSE:
        return
    with pytest.raises(ValueError, match=r"^is not a boolean"):
        boolean(raw)


@pytest.mark.parametrize(("raw", "value"), [("0", 0), ("8", 8), ("007", 7), ("999999999", 999999999)])
def test_counts(raw: str, value: int) -> None:
    """A count is a whole number that is not negative."""
    assert count(raw) == value


@pytest.mark.parametrize(
    "raw", ["", "-1", "+1", "1.0", "1e3", " 1", "1_0", "٣", "²", "1000000000", "9" * 5000]
)
def test_no_counts(raw: str) -> None:
    """Signs, fractions, other digits and absurdly large numbers are refused."""
    with pytest.raises(ValueError, match=r"^is not a whole number"):
        count(raw)


def test_words() -> None:
    """Words are separated by any white space."""
    assert words(" a  b\tc\nd ") == ("a", "b", "c", "d")
    assert words("  ") == ()


@pytest.mark.parametrize(
    ("raw", "parsed", "text", "authority"),
    [
        ("http://h", Address("http", "h", 80), "http://h", "h"),
        ("https://h", Address("https", "h", 443), "https://h", "h"),
        ("https://h:443", Address("https", "h", 443), "https://h", "h"),
        ("http://h:443", Address("http", "h", 443), "http://h:443", "h:443"),
        ("https://h:8200", Address("https", "h", 8200), "https://h:8200", "h:8200"),
        ("https://h:8200/", Address("https", "h", 8200), "https://h:8200", "h:8200"),
        ("https://h:8200//", Address("https", "h", 8200), "https://h:8200", "h:8200"),
        ("https://h/a/b/", Address("https", "h", 443, "/a/b"), "https://h/a/b", "h"),
        ("HTTPS://h", Address("https", "h", 443), "https://h", "h"),
        (" https://h \n", Address("https", "h", 443), "https://h", "h"),
        ("http://127.0.0.1:", Address("http", "127.0.0.1", 80), "http://127.0.0.1", "127.0.0.1"),
        ("http://[::1]:8200", Address("http", "::1", 8200), "http://[::1]:8200", "[::1]:8200"),
        ("http://[::1]", Address("http", "::1", 80), "http://[::1]", "[::1]"),
        ("http://[fe80::1%25lo]:1/x", Address("http", "fe80::1%25lo", 1, "/x"), "http://[fe80::1%25lo]:1/x",
         "[fe80::1%25lo]:1"),
        ("http://h:65535", Address("http", "h", 65535), "http://h:65535", "h:65535"),
        ("unix:///run/v.sock", Address("unix", "localhost", 0, "", "/run/v.sock"), "unix:///run/v.sock",
         "localhost"),
        ("unix:///run/a b?c", Address("unix", "localhost", 0, "", "/run/a b?c"), "unix:///run/a b?c",
         "localhost"),
    ],
)  # fmt: skip
def test_addresses(raw: str, parsed: Address, text: str, authority: str) -> None:
    """T33: final slashes, a path prefix, IPv6, unix sockets and default ports."""
    assert (address(raw), str(address(raw)), address(raw).authority) == (parsed, text, authority)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("vault:8200", "has no scheme: write http"),
        ("vault.example", "has no scheme"),
        ("127.0.0.1:8200", "has no scheme"),
        ("", "has no scheme"),
        ("//h:8200", "has no scheme"),
        ("ftp://h", "has an unknown scheme"),
        ("://h", "has an unknown scheme"),
        ("unix://run/v.sock", "is not a unix address"),
        ("unix://", "is not a unix address"),
        ("http://", "has no host"),
        ("http://:8200", "has no host"),
        ("http:///path", "has no host"),
        ("http://h?x=1", "holds a query"),
        ("http://h/#x", "holds a query, a fragment"),
        ("http://h/a b", "holds a query, a fragment or a space"),
        ("http://h/a\tb", "holds a query, a fragment or a space"),
        ("http://u:hunter2@h", "holds a user name or password"),
        ("http://::1:8200", "has an IPv6 host without brackets"),
        ("http://[::1:8200", "has a malformed IPv6 host"),
        ("http://[::1]8200", "has a malformed IPv6 host"),
        ("http://[h]:8200", "has a malformed IPv6 host"),
        ("http://h:0", "has a port"),
        ("http://h:65536", "has a port"),
        ("http://h:99999999999999999999", "has a port"),
        ("http://h:x", "has a port"),
        ("http://h:-1", "has a port"),
        ("http://h:٨٢", "holds a character beyond ASCII"),
        ("http://wört", "holds a character beyond ASCII"),
        ("http://h/wört", "holds a character beyond ASCII"),
    ],
)
def test_no_addresses(raw: str, problem: str) -> None:
    """T33: each malformed address has its own words, which do not repeat it: it may hold a password."""
    with pytest.raises(ValueError, match=r"^(is|has|holds) ") as caught:
        address(raw)

    assert problem in str(caught.value)
    assert "hunter2" not in str(caught.value)


@given(
    st.text(alphabet="htps:/[]@?#.0129ax% \tü", max_size=20), st.sampled_from(["", "http://", "https://h:"])
)
def test_any_text_is_an_address_or_an_error(text: str, scheme: str) -> None:
    """Whatever is accepted can be written into a request, and means the same when read again."""
    try:
        parsed = address(scheme + text)
    except ValueError:
        return
    assert str(parsed).isascii()
    assert address(str(parsed)) == parsed
    assert 0 < parsed.port < 65536


def test_texts_are_taken_as_they_are() -> None:
    """Text, choices and secrets are not touched here."""
    for kind in ("text", "choice", "secret"):
        assert KINDS[kind](" a b ") == " a b "


def test_entries() -> None:
    """Named templates come in the order of their names, each with what it says."""
    raw = """[
        {"name": "b", "file": "/t", "left": "<<", "right": ">>", "missing": "strict", "destination": "/d",
         "mode": "0640"},
        {"name": "a", "text": "é\\n", "left": "", "missing": ""}
    ]"""

    assert entries(raw) == (
        Entry("a", text="é\n"),
        Entry("b", file="/t", left="<<", right=">>", missing="strict", path="/d", mode=0o640),
    )
    assert entries("[]") == ()
    assert entries('[{"name": "a", "text": ""}]') == (Entry("a"),)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ("canary", "is not JSON"),
        ("\udcff", "is not JSON"),
        ('[{"name": "canary", "text": "x"}]]', "is not JSON"),
        ('{"name": "canary", "text": "x"}', "is not a JSON array of objects"),
        ('["canary"]', "entry 1 is not an object"),
        ("[1]", "entry 1 is not an object"),
        ('[{"name": "a", "text": "x"}, {"text": "canary"}]', "entry 2 has no name"),
        ('[{"name": "canary"}]', "entry 1 takes text or file, one of them"),
        ('[{"name": "canary", "text": "", "file": "x"}]', "entry 1 takes text or file, one of them"),
        ('[{"name": "canary", "text": "x", "mode": "0600"}]', "entry 1 has a mode and no destination"),
        ('[{"name": "canary", "text": 1}]', "entry 1, text: is not a text"),
        ('[{"name": "canary", "text": null}]', "entry 1, text: is not a text"),
        ('[{"name": ["canary"], "text": "x"}]', "entry 1, name: is not a text"),
        ('[{"name": "", "text": "canary"}]', "entry 1, name: is empty"),
        ('[{"name": "canary", "file": ""}]', "entry 1, file: is empty"),
        ('[{"name": "a", "text": "x", "destination": ""}]', "entry 1, destination: is empty"),
        ('[{"name": "a", "text": "canary\\u0000"}]', "entry 1, text: holds a NUL character"),
        (
            '[{"name": "a", "text": "x", "missing": "canary"}]',
            "entry 1, missing: is none of error, novalue, strict",
        ),
        (
            '[{"name": "a", "text": "x", "destination": "/d", "mode": "canary"}]',
            "entry 1, mode: is not octal (0600, 0644)",
        ),
        (
            '[{"name": "a", "text": "x"}, {"name": "a", "text": "y"}]',
            "entry 2, name: an entry before it has the same",
        ),
        (
            '[{"name": "a", "text": "x", "canary": "y"}]',
            f"entry 1 holds an unknown field; known are {', '.join(FIELDS)}",
        ),
    ],
)
def test_no_entries(raw: str, message: str) -> None:
    """What is wrong is told by entry and field, and never with what stands there."""
    with pytest.raises(ValueError, match=r".") as caught:
        entries(raw)

    assert str(caught.value) == message
