"""Hypothesis strategies: answers that are right by construction, and answers that were broken."""

from __future__ import annotations

from hypothesis import strategies as st

TOKEN = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
FRAMING = {"content-length", "transfer-encoding", "connection"}

FRAMINGS = ("length", "length", "chunks", "close")

statuses = st.integers(200, 599) | st.sampled_from((200, 204, 304, 307, 400, 403, 404, 429, 472, 473, 503))
reasons = st.text("abc OK-'é", max_size=8).map(lambda text: text.encode("latin-1"))
names = st.text(TOKEN, min_size=1, max_size=8).filter(lambda name: name.lower() not in FRAMING)
values = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
headers = st.lists(st.tuples(names, values), max_size=4)
bodies = st.binary(max_size=40)
ends = st.sampled_from((b"\r\n", b"\n"))
extensions = st.sampled_from((b"", b";a", b";a=b", b' ;a="b;c"'))


@st.composite
def chunks(draw: st.DrawFn, body: bytes) -> bytes:
    """Cut a body into chunks, with extensions and trailers."""
    raw = b""
    while body:
        size = draw(st.integers(1, len(body)))
        form = draw(st.sampled_from((b"%x", b"%X", b"0%x")))
        raw += form % size + draw(extensions) + b"\r\n" + body[:size] + b"\r\n"
        body = body[size:]
    trailers = b"".join(b"%s: %s\r\n" % (n.encode(), v.encode()) for n, v in draw(headers))
    return raw + b"0" + draw(extensions) + b"\r\n" + trailers + b"\r\n"


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, bytes]:
    """Make an answer that is right: the method that it answers, and its bytes."""
    method = draw(st.sampled_from(("GET", "GET", "POST", "HEAD")))
    status, body, end = draw(statuses), draw(bodies), draw(ends)
    fields = [f"{name}: {value}".encode() for name, value in draw(headers)]
    framing = draw(st.sampled_from(("length", "length", "close") if status in (204, 304) else FRAMINGS))
    if framing == "length":
        fields.append(b"Content-Length: %d" % len(body))
    elif framing == "chunks":
        fields.append(draw(st.sampled_from((b"Transfer-Encoding: chunked", b"transfer-encoding:  Chunked"))))
        body = draw(chunks(body))
    if draw(st.booleans()):
        fields.append(draw(st.sampled_from((b"Connection: close", b"connection: keep-alive"))))
    version = draw(st.sampled_from((b"1.1", b"1.1", b"1.0")))
    first = b"HTTP/%s %d %s" % (version, status, draw(reasons))
    continues = b"HTTP/1.1 100 Continue\r\n\r\n" * draw(st.integers(0, 2))
    is_empty = method == "HEAD" or status in (204, 304)
    return method, continues + end.join([first, *draw(st.permutations(fields)), b"", b""]) + (
        b"" if is_empty else body
    )


noise = st.sampled_from((
    b"\r", b"\n", b"\r\n", b"\r\n\r\n", b" ", b"\t", b":", b";", b",", b"0", b"1", b"9", b"-", b"+", b"_",
    b"x", b"\0", b"\xff", b"\xb2", b"\x85", b"\x0b", b"\x1c", b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 100 C\r\n\r\n", b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: gzip\r\n", b"0\r\n\r\n",
)) | st.binary(max_size=3)  # fmt: skip


@st.composite
def broken_answers(draw: st.DrawFn) -> tuple[str, bytes]:
    """Take a right answer and cut, double, overwrite or add a few bytes."""
    method, raw = draw(answers())
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        stop = start + draw(st.sampled_from((0, 0, 1, 2, 5)))
        raw = raw[:start] + draw(noise) + raw[stop:]
    if draw(st.booleans()):
        raw = raw[: draw(st.integers(0, len(raw)))]
    return method, raw
