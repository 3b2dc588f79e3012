"""`vexec inject`: the webhook that has Kubernetes start annotated pods with their secrets."""

from __future__ import annotations

import asyncio
import datetime
import functools
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from vexec.errors import ConfigError, Issue, UsageError
from vexec.injector import cluster, journal, options, settings
from vexec.injector.certificates import Files
from vexec.injector.leader import Lease
from vexec.injector.renewal import SelfMade
from vexec.injector.review import review
from vexec.injector.server import serve
from vexec.injector.webhook import Webhook
from vexec.system.files import write_out

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Mapping, Sequence

    from vexec.injector.certificates import Source

USAGE = """\
vexec inject serves the webhook that has Kubernetes start annotated pods with
their secrets.  Each option is also a variable; one dash does as well as two.
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the injector's own options; one dash does as well as two, as for the original."""
    for item in (*fields(options.Options), *fields(settings.Defaults)):
        flag = item.metadata["flag"]
        parser.add_argument(f"--{flag}", f"-{flag}", dest=flag, **shape(item.default))


def show() -> int:
    """Print the options."""
    lines = [USAGE]
    for item in (*fields(options.Options), *fields(settings.Defaults)):
        default = f" [{str(item.default).lower() if isinstance(item.default, bool) else item.default}]"
        told = item.metadata["help"] + (default if item.default != "" else "")
        lines.append(f"\n  --{item.metadata['flag']}, {item.metadata['variable']}\n      {told}\n")
    write_out("".join(lines))
    return 0


def shape(default: object) -> dict[str, Any]:
    """Return how argparse takes an option: a boolean may stand alone."""
    return {"nargs": "?", "const": "true"} if isinstance(default, bool) else {}


def start(
    _options: Mapping[str, str],
    rest: Mapping[str, str],
    target: Sequence[str] | None,
    environ: Mapping[str, str],
) -> int:
    """Serve until SIGTERM."""
    if target is not None:
        raise UsageError("vexec inject starts no command", hint="vexec -- COMMAND starts one")
    try:
        defaults = settings.load(environ, rest)
        how = options.load(environ, rest)
    except ValueError as error:
        raise ConfigError([Issue(str(error))]) from None
    journal.configure(how.level, how.form)
    webhook = Webhook(functools.partial(review, defaults=defaults), how.largest, how.limit)
    asyncio.run(serve(webhook.application(how.telemetry), source(how, environ), how))
    return 0


def source(how: options.Options, environ: Mapping[str, str]) -> Source:
    """Return where certificates come from."""
    if how.cert:
        return Files(how.cert, how.key, how.authority)
    asked, place = cluster.connect(environ), cluster.namespace(environ)
    lease = Lease(asked, place, identity(environ), now) if how.elects else None
    return SelfMade(asked, how.webhook, how.names, now, namespace=place, lease=lease)


def identity(environ: Mapping[str, str]) -> str:
    """Return this replica's name in the Lease: the pod's."""
    name = environ.get("POD_NAME") or environ.get("HOSTNAME")
    if not name:
        raise ConfigError([Issue("a replica needs a name of its own", "set POD_NAME to metadata.name")])
    return name


def now() -> datetime.datetime:
    """Return the time."""
    return datetime.datetime.now(datetime.UTC)
