"""What the webhook answers over HTTP, through a real server and a real TLS client."""

from __future__ import annotations

import base64
import json
import re
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from tests.injector.serving import JSON, Pairs, Reply, Serving, allow, answered, ask, asked, send
from vexec import log
from vexec.injector.certificates import Pair
from vexec.injector.webhook import decision, pod

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.servers.pki import Pki

CANARY = "s3cr3t-canary"


def review(document: Mapping[str, Any]) -> dict[str, Any]:
    """Do what the request's name asks for."""
    name = document["request"]["name"]
    if name == "slow":
        time.sleep(1.5)
    if name == "fails":
        raise KeyError(CANARY)
    if name == "malformed":
        raise ValueError(CANARY)
    if name == "denied":
        message = f"error validating agent configuration: {CANARY}"
        return answered(document, allowed=False, status={"message": message})
    if name == "injected":
        operation = {"op": "add", "path": "/spec/initContainers", "value": [{"name": "vexec-install"}]}
        patch = base64.b64encode(json.dumps([operation]).encode()).decode()
        return answered(document, allowed=True, patch=patch, patchType="JSONPatch")
    return allow(document)


@pytest.fixture(scope="module")
def pair(pki: Pki) -> Pair:
    made = pki.server()
    return Pair(made.cert.read_bytes(), made.key.read_bytes())


@pytest.fixture(scope="module")
def serving(pair: Pair) -> Iterator[Serving]:
    with Serving(Pairs(pair), review, telemetry="/metrics", largest=20_000, limit=0.5) as made:
        yield made


def test_a_review_is_answered_as_json(serving: Serving, pki: Pki) -> None:
    """A review comes back with its version and uid."""
    reply = serving.post(pki.ca)

    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert json.loads(reply.text) == allow(asked())


@pytest.mark.parametrize(
    "kind",
    [None, "", "text/json", "application/json; charset=utf-8", "application/JSON", "application/json,"],
)
def test_another_content_type_is_a_400(serving: Serving, pki: Pki, kind: str | None) -> None:
    """Only exactly application/json is taken."""
    reply = serving.post(pki.ca, headers={} if kind is None else {"Content-Type": kind})

    assert reply.status == 400
    assert "content-type" in reply.text


def test_an_empty_body_is_a_400(serving: Serving, pki: Pki) -> None:
    """Nothing is no review."""
    reply = serving.post(pki.ca, b"")

    assert (reply.status, reply.text) == (400, "Empty request body\n")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b"{}",
        b'{"request": null}',
        b'{"request": []}',
        b"[" * 15_000,
        json.dumps(asked(name="malformed")).encode(),
    ],
    ids=lambda body: ascii(body[:20]),
)
def test_what_cannot_be_decoded_is_a_500(serving: Serving, pki: Pki, body: bytes) -> None:
    """Neither JSON without a request nor what the review calls malformed is answered; nothing is repeated."""
    reply = serving.post(pki.ca, body)

    assert reply.status == 500
    assert re.fullmatch(r"error decoding admission request: \w+\n", reply.text)


def test_a_large_request_is_a_413(serving: Serving, pki: Pki) -> None:
    """More than is allowed is refused by its announced length, and while it comes."""
    large = json.dumps(asked(object={"a": "x" * 20_000})).encode()
    assert serving.post(pki.ca, large).status == 413

    with closing(serving.connect(pki.ca)) as connection:
        connection.request("POST", "/mutate", iter([large]), JSON, encode_chunked=True)
        assert connection.getresponse().status == 413


def test_a_request_of_the_allowed_size_is_taken(serving: Serving, pki: Pki) -> None:
    """The limit itself is allowed."""
    body = json.dumps(asked()).encode()

    assert serving.post(pki.ca, body.ljust(20_000)).status == 200
    assert serving.post(pki.ca, body.ljust(20_001)).status == 413


def test_a_slow_review_is_a_denial(serving: Serving, pki: Pki) -> None:
    """A review has its time; meanwhile others are answered."""
    began = time.monotonic()
    replies: list[Reply] = []
    thread = threading.Thread(target=lambda: replies.append(serving.post(pki.ca, asked("u-2", name="slow"))))
    thread.start()

    assert serving.post(pki.ca).response["allowed"]
    thread.join()
    assert replies[0].response == {
        "uid": "u-2",
        "allowed": False,
        "status": {"message": "the review took longer than 0.5 s"},
    }
    assert time.monotonic() - began < 1.4


def test_a_slow_client_is_a_408(serving: Serving, pki: Pki) -> None:
    """Who sends half a request and no more is answered in time."""
    with closing(serving.connect(pki.ca)) as connection:
        connection.putrequest("POST", "/mutate")
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", "100")
        connection.endheaders(b"{")

        assert connection.getresponse().status == 408


def test_a_review_that_fails_is_a_denial(serving: Serving, pki: Pki) -> None:
    """What nobody foresaw denies the pod, and shows no value."""
    reply = serving.post(pki.ca, asked(name="fails"))

    assert reply.response == {
        "uid": "u-1",
        "allowed": False,
        "status": {"message": "unforeseen KeyError"},
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health/ready", 204),
        ("POST", "/health/ready", 405),
        ("GET", "/mutate", 405),
        ("PUT", "/mutate", 405),
        ("GET", "/", 404),
        ("POST", "/mutate/", 404),
        ("GET", "/metrics", 200),
    ],
)
def test_paths_and_methods(serving: Serving, pki: Pki, method: str, path: str, status: int) -> None:
    """There are reviews, readiness and metrics, each with one method."""
    assert send(serving.connect(pki.ca), method, path).status == status


def test_metrics_are_off_by_default(pair: Pair, pki: Pki) -> None:
    """Without a path there are none."""
    with Serving(Pairs(pair)) as serving:
        assert send(serving.connect(pki.ca), "GET", "/metrics").status == 404


def test_metrics_count_reviews(pair: Pair, pki: Pki) -> None:
    """Injections and denials are counted by namespace, and each review is timed."""
    with Serving(Pairs(pair), review, telemetry="/telemetry") as serving:
        for name in ("injected", "injected", "denied", "other"):
            serving.post(pki.ca, asked(name=name))
        text = send(serving.connect(pki.ca), "GET", "/telemetry").text

    prefix = "vault_agent_injector_"
    labels = 'injection_type="init_only",namespace="web"'
    assert f"{prefix}injections_by_namespace_total{{{labels}}} 2.0" in text
    assert f'{prefix}failed_injections_by_namespace_total{{namespace="web"}} 1.0' in text
    assert f"{prefix}request_queue_length 0.0" in text
    assert f"{prefix}request_processing_duration_ms_count 4.0" in text


def test_each_review_is_a_line(serving: Serving, pki: Pki, capfd: pytest.CaptureFixture[str]) -> None:
    """The log says pod, namespace and decision, and at which stage it was denied, never a value."""
    log.configure("info", "json")
    for name in ("injected", "denied", "other", "fails"):
        serving.post(pki.ca, asked(name=name))
    serving.post(pki.ca, asked(name="malformed"))

    written = capfd.readouterr().err
    lines = [json.loads(line) for line in written.splitlines()]
    told = [
        (line["pod"], line["namespace"], line["decision"]) for line in lines if line["message"] == "review"
    ]
    decisions = {"injected": "injected", "denied": "denied", "other": "skipped", "fails": "denied"}
    assert told == [(name, "web", decided) for name, decided in decisions.items()]
    assert [line.get("stage") for line in lines if line.get("pod") == "denied"] == [
        "error validating agent configuration"
    ]
    assert CANARY not in written


def test_a_line_of_text(serving: Serving, pki: Pki, capfd: pytest.CaptureFixture[str]) -> None:
    """Without JSON a line has the same fields, and a name cannot add one."""
    log.configure("info", "text")
    serving.post(pki.ca, asked(name="a decision=injected"))

    written = capfd.readouterr().err
    expected = 'review namespace=web pod="a decision=injected" uid=u-1 decision=skipped milliseconds='
    assert written.startswith(f"vexec: {expected}")


def test_a_connection_is_kept(serving: Serving, pki: Pki) -> None:
    """The API server sends many reviews on one connection."""
    with closing(serving.connect(pki.ca)) as connection:
        for number in range(5):
            body = json.dumps(asked(f"u-{number}")).encode()
            assert ask(connection, "POST", "/mutate", body).response["uid"] == f"u-{number}"


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        ({"name": "a", "object": {"metadata": {"name": "b"}}}, "a"),
        ({"name": "", "object": {"metadata": {"name": "b"}}}, "b"),
        ({"object": {"metadata": {"generateName": "c-"}}}, "c-"),
        ({"object": {"metadata": []}}, ""),
        ({"object": None}, ""),
        ({"name": "x" * 300}, "x" * 253),
    ],
)
def test_the_name_of_a_pod(request_: dict[str, Any], name: str) -> None:
    """A pod of a controller has only the beginning of its name yet."""
    assert pod(request_) == name


def test_an_unknown_denial_has_no_stage() -> None:
    """Of a denial only what is known to hold no value is logged."""
    assert decision({"allowed": False, "status": {"message": f"{CANARY}: x"}}) == {"decision": "denied"}
    assert decision({"allowed": False, "status": None}) == {"decision": "denied"}
