"""Measure dist/vexec beside its peers, against a real Vault: `python -m bench [--rounds N] [--out DIR]`."""

from __future__ import annotations

import argparse
import gzip
import platform
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

from tests.servers.inventory import locate
from tests.servers.pki import Pki
from tests.servers.vault import Tls, VaultServer

from bench.measure import Command, Result, measure, peak_memory
from bench.report import Row, table, write
from vexec.template.evaluate import evaluate
from vexec.template.parse import parse
from vexec.template.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
VEXEC = ROOT / "dist" / "vexec"
DISTANCE = 0.02  # seconds
SECRETS = 50
TRUE = shutil.which("true") or "/bin/true"


def main() -> None:
    """Run all cases and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--out", type=Path, default=ROOT / "work" / "bench")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rows = [*sizes(), *one_secret(Path(name), options.rounds), *nothing(options.rounds)]
        rows += templates(options.rounds)
        rows += [*over_tls(Path(name), options.rounds), *far_away(Path(name), options.rounds)]
    print(table(rows))  # noqa: T201 - the bench's output
    notes: dict[str, object] = {
        "machine": f"{platform.machine()}, Linux {platform.release().partition('-')[0]}",
        "python": f"Python {platform.python_version()}",
        "rounds": options.rounds,
    }
    write(rows, notes, options.out)


def environ(server: VaultServer, **more: str) -> dict[str, str]:
    """Return a small environment with the server's address and token."""
    base = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    return {**base, "VAULT_ADDR": server.address, "VAULT_TOKEN": server.root_token, **more}


def curl(server: VaultServer, *paths: str, address: str = "") -> list[str]:
    """Return a curl command that reads paths, one after the other, on one connection."""
    trust = ["--cacert", str(server.cacert)] if server.cacert else []
    urls = [f"{address or server.address}/v1/{path}" for path in paths]
    return ["curl", "-sf", *trust, "-H", f"X-Vault-Token: {server.root_token}", *urls]


def sizes() -> Iterator[Row]:
    """Measure the file."""
    content = VEXEC.read_bytes()
    yield Row("file", len(content) / 1e6, "MB", 30)
    yield Row("file, gzipped", len(gzip.compress(content, 9)) / 1e6, "MB", 13)


def one_secret(directory: Path, rounds: int) -> Iterator[Row]:
    """Measure a start with one secret over http, and the peers that do the same, the agent among them."""
    with VaultServer.dev(directory / "dev") as server:
        server.write("secret/data/perf", {"data": {"A": "value"}})
        ours = environ(server, X="vault:secret/data/perf#A")
        commands = {
            "curl": Command(curl(server, "secret/data/perf"), environ(server)),
            "vexec": Command([str(VEXEC), "--", TRUE], ours),
            "vexec from source": Command([sys.executable, "-m", "vexec", "--", TRUE], ours),
            "vault kv get": Command(vault_get(), environ(server)),
            "vault agent in exec mode": vault_agent(server, directory),
        }
        if peer := shutil.which("vault-env"):
            commands["vault-env"] = Command([peer, TRUE], environ(server, A="vault:secret/data/perf#A"))
        results = measure(commands, rounds)
        peak = peak_memory(commands["vexec"])
    targets: dict[str, float | None] = {"vexec": 2.5}
    for name in results:
        if name != "curl":
            yield ratio(name, results, (name, "curl"), target=targets.get(name))
    agent = results["vault agent in exec mode"].median / results["vexec"].median
    yield Row("vault agent, beside vexec", agent, "× vexec", 50, is_upper=False)
    yield Row("vexec: peak memory", peak, "MB", 30)


def vault_get() -> list[str]:
    """Return the official client's command for the same secret."""
    return [str(locate("vault")), "kv", "get", "-field=A", "secret/perf"]


def vault_agent(server: VaultServer, directory: Path) -> Command:
    """Return the official agent in exec mode, with the same secret."""
    token, config = directory / "token", directory / "agent.hcl"
    token.write_text(server.root_token)
    config.write_text(
        f'vault {{ address = "{server.address}" }}\n'
        f'auto_auth {{ method "token_file" {{ config {{ token_file_path = "{token}" }} }} }}\n'
        'template_config { static_secret_render_interval = "5m" exit_on_retry_failure = true }\n'
        'env_template "X" {\n'
        '  contents = "{{ with secret \\"secret/data/perf\\" }}{{ .Data.data.A }}{{ end }}"\n}\n'
        f'exec {{ command = ["{TRUE}"] }}\n'
    )
    return Command([str(locate("vault")), "agent", f"-config={config}", "-log-level=error"], environ(server))


def nothing(rounds: int) -> Iterator[Row]:
    """Measure a start that fetches nothing."""
    bare = {"PATH": "/usr/bin:/bin"}
    python = shutil.which("python3", path="/usr/bin") or sys.executable
    results = measure(
        {
            "python": Command([python, "-I", "-S", "-c", "pass"], bare),
            "nothing": Command([str(VEXEC), "--", TRUE], bare),
        },
        rounds,
    )
    yield ratio("vexec, nothing to fetch", results, ("nothing", "python"), target=2.0)


def templates(rounds: int) -> Iterator[Row]:
    """Measure what a template of one line adds to a start, and how rendering grows with the keys."""
    bare = {"PATH": "/usr/bin:/bin"}
    line = {**bare, "VEXEC_TEMPLATE": 'A={{ "x" }}'}
    commands = {
        "nothing": Command([str(VEXEC), "--", TRUE], bare),
        "template": Command([str(VEXEC), "--", TRUE], line),
    }
    results = measure(commands, rounds)
    added = (results["template"].median - results["nothing"].median) * 1000
    yield Row("vexec, added by a template of one line", added, "ms", 6)
    few, many = (median(rendering(keys) for _ in range(max(rounds // 4, 5))) for keys in (1000, 10_000))
    yield Row("a template over 10 000 keys", many / few, "× 1 000", 11)


def rendering(keys: int) -> float:
    """Return the seconds that a template over so many keys takes to be evaluated, once it is parsed."""
    template = parse("{{ range $k, $v := .data }}{{ $k }}={{ $v }}\n{{ end }}")
    data = {"data": {f"KEY_{number}": f"value {number}" for number in range(keys)}}
    began = perf_counter()
    text = evaluate(template, Scope(), data)
    seconds = perf_counter() - began
    if not isinstance(text, str) or text.count("\n") != keys:
        raise SystemExit("bench: the template did not print all keys")
    return seconds


def over_tls(directory: Path, rounds: int) -> Iterator[Row]:
    """Measure a start with one secret over TLS with a private CA."""
    pki = Pki(directory / "pki")
    with VaultServer.stored(directory / "tls", Tls(pki.ca, pki.server())) as server:
        server.write("secret/data/perf", {"data": {"A": "value"}})
        ours = environ(server, X="vault:secret/data/perf#A", VAULT_CACERT=str(server.cacert))
        commands = {
            "curl": Command(curl(server, "secret/data/perf"), environ(server)),
            "vexec": Command([str(VEXEC), "--", TRUE], ours),
        }
        results = measure(commands, rounds)
    yield ratio("vexec over TLS", results, ("vexec", "curl"), target=3.0, unit="curl/tls")


def far_away(directory: Path, rounds: int) -> Iterator[Row]:
    """Measure fifty secrets from a server that is 20 ms away, beside fifty reads in a row."""
    paths = [f"secret/data/perf/{number}" for number in range(SECRETS)]
    with VaultServer.dev(directory / "far") as server, relay(server) as address:
        for path in paths:
            server.write(path, {"data": {"A": "value"}})
        wanted = {f"X{number}": f"vault:{path}#A" for number, path in enumerate(paths)}
        results = measure(
            {
                "curl": Command(curl(server, *paths, address=address), environ(server)),
                "vexec": Command(
                    [str(VEXEC), "--", TRUE], environ(server, **{**wanted, "VAULT_ADDR": address})
                ),
            },
            rounds,
        )
    yield ratio("vexec, 50 secrets from 20 ms away", results, ("vexec", "curl"), target=0.2, unit="50 reads")


@contextmanager
def relay(server: VaultServer) -> Iterator[str]:
    """Start the relay in a process of its own."""
    port = server.address.rpartition(":")[2]
    command = [sys.executable, "-m", "bench.relay", port, str(DISTANCE)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def ratio(
    name: str, results: dict[str, Result], pair: tuple[str, str], *, target: float | None, unit: str = ""
) -> Row:
    """Return the first of a pair as a multiple of the second, by their medians."""
    ours, base = (results[which].median for which in pair)
    return Row(name, ours / base, f"× {unit or pair[1]}", target)


if __name__ == "__main__":
    main()
