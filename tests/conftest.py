"""Fixtures for tests that need a real server: one process, its own folders, real sockets."""

from collections.abc import Iterator

import pytest
from running_server.process import ServerFactory, servers


@pytest.fixture(scope="module")
def running_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerFactory]:
    """Starts servers that live as long as the module's tests."""
    with servers(lambda: tmp_path_factory.mktemp("server")) as start:
        yield start


@pytest.fixture
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerFactory]:
    """Starts servers that live as long as one test."""
    with servers(lambda: tmp_path_factory.mktemp("server")) as start:
        yield start
