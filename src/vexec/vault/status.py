"""What the server's status codes mean, each in a line of its own (T24, T30)."""

from __future__ import annotations

from vexec import log
from vexec.codec import decode
from vexec.errors import (
    AuthError,
    PermissionDenied,
    ProtocolError,
    VaultError,
    VaultUnavailable,
    VexecError,
)
from vexec.value import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vexec.vault.http import Response

LONGEST = 300  # characters of the server's own words
# GET sys/health, by status (https://developer.hashicorp.com/vault/api-docs/system/health)
STATES = {
    429: "is a standby, and no active server answers",
    472: "is a disaster recovery secondary, which serves no requests",
    473: "is a performance standby, and no active server answers",
    501: "is not initialised",
    503: "is sealed",
}
CAPABILITIES = {"GET": "read", "LIST": "list", "POST": "update", "PUT": "update", "DELETE": "delete"}
PLAIN_TO_TLS = b"client sent an http request to an https server"  # Go's net/http, status 400


class Question(Value):
    """What was asked, as messages name it: `path` without the leading /v1/."""

    address: str
    method: str
    path: str
    namespace: str = ""

    def __str__(self) -> str:
        """Write it as `GET /v1/PATH (namespace NS)`."""
        where = f" (namespace {self.namespace})" if self.namespace else ""
        return f"{self.method} /v1/{self.path}{where}"


class Answer(Value, secret=("document",)):
    """An answer that is Vault's: a status of 2xx or 404 and the JSON object, {} where there is none."""

    status: int
    document: dict[str, Any]


def read_answer(question: Question, response: Response) -> Answer:
    """Return the answer; raises the error that any other status, or what is not Vault's, stands for."""
    document = parse(response.body)
    status = response.status
    if status == 407:
        raise VaultError(f"{question.address}: the proxy wants a user name and a password (407)")
    if document is None and status not in (429, 472, 473, 500, 502, 503, 504):
        raise not_vault(question, response)
    if status == 404 and not (isinstance((document or {}).get("errors"), list) or "data" in (document or {})):
        raise not_vault(question, response)  # Vault's 404 is {"errors": […]}, or KV v2's with data
    words = reasons(document or {})
    if status // 100 == 2 or (status == 404 and not is_misled(words)):
        return Answer(status, document or {})
    raise refusal(question, response, words)


def parse(body: bytes) -> dict[str, Any] | None:
    """Return a body's JSON object, {} for no body, None for anything else."""
    if not body:
        return {}
    try:
        document = decode(body)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def reasons(document: dict[str, Any]) -> str:
    r"""Return the server's own words: `{"errors": ["1 error occurred:\n\t* permission denied\n\n"]}`."""
    errors = document.get("errors")
    # they may echo what was sent: known values are taken out before white space or the cut could hide them
    words = log.redact(" ".join(map(str, errors))) if isinstance(errors, list) else ""
    words = " ".join(words.split())
    return words if len(words) <= LONGEST else words[:LONGEST] + "…"


def is_misled(words: str) -> bool:
    """Tell a 404 that speaks of the whole path from one that only means that nothing is stored there."""
    return "namespace not found" in words or "no handler for route" in words


def refusal(question: Question, response: Response, words: str) -> VexecError:
    """Return the error for a status that is no answer."""
    status, said = response.status, f": {words}" if words else ""
    if status == 403:
        return denied(question, words)
    if "namespace not found" in words:
        return VaultError(f"{question.address}: the namespace does not exist: {question} ({status})")
    if status == 404:
        hint = namespace_hint(question) or "is the mount's name right?"
        return VaultError(f"{question.address}: nothing is mounted there: {question} (404)", hint=hint)
    if status in (412, 429, 472, 473) or status >= 500:
        return unavailable(question, response, words)
    return VaultError(
        f"{question.address}: {question} is refused ({status}){said}", hint=namespace_hint(question)
    )


def denied(question: Question, words: str) -> VexecError:
    """Return the error for a 403: the token is no longer good, or a policy is missing."""
    if "invalid token" in words or "bad token" in words:
        return AuthError(
            f"{question.address}: the token is not valid: {question} (403)",
            hint="it may have expired, been revoked, or belong to another server",
        )
    capability = CAPABILITIES.get(question.method, "read")
    hint = f'a policy of the token needs: path "{question.path}" {{ capabilities = ["{capability}"] }}'
    if question.namespace:
        hint += f", in namespace {question.namespace}, which must exist"
    is_plain = not words or "permission denied" in words or "preflight capability check" in words
    said = "" if is_plain else f": {words}"
    return PermissionDenied(f"{question.address}: permission denied: {question} (403){said}", hint=hint)


def namespace_hint(question: Question) -> str:
    """Remind of the namespace where one was asked for."""
    return f"does the server have namespace {question.namespace}?" if question.namespace else ""


def unavailable(question: Question, response: Response, words: str) -> VexecError:
    """Return the error for a status that may pass; `is_sent` is False where the server did not act on it."""
    status = response.status
    if status in STATES and status not in (429, 503):
        text = STATES[status]
    elif status == 503 and "sealed" in words.lower():
        text = STATES[503]
    else:
        text = f"cannot answer {question} now ({status})" + (f": {words}" if words else "")
    untouched = status in (412, 429, 472, 473, 503)
    return VaultUnavailable(
        f"{question.address} {text}", is_sent=not untouched, retry_after=wait_asked(response.headers)
    )


def wait_asked(headers: dict[str, str]) -> float | None:
    """Read Retry-After: seconds, or an HTTP date (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after", "")
    if text.isascii() and text.isdigit():
        return float(text[:9])
    if not text:
        return None
    from email.utils import parsedate_to_datetime
    from time import time

    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time())
    except (ValueError, TypeError, IndexError, OverflowError):  # whichever its parser stumbles over
        return None


def not_vault(question: Question, response: Response) -> VexecError:
    """Return the error for an answer that no Vault gives: a proxy's page, a portal, another service."""
    if response.status == 400 and PLAIN_TO_TLS in response.body.lower():
        return ProtocolError(
            f"{question.address}: the server speaks TLS on this port",
            hint="the address must begin with https://",
        )
    kind = response.headers.get("content-type", "no content type").partition(";")[0]
    return ProtocolError(
        f"{question.address}: the answer to {question} is not Vault's ({response.status}, {kind})",
        hint="does the address lead to Vault, or to a proxy or another service in front of it?",
    )
