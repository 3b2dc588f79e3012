"""The table of settings agrees with itself, with the log-in methods, and with what is written about it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vexec import log
from vexec.auth import METHODS as CLASSES
from vexec.commands.help import env_topic
from vexec.config.parse import KINDS
from vexec.config.settings import GROUPS, METHODS, TABLE, Setting, names

ROOT = Path(__file__).parents[2]
GENERATOR = ROOT / "build" / "reference.py"
each_setting = pytest.mark.parametrize("setting", TABLE, ids=lambda setting: setting.name)


def generate(generator: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the generator of the reference page."""
    return subprocess.run([sys.executable, str(generator), *arguments], capture_output=True, text=True)


def test_methods_are_those_of_auth() -> None:
    """VEXEC_AUTH takes exactly the log-in methods that there are."""
    assert tuple(CLASSES) == METHODS
    assert next(s for s in TABLE if s.name == "auth").choices == METHODS


def test_names_options_and_variables_are_distinct() -> None:
    """No two settings share a name, an option or a variable."""
    for items in (
        [setting.name for setting in TABLE],
        [setting.option for setting in TABLE],
        [name for setting in TABLE for name in names(setting)],
    ):
        assert len(items) == len(set(items))


@each_setting
def test_a_setting_is_well_formed(setting: Setting) -> None:
    """The kind exists, the default is of that kind and of the choices, and a secret is never an argument."""
    assert setting.kind in KINDS
    if setting.default:
        KINDS[setting.kind](setting.default)
    assert (setting.kind == "choice") == bool(setting.choices)
    assert not setting.choices or setting.default in ("", *setting.choices)
    is_a_file = setting.kind == "secret" or setting.name in ("ssl-cert-file", "template-file")
    assert setting.option.endswith("-file") == is_a_file


@each_setting
def test_a_setting_has_a_line_of_help(setting: Setting) -> None:
    """`vexec help env` has every variable, with one line that says what it does."""
    assert 10 < len(setting.help) <= 80
    assert "\n" not in setting.help
    assert setting.help[-1] != "."
    lines = env_topic().splitlines()
    index = lines.index("  " + ", ".join(names(setting)))
    assert lines[index + 1].strip().startswith(setting.help)


def test_groups_make_the_table() -> None:
    """Every setting is in one group, in the table's order."""
    assert list(GROUPS) == [
        "server", "TLS", "log-in", "what to fetch", "templates", "target", "behaviour",
    ]  # fmt: skip
    assert tuple(setting for group in GROUPS.values() for setting in group) == TABLE


def test_levels_are_the_logs() -> None:
    """VEXEC_LOG_LEVEL takes exactly the levels that the log has."""
    assert next(setting for setting in TABLE if setting.name == "log-level").choices == log.LEVELS


def test_names_of_the_issue_are_there() -> None:
    """What section 3 of the specification names can be set, under the names that it gives."""
    asked = (
        "ADDR TOKEN TOKEN_FILE NAMESPACE CACERT CACERT_BYTES CAPATH CLIENT_CERT CLIENT_KEY TLS_SERVER_NAME"
    )
    asked += " SKIP_VERIFY CLIENT_TIMEOUT MAX_RETRIES PROXY_ADDR"
    own = (
        "AUTH AUTH_MOUNT ROLE DEADLINE CONCURRENCY DUPLICATES PASS INHERIT LOG_LEVEL LOG_FORMAT DISABLE FROM"
    )
    known = {name for setting in TABLE for name in names(setting)}

    assert {prefix + name for name in asked.split() for prefix in ("BAO_", "VAULT_")} <= known
    assert {"VEXEC_" + name for name in own.split()} | {"HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"} <= known


def test_the_reference_page_is_up_to_date() -> None:
    """docs/reference/variables.md is what build/reference.py makes of the table."""
    done = generate(GENERATOR, "--check")

    assert (done.returncode, done.stderr) == (0, "")


def test_a_page_that_is_out_of_date_is_seen(tmp_path: Path) -> None:
    """The check fails for a missing page and for one that differs, and writing it mends both."""
    for part in ("build", "src/vexec"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    page = tmp_path / "docs" / "reference" / "variables.md"
    page.parent.mkdir(parents=True)
    generator = tmp_path / "build" / "reference.py"

    assert "does not exist" in generate(generator, "--check").stderr
    assert generate(generator).returncode == 0
    assert generate(generator, "--check").returncode == 0
    page.write_text(page.read_text().replace("60s", "61s"))
    assert generate(generator, "--check").returncode == 1
    assert page.read_text() != (ROOT / "docs" / "reference" / "variables.md").read_text()


def test_the_page_names_every_variable_once() -> None:
    """Each variable has its place in one table of the page."""
    text = (ROOT / "docs" / "reference" / "variables.md").read_text()
    rows = "\n".join(line for line in text.splitlines() if line.startswith("| `"))

    assert [name for s in TABLE for name in names(s) if rows.count(f"`{name}`") != 1] == []
