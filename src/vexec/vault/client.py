"""The client: reads, writes, log-ins and mount look-ups over the transport, with retries and redirects.

hvac's breadth is not needed to read a secret; the commands that need it put `hvac.Client` on the same
transport: `Transport.send` takes a method, a target, headers and a body, and returns status, headers and
body, which is what an adapter of hvac's has to do.
"""

from __future__ import annotations

from vexec import log
from vexec.codec import encode
from vexec.config.parse import address as parse_address
from vexec.errors import AuthError, PermissionDenied, ProtocolError, VaultUnavailable, VexecError
from vexec.value import Value
from vexec.vault.http import Response, quote
from vexec.vault.retry import Policy
from vexec.vault.status import STATES, Answer, Question, parse, read_answer
from vexec.vault.transport import Transport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vexec.config.model import Address, Server
    from vexec.system.clock import Deadline

REDIRECTS = (301, 302, 307, 308)
VISIBLE = "".join(map(chr, range(0x21, 0x7F)))


class Token(Value, secret=("text",)):
    """A token; `seconds` until it ends (0: not known or never)."""

    text: str
    seconds: int = 0
    is_renewable: bool = False


class Mount(Value):
    """Where an engine is mounted (`path` with a final slash), its type, and for kv its version (else 0)."""

    path: str
    type: str
    version: int


class VaultClient:
    """A server, the token to show it, and the deadline for all that is asked.

    `reread`, where set, is called before a request is tried again: a token's file may have changed (T32).
    """

    def __init__(self, server: Server, deadline: Deadline, transport: Transport | None = None) -> None:
        self.server = server
        self.deadline = deadline
        self.transport = transport or Transport(server)
        self.policy = Policy(deadline, server.retries)
        self.token = Token("")
        self.reread: Callable[[], Token] | None = None
        self.mounts: dict[str, list[Mount]] = {}  # by namespace, those that were found so far
        self.denied: set[tuple[str, str]] = set()  # namespaces and first segments that may not be looked up

    def read(self, path: str, *, query: str = "", namespace: str = "") -> Answer:
        """GET a path; returns also a 404, whose body may say more (KV v2)."""
        return self.call("GET", path, query=query, namespace=namespace)

    def mount(self, path: str, *, namespace: str = "") -> Mount:
        """Return the mount that serves a path.

        The server answers whoever may do anything below the mount, else 403, also where none exists:
        `{"data": {"path": "secret/", "type": "kv", "options": {"version": "2"}, …}}`
        """
        answer = self.call("GET", f"sys/internal/ui/mounts/{path}", namespace=namespace)
        data = answer.document.get("data")
        if answer.status != 200 or not isinstance(data, dict) or not isinstance(data.get("path"), str):
            raise ProtocolError(
                f"{self.server.address}: the look-up of the mount of {path} has no usable answer"
            )
        options = data.get("options") or {}
        version = options.get("version") if isinstance(options, dict) else None
        kind = str(data.get("type"))
        return Mount(fitted(data["path"], path), kind, (2 if version == "2" else 1) if kind == "kv" else 0)

    def login(
        self, path: str, make_body: Callable[[], dict[str, Any]], *, namespace: str, is_repeatable: bool
    ) -> Token:
        """POST to a log-in path and return the token: `{"auth": {"client_token": …, "lease_duration": …}}`.

        `make_body` is called for each try, since a projected token's file may change between two (T32).
        Raises AuthError for a refusal, with the server's reason.
        """
        try:
            answer = self.call(
                "POST", path, make_body=make_body, namespace=namespace, is_repeatable=is_repeatable, token=""
            )
        except VaultUnavailable:
            raise
        except PermissionDenied as error:
            hint = f"is a log-in method mounted at {path.rpartition('/')[0]}?"
            raise AuthError(f"log-in refused: {error.message}", hint=hint) from None
        except VexecError as error:
            if isinstance(error, ProtocolError | AuthError) or error.exit_code == 78:
                raise
            raise AuthError(f"log-in refused: {error.message}", hint=error.hint) from None
        auth = answer.document.get("auth")
        if answer.status == 404:
            raise AuthError(f"{self.server.address}: nothing is mounted at {path} (404)")
        if not isinstance(auth, dict) or not auth.get("client_token"):
            raise AuthError(f"{self.server.address}: the answer to the log-in at {path} holds no token")
        text = log.protect(str(auth["client_token"]))
        return Token(text, whole(auth.get("lease_duration")), auth.get("renewable") is True)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        make_body: Callable[[], dict[str, Any]] | None = None,
        namespace: str = "",
        is_repeatable: bool = True,
        token: str | None = None,
    ) -> Answer:
        """Ask until there is an answer that counts; `query` is encoded already, `path` is not.

        `namespace` "" is the configured one. Raises the errors of `vault.status` and of the transport.
        """
        namespace = namespace or self.server.namespace
        question = Question(str(self.server.address), method, path, namespace)
        target = f"/v1/{quote(path)}" + (f"?{query}" if query else "")
        is_again = False

        def attempt() -> Answer:
            nonlocal is_again
            if is_again and token is None and self.reread:
                self.token = self.reread()
            is_again = True
            headers = self.headers(self.token.text if token is None else token, namespace)
            body = encode(make_body()).encode("utf-8", "surrogateescape") if make_body else None
            log.debug(f"{question} at {self.server.address}")
            response = self.send(method, target, headers, body, is_repeatable=is_repeatable)
            try:
                return read_answer(question, response)
            except VaultUnavailable as error:
                raise self.explained(error, response) from None

        return self.policy.call(attempt, is_repeatable=is_repeatable)

    @staticmethod
    def headers(token: str, namespace: str) -> list[tuple[str, str]]:
        """Return the headers of every request; X-Vault-Request keeps agents' listeners content (T33)."""
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise AuthError("the token holds a space, a line break or a character beyond ASCII")
        headers = [("X-Vault-Request", "true"), ("Accept", "application/json")]
        if token:
            headers.append(("X-Vault-Token", token))
        if namespace:
            headers.append(("X-Vault-Namespace", quote(namespace, VISIBLE)))
        return headers

    def send(
        self,
        method: str,
        target: str,
        headers: list[tuple[str, str]],
        body: bytes | None,
        *,
        is_repeatable: bool,
    ) -> Response:
        """Send a request and follow one redirect, as a standby answers to name the active server (T31)."""
        response = self.transport.send(
            method, target, headers, body, deadline=self.deadline, is_repeatable=is_repeatable
        )
        if response.status not in REDIRECTS:
            return response
        address, target = follow(self.server.address, response.headers.get("location", ""))
        log.debug(f"{self.server.address} redirects to {address}")
        response = self.transport.send(
            method,
            target,
            headers,
            body,
            deadline=self.deadline,
            address=address,
            is_repeatable=is_repeatable,
        )
        if response.status in REDIRECTS:
            raise ProtocolError(f"{self.server.address}: redirects once more from {address}")
        return response

    def explained(self, error: VaultUnavailable, response: Response) -> VaultUnavailable:
        """Ask sys/health why a request cannot be served, where the answer itself does not tell (T30)."""
        if response.status != 503:
            return error
        try:
            headers = self.headers("", "")
            health = self.transport.send("GET", "/v1/sys/health", headers, deadline=self.deadline)
        except VexecError:
            return error
        if health.status in STATES and "initialized" in (parse(health.body) or {}):
            error.message = f"{self.server.address} {STATES[health.status]}"
        return error


def follow(address: Address, location: str) -> tuple[Address, str]:
    """Return where a redirect leads, or raise ProtocolError: the token goes nowhere less safe (T31).

    Only https to https, or the very same http server, is followed.
    """
    if location.startswith("/"):
        return address.replace(path=""), location
    base, mark, query = location.partition("?")
    try:
        target = parse_address(base)
    except ValueError:
        raise ProtocolError(f"{address}: redirects to what is no address") from None
    path = "/" + base.partition("://")[2].partition("/")[2]  # with its final slash, which `target` has not
    is_same = target.replace(path="") == address.replace(path="") and target.scheme != "unix"
    if not is_same and not (target.scheme == address.scheme == "https"):
        where = f"{target.scheme}://{target.authority}"
        raise ProtocolError(
            f"{address}: redirects to {where}, where the token would not be safe",
            hint=f"set VAULT_ADDR to {where} if that is the active server",
        )
    return target.replace(path=""), path + mark + query


def fitted(mount: str, path: str) -> str:
    """Return the mount as the path has it: the server may put a namespace before it that the path leaves out.

    Raises ProtocolError for a mount that the path is not below: what is read there would be another secret.
    """
    rest = mount
    while rest and not (path + "/").startswith(rest):
        rest = rest.partition("/")[2]
    if not rest:
        raise ProtocolError(f"the look-up of the mount of {path} names another one")
    return rest


def whole(number: object) -> int:
    """Return a JSON number of seconds, 0 for anything else."""
    text = str(number)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
