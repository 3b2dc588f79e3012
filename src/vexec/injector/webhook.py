"""The HTTP side of reviews, an ASGI application: what is asked, how large, how long; it decides nothing.

The only user of `starlette`. A review runs in a thread of its own, since it is plain computation: a slow one
keeps nobody from /health/ready, and its maker gets a denial in time. A review that fails in a way that nobody
foresaw is a denial as well, since failurePolicy Ignore would let the pod start without its secrets.
"""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vexec.injector import metrics
from vexec.injector.journal import note

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

    Review = Callable[[Mapping[str, Any]], dict[str, Any]]

JSON = "application/json"
THREADS = 4
# how the original's denials begin: what follows may hold an annotation's value, so only this is logged
STAGES = (
    "error checking if should inject agent",
    "error with request namespace",
    "error adding default annotations",
    "error creating new agent sidecar",
    "error validating agent configuration",
    "error creating patch for agent",
)


class Refused(Exception):
    """A request that gets no review."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.response = PlainTextResponse(f"{message}\n", status)


@dataclass
class Webhook:
    """Answers requests with a pure function from AdmissionReview to AdmissionReview.

    The function raises ValueError for what is no review.
    """

    review: Review
    largest: int = 4 * 1024 * 1024  # bytes of a request
    limit: float = 8  # seconds for one, from its first byte to the answer
    metrics: metrics.Metrics = field(default_factory=metrics.Metrics)
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(THREADS))
    is_counting: bool = False  # what injections a patch makes is told by decoding it

    def application(self, telemetry: str = "") -> Starlette:
        """Return the application; `telemetry` is the path of the metrics, "" for none."""
        routes = [
            Route("/mutate", self.mutate, methods=["POST"]),
            Route("/health/ready", ready, methods=["GET"]),
        ]
        self.is_counting = bool(telemetry)
        if telemetry:
            routes.append(Route(telemetry, self.tell, methods=["GET"]))
        application = Starlette(routes=routes)
        application.router.redirect_slashes = False
        return application

    async def tell(self, _request: Request) -> Response:
        """Answer with the metrics."""
        return Response(self.metrics.text(), media_type=metrics.KIND)

    async def mutate(self, request: Request) -> Response:
        """Answer one review."""
        began = time.perf_counter()
        try:
            with self.metrics.processing():
                document, answer = await self.answer(request)
        except Refused as refusal:
            note("warn", "request refused", status=refusal.response.status_code, reason=str(refusal))
            return refusal.response
        asked = member(document, "request")
        namespace = words(asked.get("namespace"))
        if self.is_counting:
            self.metrics.count(namespace, answer["response"])
        fields: dict[str, Any] = {"namespace": namespace, "pod": pod(asked), "uid": words(asked.get("uid"))}
        fields |= decision(answer["response"])
        note("info", "review", **fields, milliseconds=round((time.perf_counter() - began) * 1000, 1))
        return Response(json.dumps(answer), media_type=JSON)

    async def answer(self, request: Request) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the review that was sent and the answer to it; raises Refused."""
        document: dict[str, Any] = {}
        try:
            async with asyncio.timeout(self.limit):
                document = decode(await self.body(request))
                loop = asyncio.get_running_loop()
                return document, await loop.run_in_executor(self.threads, self.review, document)
        except TimeoutError:
            if not document:
                raise Refused(408, "the request did not arrive in time") from None
            return document, denial(document, f"the review took longer than {self.limit:g} s")
        except ValueError as error:
            raise Refused(500, f"error decoding admission request: {type(error).__name__}") from None
        except Refused:
            raise
        except Exception as error:  # noqa: BLE001 - the last resort: its text might hold a value, so only its class is told
            note("error", "review failed", error=type(error).__name__)
            return document, denial(document, f"unforeseen {type(error).__name__}")

    async def body(self, request: Request) -> bytes:
        """Read what was sent, no more than is allowed."""
        kinds = request.headers.getlist("content-type")
        if kinds != [JSON]:
            raise Refused(400, "Invalid content-type: only application/json is taken")
        too_large = Refused(413, f"a review may have {self.largest} bytes")
        if int(request.headers.get("content-length", "0")) > self.largest:
            raise too_large
        chunks = bytearray()
        async for chunk in request.stream():
            chunks += chunk
            if len(chunks) > self.largest:
                raise too_large
        if not chunks:
            raise Refused(400, "Empty request body")
        return bytes(chunks)


async def ready(_request: Request) -> Response:
    """Answer that there is a certificate: without one this could not have been asked."""
    return Response(status_code=204)


def decode(body: bytes) -> dict[str, Any]:
    """Return a JSON object; raises ValueError."""
    try:
        document = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(document, dict) or not isinstance(document.get("request"), dict):
        raise ValueError("no review")
    return document


def denial(document: Mapping[str, Any], message: str) -> dict[str, Any]:
    """Return an answer that denies."""
    response = {"uid": member(document, "request").get("uid"), "allowed": False}
    head = {"apiVersion": document.get("apiVersion"), "kind": document.get("kind")}
    return {**head, "response": {**response, "status": {"message": message}}}


def decision(response: Mapping[str, Any]) -> dict[str, str]:
    """Return what of an answer is logged."""
    if response.get("allowed"):
        return {"decision": "injected" if "patch" in response else "skipped"}
    message = words(member(response, "status").get("message"))
    stage = next((stage for stage in STAGES if message.startswith(stage)), "")
    return {"decision": "denied", "stage": stage} if stage else {"decision": "denied"}


def pod(asked: Mapping[str, Any]) -> str:
    """Return a pod's name, or what its name is going to begin with."""
    metadata = member(member(asked, "object"), "metadata")
    return words(asked.get("name")) or words(metadata.get("name")) or words(metadata.get("generateName"))


def member(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return an object within an object; an empty one where there is none."""
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def words(value: object) -> str:
    """Return a text; "" for anything else. Names are short, and what is not is cut."""
    return value[:253] if isinstance(value, str) else ""
