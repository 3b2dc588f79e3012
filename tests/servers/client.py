"""The tests' own small client for JSON over HTTP, independent of vexec's."""

from __future__ import annotations

import http.client
import json
import ssl
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.servers.pki import Certificate


@dataclass(frozen=True)
class Answer:
    """A server's answer; `body` is {} when there was none, or none in JSON."""

    status: int
    body: dict[str, Any]


class RefusedError(Exception):
    """The server answered with something else than 2xx."""

    def __init__(self, what: str, answer: Answer) -> None:
        super().__init__(f"{what}: {answer.status} {answer.body}")
        self.answer = answer


@dataclass(frozen=True)
class Client:
    """Sends single requests to one server; `cacert` is what an https server is checked against."""

    address: str
    cacert: Path | None = None
    certificate: Certificate | None = None
    timeout: float = 60

    def request(
        self, method: str, path: str, body: object = None, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request on a connection of its own and return the answer, whatever its status."""
        connection = self._connection()
        sent = None if body is None else json.dumps(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        try:
            connection.request(method, path, sent, {**kind, **(headers or {})})
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        is_json = "json" in answer.headers.get("Content-Type", "")
        parsed = json.loads(text) if text and is_json else {}
        return Answer(answer.status, parsed if isinstance(parsed, dict) else {"items": parsed})

    def is_ready(self, path: str, headers: Mapping[str, str] | None = None) -> bool:
        """Tell whether the server answers this path with 2xx, and soon."""
        try:
            return replace(self, timeout=2).request("GET", path, headers=headers).status < 300
        except (OSError, http.client.HTTPException):
            return False

    def _connection(self) -> http.client.HTTPConnection:
        url = urlsplit(self.address)
        assert url.hostname is not None
        if url.scheme == "http":
            return http.client.HTTPConnection(url.hostname, url.port, timeout=self.timeout)
        context = ssl.create_default_context(cafile=str(self.cacert) if self.cacert else None)
        if self.certificate is not None:
            context.load_cert_chain(self.certificate.cert, self.certificate.key)
        return http.client.HTTPSConnection(url.hostname, url.port, timeout=self.timeout, context=context)


def expect(answer: Answer, what: str) -> dict[str, Any]:
    """Return the body of a 2xx answer; raise RefusedError for any other."""
    if not 200 <= answer.status < 300:
        raise RefusedError(what, answer)
    return answer.body
