"""`vexec help [TOPIC]`: the command line on one screen, and the tables behind it."""

from __future__ import annotations

from vexec.config.settings import GROUPS, names
from vexec.errors import UsageError
from vexec.system.files import write_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

MAIN = """\
vexec puts secrets from Vault or OpenBao into a command and becomes it.

  vexec [OPTIONS] -- COMMAND [ARG…]      start COMMAND (the same as vexec run)
  vexec env [--format FORM] [SOURCE…]    print variables: export, dotenv, json,
                                         github, systemd, docker
  vexec check [--offline] [-- COMMAND]   explain what a start would do
  vexec render TEMPLATE:FILE[:MODE]…     write what templates make of secrets
  vexec install DIR                      copy the built file to DIR/vexec
  vexec inject [OPTIONS]                 serve Kubernetes' webhook (own image)
  vexec version [--licenses]
  vexec help [env | references | exit-codes]

What is asked for stands in the environment:
  DB_PASSWORD=vault:secret/app#PASSWORD             one key of a secret
  DB_PASSWORD=vexec:file:/run/secrets/db            a file's content
  VEXEC_FROM="vault:secret/app file:/run/secrets"   whole secrets
  VEXEC_TEMPLATE="{{ with secret … }}"              Go templates of KEY=VALUE

Server and log-in: VAULT_ADDR, VAULT_TOKEN, …, VEXEC_AUTH, VEXEC_ROLE, …
A container needs no option, but each variable is one: VEXEC_DEADLINE=10s is
--deadline 10s.  `vexec help env` lists them all.
"""

REFERENCES = """\
In the value of any variable, whole or as ${…} within it:
  vault:PATH#KEY            kv version 1 or 2, with or without data/ in PATH
  vault:PATH?OPTIONS#KEY    version=N  namespace=NS  optional  default=TEXT
                            decode=base64  kv=1|2 (no look-up of the mount)
  vault:PATH#KEY#VERSION
  vault:PATH?as=json        the whole secret as JSON
  vexec:file:PATH           a file's content
  vexec:file:PATH#KEY       a key of a directory, *.json or *.env
                            optional  default=TEXT  decode=base64
                            newline=keep  format=json|dotenv|raw
Only whole:
  vexec:literal:TEXT        TEXT as it stands

In VEXEC_FROM, separated by white space; VEXEC_DUPLICATES says which one wins:
  vault:PATH?OPTIONS        version=N  namespace=NS  kv=1|2
  file:PATH?OPTIONS         a directory with one file a variable, *.json, *.env,
                            or one file: newline=keep  format=json|dotenv|raw
  both                      optional  prefix=P  upper  only=A,B  except=C,D
                            names=sanitize|any
%XX stands for a byte: # in a key is %23, ? in a path %3F, & in a default %26.
"""

CODES = """\
Once the target runs, the exit code is its own: vexec is gone by then.  Else:
  64   the command line cannot be understood
  65   a template is wrong
  66   a secret, key or file is missing
  69   the server refuses, or TLS fails
  70   an unforeseen error
  71   vexec cannot run here
  73   values cannot become an environment or an output
  75   the server is away, sealed or busy until the deadline
  76   the answer is not Vault's
  77   log-in refused or permission denied
  78   the configuration is wrong
  80   a wrapping token was used before
  126  the target cannot be executed
  127  the target is not found
  128+n  ended by signal n while fetching
"""


def env_topic() -> str:
    """Return the table of variables, by group."""
    lines = []
    for group, settings in GROUPS.items():
        lines.append(f"{group}:\n")
        for setting in settings:
            default = f" [{setting.default}]" if setting.default else ""
            choices = f" ({', '.join(setting.choices)})" if setting.choices else ""
            lines.append(f"  {', '.join(names(setting))}\n      {setting.help}{choices}{default}\n")
    return "".join(lines)


TOPICS: Mapping[str, Callable[[], str]] = {
    "": lambda: MAIN,
    "env": env_topic,
    "references": lambda: REFERENCES,
    "exit-codes": lambda: CODES,
}
COMMANDS = ("run", "env", "check", "render", "install", "inject", "version", "help")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("topic", nargs="?", default="")


def start(
    _options: Mapping[str, str],
    rest: Mapping[str, Any],
    _target: Sequence[str] | None,
    _environ: Mapping[str, str],
) -> int:
    """Print a topic."""
    topic = rest["topic"]
    if topic not in TOPICS and topic not in COMMANDS:
        raise UsageError(f"no help on {topic!r}", hint=f"topics are {', '.join(filter(None, TOPICS))}")
    return show(topic)


def show(topic: str) -> int:
    """Write a topic to stdout; a command's is the main page."""
    write_out(TOPICS.get(topic, TOPICS[""])())
    return 0
