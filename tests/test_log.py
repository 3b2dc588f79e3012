"""The log: one line each on stderr, by level and format, without secrets and control characters (T38)."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vexec import log

SECRET = "p@ss/wörd+'\"\\\n<&>~42"


@pytest.fixture(autouse=True)
def talkative() -> None:
    """Let the log say everything; the fixture `fresh_log` undoes it."""
    log.configure("debug", "text")


def escaped(secret: str) -> str:
    """Write a text as Go's JSON encoder does."""
    text = json.dumps(secret, ensure_ascii=False)[1:-1]
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


SPELLINGS = {
    "raw": SECRET,
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 without padding": base64.b64encode(SECRET.encode()).decode().rstrip("="),
    "base64 for urls": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "url": quote(SECRET),
    "url, slashes too": quote(SECRET, safe=""),
    "url, spaces as plus": quote_plus(SECRET),
    "url in lower case": re.sub("%..", lambda match: match[0].lower(), quote(SECRET, safe="")),
    "json": json.dumps(SECRET)[1:-1],
    "json beyond ascii": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "json of go": escaped(SECRET),
    "repr": repr(SECRET)[1:-1],
}


@pytest.mark.parametrize("form", SPELLINGS)
def test_a_secret_is_redacted_in_every_spelling(form: str, capfd: pytest.CaptureFixture[str]) -> None:
    """T38: a known value is taken out of message and hint, however it is spelt."""
    log.protect(SECRET)
    log.error(f"before {SPELLINGS[form]} after", f"hint {SPELLINGS[form]}")

    assert capfd.readouterr().err == "vexec: before [redacted] after\nvexec: hint: hint [redacted]\n"


@given(st.binary(min_size=6), st.binary(max_size=7), st.binary(max_size=7), st.booleans())
def test_a_secret_inside_a_base64_text_is_redacted(
    raw: bytes, left: bytes, right: bytes, is_url: bool
) -> None:
    """T38: in the base64 of `user:secret`, at any of its three alignments, no group of the value is left."""
    log.State.secrets.clear()
    log.protect(raw.decode("utf-8", "surrogateescape"))
    if not log.State.secrets:  # fewer than six characters
        return
    encode = base64.urlsafe_b64encode if is_url else base64.b64encode
    whole = encode(left + raw + right).decode()
    first, end = -(-8 * len(left) // 6), 8 * (len(left) + len(raw)) // 6  # what no neighbour's bits are in

    assert whole[first:end] not in log.redact(f"Basic {whole}")


def test_the_longest_secret_is_redacted_first(capfd: pytest.CaptureFixture[str]) -> None:
    """T38: a value that begins like another one leaves no tail."""
    log.protect("correct horse")
    log.protect("correct horse battery staple")
    log.error("it was correct horse battery staple")

    assert capfd.readouterr().err == "vexec: it was [redacted]\n"


def test_short_values_are_left(capfd: pytest.CaptureFixture[str]) -> None:
    """A value of fewer than six characters would garble the log."""
    assert log.protect("short") == "short"
    assert log.protect("sixsix") == "sixsix"
    log.error("short sixsix")

    assert capfd.readouterr().err == "vexec: short [redacted]\n"


def test_control_characters_are_made_visible(capfd: pytest.CaptureFixture[str]) -> None:
    """A server's words can neither add a line, move the cursor, nor turn the direction of the text."""
    log.warn("a\nvexec: b\r\x1b[2J\x00\u202e\udcff é", "c\nd")

    assert capfd.readouterr().err == (
        "vexec: a\\nvexec: b\\r\\x1b[2J\\x00\\u202e\\udcff é\nvexec: hint: c\\nd\n"
    )


@given(st.text(st.characters()))
def test_an_entry_is_one_line_of_printable_text(text: str) -> None:
    """Whatever a message holds, it is one line that a terminal shows as it is."""
    assert log.plain(text).isprintable()


@pytest.mark.parametrize(
    ("level", "shown"), [("error", "e"), ("warn", "ew"), ("info", "ewi"), ("debug", "ewid")]
)
def test_a_level_shows_itself_and_what_is_graver(
    level: str, shown: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """VEXEC_LOG_LEVEL: error is always said, debug only when asked for."""
    log.configure(level, "text")
    for say, text in ((log.error, "e"), (log.warn, "w"), (log.info, "i"), (log.debug, "d")):
        say(text)

    assert capfd.readouterr().err == "".join(f"vexec: {text}\n" for text in shown)


def test_json_is_one_object_a_line(capfd: pytest.CaptureFixture[str]) -> None:
    """VEXEC_LOG_FORMAT=json: time, level, message, and the hint where there is one; redacted as well."""
    log.configure("info", "json")
    log.protect("hunter22")
    log.info('say "hunter22" é\n')
    log.error("no", "yes")
    first, second = map(json.loads, capfd.readouterr().err.splitlines())

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", first.pop("time"))
    assert first == {"level": "info", "message": 'say "[redacted]" é\\n'}
    assert {**second, "time": ""} == {"time": "", "level": "error", "message": "no", "hint": "yes"}


def test_nothing_is_written_to_stdout(capfd: pytest.CaptureFixture[str]) -> None:
    """T8: stdout belongs to the target."""
    for level in log.LEVELS:
        log.write(level, "text", "hint")

    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_a_closed_or_full_stderr_is_no_error(redirection: str) -> None:
    """A log that cannot be written changes nothing else."""
    code = "from vexec import log; log.error('x'); print('on')"
    command = f'exec "$0" -c "$1" {redirection}'
    done = subprocess.run(["sh", "-c", command, sys.executable, code], capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "on\n")


def test_what_cannot_be_written_is_let_go() -> None:
    """A full stderr is passed over within the process."""
    saved = os.dup(2)
    with open("/dev/full", "w") as full:
        os.dup2(full.fileno(), 2)
    try:
        log.error("x")
    finally:
        os.dup2(saved, 2)
        os.close(saved)


@given(st.text(min_size=6))
def test_no_spelling_is_shorter_than_the_value(secret: str) -> None:
    """A value that is longer than a text cannot stand in it, in whatever spelling."""
    assert min(map(len, log.spellings(secret))) >= len(secret)


def test_a_traceback_is_redacted(capfd: pytest.CaptureFixture[str]) -> None:
    """T38: --debug shows where it happened, without the values that are known."""
    log.protect("hunter22")
    try:
        raise RuntimeError("hunter22 is wrong")
    except RuntimeError:
        log.traceback()
    text = capfd.readouterr().err

    assert "hunter22" not in text
    assert "test_a_traceback_is_redacted" in text
    assert "RuntimeError: [redacted] is wrong" in text


def test_a_line_is_one_write() -> None:
    """An entry with its hint goes out in a single write, so that other processes cannot cut it."""
    reader, writer = os.pipe()
    saved = os.dup(2)
    os.dup2(writer, 2)
    try:
        log.error("message", "hint")
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(writer)
    with open(reader, "rb") as stream:
        assert stream.read() == b"vexec: message\nvexec: hint: hint\n"


@given(st.binary(max_size=40))
def test_base64_is_the_standard_librarys(raw: bytes) -> None:
    """The log's own base64 is that of the standard library, which may have to be loaded first."""
    assert log.base64(raw) == base64.b64encode(raw).decode()
