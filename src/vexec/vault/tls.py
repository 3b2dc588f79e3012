"""TLS to the server: what to trust, what to show, and its errors in words (T36). The sole import of _ssl.

Where nothing is configured the system's store is searched at the places that distributions use, since
the one compiled into OpenSSL need not exist in a distroless image. The C module `_ssl` is used as it is:
`ssl`, which wraps it, builds a dozen enumerations first, and that takes longer than a handshake.
"""

from __future__ import annotations

import _ssl
import os

from vexec import log
from vexec.errors import ConfigError, Issue, VaultError, VaultUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from vexec.config.model import Address, Tls
    from vexec.errors import VexecError

# Debian and Alpine; Fedora; old Fedora; openSUSE; Alpine and BSD; RHEL. As Go's crypto/x509 lists them.
STORES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/etc/pki/tls/cacert.pem",
)
# X509_V_FLAG_PARTIAL_CHAIN: whatever certificate is given is a root, an intermediate as well, as Go has it
# Python before 3.11.4 lets a connection that somebody cuts look like its end (OpenSSL's
# SSL_OP_IGNORE_UNEXPECTED_EOF)
CUT_IS_END = 128
CUT = "UNEXPECTED_EOF_WHILE_READING"
PARTIAL_CHAIN = 0x80000
HINT_CA = "set VAULT_CACERT to the PEM file of the CA that signed the server's certificate"
HINT_PLAIN = "does the server speak plain HTTP there? then the address begins with http://"
HINT_OLD = "vexec speaks TLS 1.2 and newer"
HINT_CLIENT = "the server wants a client certificate that it trusts: VAULT_CLIENT_CERT and VAULT_CLIENT_KEY"
# OpenSSL's reason → what helps
HINTS = {
    "WRONG_VERSION_NUMBER": HINT_PLAIN,
    "HTTP_REQUEST": HINT_PLAIN,
    "RECORD_LAYER_FAILURE": HINT_PLAIN,
    "PACKET_LENGTH_TOO_LONG": HINT_PLAIN,
    "UNSUPPORTED_PROTOCOL": HINT_OLD,
    "TLSV1_ALERT_PROTOCOL_VERSION": HINT_OLD,
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": HINT_CLIENT,
    "SSLV3_ALERT_HANDSHAKE_FAILURE": HINT_CLIENT,
    "SSLV3_ALERT_BAD_CERTIFICATE": HINT_CLIENT,
    "TLSV1_ALERT_UNKNOWN_CA": HINT_CLIENT,
}


def context(settings: Tls) -> _ssl._SSLContext:
    """Build the context: TLS 1.2 or newer, the configured trust, the client's certificate.

    Raises ConfigError that names the variable and the file.
    """
    made = _ssl._SSLContext(_ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = _ssl.PROTO_TLSv1_2
    made.options &= ~CUT_IS_END
    if settings.is_unverified:
        log.warn("the server's certificate is not checked (VAULT_SKIP_VERIFY): anybody may answer for it")
        made.check_hostname = False
        made.verify_mode = _ssl.CERT_NONE
    else:
        made.verify_flags |= PARTIAL_CHAIN
        trust(made, settings)
    if settings.client_cert:
        show(made, settings)
    return made


def trust(made: _ssl._SSLContext, settings: Tls) -> None:
    """Load the CA certificates: CACERT_BYTES, else CACERT, else CAPATH, else the system's."""
    if settings.cacert_bytes:
        load(made, "VAULT_CACERT_BYTES", data=settings.cacert_bytes)
    elif settings.cacert:
        load(made, "VAULT_CACERT", file=settings.cacert)
    elif settings.capath:
        load_directories(made, "VAULT_CAPATH", [settings.capath])
    else:
        trust_system(made, settings)


def trust_system(made: _ssl._SSLContext, settings: Tls) -> None:
    """Load SSL_CERT_FILE and SSL_CERT_DIR where set, else the first store that exists."""
    if settings.system_file:
        load(made, "SSL_CERT_FILE", file=settings.system_file)
    if settings.system_dir:
        load_directories(made, "SSL_CERT_DIR", settings.system_dir.split(":"))
    if settings.system_file or settings.system_dir:
        return
    for store in STORES:
        if os.path.isfile(store):
            load(made, "the system's store", file=store)
            return
    raise ConfigError([Issue("no CA certificates: the image has no system store", HINT_CA)])


def load(made: _ssl._SSLContext, name: str, *, file: str | None = None, data: str | None = None) -> None:
    """Add CA certificates from one file or text."""
    where = f"{name}: {file}" if file else name
    try:
        # ssl wants ASCII; a comment beside the certificates may hold anything
        made.load_verify_locations(cafile=file, cadata=data and data.encode("ascii", "ignore").decode())
    except (_ssl.SSLError, ValueError):
        raise ConfigError([Issue(f"{where} holds no CA certificate in PEM")]) from None
    except OSError as error:
        raise ConfigError(
            [Issue(f"{where} cannot be read: {os.strerror(error.errno or 0).lower()}")]
        ) from None


def load_directories(made: _ssl._SSLContext, name: str, paths: Sequence[str]) -> None:
    """Add what directories hold, as Go does; one of them has to hold something."""
    issues = []
    for path in paths:
        try:
            load_directory(made, name, path)
        except ConfigError as error:
            issues += error.issues
    if len(issues) == len(paths):
        raise ConfigError(issues)


def load_directory(made: _ssl._SSLContext, name: str, path: str) -> None:
    """Add every PEM file of a directory, whatever its name; OpenSSL alone would want hashed names."""
    try:
        with os.scandir(path) as entries:
            files = sorted(entry.path for entry in entries if entry.is_file())
    except OSError as error:
        raise ConfigError(
            [Issue(f"{name}: {path} cannot be read: {os.strerror(error.errno or 0).lower()}")]
        ) from None
    loaded = 0
    for file in files:
        try:
            made.load_verify_locations(cafile=file)
            loaded += 1
        except OSError:  # _ssl.SSLError is one, too: a README between the certificates
            continue
    if not loaded:
        raise ConfigError([Issue(f"{name}: {path} holds no CA certificate in PEM")])


def show(made: _ssl._SSLContext, settings: Tls) -> None:
    """Load the client's certificate and key; one file may hold both."""
    key = settings.client_key or settings.client_cert
    where = f"VAULT_CLIENT_CERT: {settings.client_cert}, key {key}"

    def refuse_password() -> str:
        raise ValueError("the key is encrypted")

    try:
        made.load_cert_chain(settings.client_cert, key, refuse_password)
    except (_ssl.SSLError, ValueError) as error:
        words = (getattr(error, "reason", "") or "").replace("_", " ").lower()
        words = words or "not a certificate with its key in PEM, without a password"
        raise ConfigError([Issue(f"{where}: {words}")]) from None
    except OSError as error:
        words = os.strerror(error.errno or 0).lower()
        raise ConfigError([Issue(f"{where}: cannot be read: {words}")]) from None


def check_name(name: str) -> None:
    """Raise ConfigError for a name that no certificate can be checked for."""
    if name.startswith(".") or not name.isascii():
        raise ConfigError([Issue(f"no certificate can be checked for the name {name}")])


class TlsStream:
    """A connected socket with TLS on it, with the methods of a socket that the transport uses.

    The limit of a call is that of the socket below.
    """

    def __init__(self, made: _ssl._SSLContext, socket: Any, name: str) -> None:
        self.socket = socket
        self.tls: Any = made._wrap_socket(socket, server_side=False, server_hostname=name)  # type: ignore[attr-defined]  # not in the stubs
        self.settimeout = socket.settimeout
        self.is_cut = False
        self.tls.do_handshake()

    def sendall(self, data: bytes) -> None:
        """Send everything."""
        rest = memoryview(data)
        while rest:
            rest = rest[self.tls.write(rest) :]

    def recv(self, size: int) -> bytes:
        """Return what has come; b"" at the end, of which `is_cut` tells whether the server took its leave."""
        try:
            received: bytes = self.tls.read(size)
        except _ssl.SSLError as error:
            if not is_cut(error):
                raise
            self.is_cut = True
            return b""
        return received

    def close(self) -> None:
        """Close the socket."""
        self.socket.close()


def wrap(made: object, socket: Any, name: str) -> TlsStream:
    """Shake hands on a connected socket, asking for and checking `name`; raises OSError."""
    assert isinstance(made, _ssl._SSLContext)
    return TlsStream(made, socket, name)


def is_cut(error: OSError) -> bool:
    """Tell whether a connection ended without the leave that TLS takes; Python 3.11.2 has no class for it."""
    return isinstance(error, _ssl.SSLEOFError) or getattr(error, "reason", "") == CUT


def translate(error: OSError, address: Address, *, is_sent: bool) -> VexecError:
    """Put an error of TLS in words; a certificate that does not fit is final, a lost connection is not."""
    if isinstance(error, _ssl.SSLCertVerificationError):
        reason = error.verify_message.rstrip(".").lower()
        is_name = "mismatch" in reason or "not match" in reason
        hint = "VAULT_TLS_SERVER_NAME names the host in the certificate" if is_name else HINT_CA
        return VaultError(f"{address}: the server's certificate is not trusted: {reason}", hint=hint)
    if is_cut(error) or isinstance(error, _ssl.SSLZeroReturnError | _ssl.SSLSyscallError):
        return VaultUnavailable(f"{address}: the connection was closed during TLS", is_sent=is_sent)
    reason = (error.reason if isinstance(error, _ssl.SSLError) else "") or "it failed"
    return VaultError(f"{address}: TLS: {reason.replace('_', ' ').lower()}", hint=HINTS.get(reason, ""))
