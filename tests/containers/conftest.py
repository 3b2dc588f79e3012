"""The image, once a test process, and a way to run it that can be signalled."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pytest

from tests.containers.image import ENTRYPOINT, make_root
from tests.containers.runner import Runner
from tests.e2e.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.container import Containers
    from tests.servers.vault import VaultServer


@pytest.fixture(scope="session")
def image(containers: Containers, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make an image FROM scratch with vexec as its ENTRYPOINT."""
    root = make_root(tmp_path_factory.mktemp("image") / "root")
    return containers.image("vexec", {"/": root}, ENTRYPOINT)


@pytest.fixture
def container(image: str) -> Iterator[Runner]:
    """Give a runner of the image; what a test leaves running ends with it."""
    runner = Runner(image)
    yield runner
    runner.close()


@pytest.fixture
def store(vault: VaultServer) -> Store:
    """Give a fresh place in the dev server, which a container with the host's network reaches."""
    return Store(vault, secrets.token_hex(4))
