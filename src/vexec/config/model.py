"""The configuration, parsed: frozen values that nothing downstream checks again."""

from __future__ import annotations

from vexec.value import Value

# a key that is not there: an error where it would be printed, Go's <no value>, an error at every look at it
MISSING = ("error", "novalue", "strict")


class Address(Value):
    """Where the server is: `path` is a prefix without a final slash; `socket` a path, for scheme unix."""

    scheme: str
    host: str
    port: int
    path: str = ""
    socket: str = ""

    def __str__(self) -> str:
        """Write the address as a URL."""
        if self.socket:
            return f"unix://{self.socket}"
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        """Return HOST[:PORT] as the Host header has it: the scheme's own port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_default = (self.scheme, self.port) in (("http", 80), ("https", 443), ("unix", 0))
        return host if is_default else f"{host}:{self.port}"


class Input(Value, secret=("text",)):
    """A secret that is given as text or as a file to be read at each use; `name` is its variable."""

    name: str
    text: str = ""
    file: str = ""


class Tls(Value):
    """What TLS trusts and shows; paths, or "" where nothing is set."""

    cacert: str = ""
    cacert_bytes: str = ""
    capath: str = ""
    client_cert: str = ""
    client_key: str = ""
    server_name: str = ""
    is_unverified: bool = False
    system_file: str = ""
    system_dir: str = ""


class Proxies(Value, secret=("https", "http")):
    """Proxies: the server's own first, then the one for the address's scheme unless `bypass` covers it."""

    own: Input | None = None
    https: str = ""
    http: str = ""
    bypass: str = ""


class Server(Value):
    """The server and how to talk to it; `timeout` in seconds, 0 for none, `retries` None for no bound."""

    address: Address
    namespace: str = ""
    tls: Tls = Tls()
    proxies: Proxies = Proxies()
    timeout: float = 60.0
    retries: int | None = None


class Login(Value):
    """How to get a token: `method` is "" where it is to be found out; `home` is $HOME."""

    method: str = ""
    mount: str = ""
    namespace: str = ""
    role: str = ""
    token: Input | None = None
    role_id: Input | None = None
    secret_id: Input | None = None
    jwt: Input | None = None
    home: str = ""


class Destination(Value):
    """A file to write: the template's file, the path, and the mode; None keeps the one that is there."""

    template: str
    path: str
    mode: int | None = None


class Entry(Value):
    """A template with a name of its own: its `text`, or the `file` that holds it.

    A delimiter or `missing` of "" is what the settings say for all; without a `path` its lines become
    variables.
    """

    name: str
    text: str = ""
    file: str = ""
    left: str = ""
    right: str = ""
    missing: str = ""
    path: str = ""
    mode: int | None = None


class Templates(Value):
    """What to render and how; `text` is VEXEC_TEMPLATE itself, `denied` are globs of functions' names.

    `missing` is what a key that is not there gives: one of MISSING.
    """

    text: str = ""
    files: tuple[str, ...] = ()
    destinations: tuple[Destination, ...] = ()
    entries: tuple[Entry, ...] = ()
    missing: str = "error"
    allows_newlines: bool = False
    delimiters: tuple[str, str] = ("{{", "}}")
    denied: tuple[str, ...] = ()
    sandbox: str = ""

    @property
    def gives_variables(self) -> bool:
        """Tell whether the lines of any template become variables."""
        return bool(self.text or self.files) or any(not entry.path for entry in self.entries)

    @property
    def is_used(self) -> bool:
        """Tell whether there is any template."""
        return self.gives_variables or bool(self.destinations or self.entries)


class Config(Value):
    """Everything that the environment and the options say; `deadline` in seconds, `notes` for the log."""

    server: Server
    login: Login
    sources: tuple[str, ...] = ()
    templates: Templates = Templates()
    duplicates: str = "error"
    passed: tuple[str, ...] = ()
    inherited: tuple[str, ...] = ("all",)
    deadline: float = 60.0
    concurrency: int = 10
    is_disabled: bool = False
    log_level: str = "warn"
    log_format: str = "text"
    is_debug: bool = False
    notes: tuple[str, ...] = ()
