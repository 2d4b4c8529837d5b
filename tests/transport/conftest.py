"""One server for all tests here that need nothing special of it."""

from collections.abc import Iterator

import pytest
from running_server.http import Person
from running_server.process import RunningServer, servers

PLENTY = {
    "CollabAgents": {
        "command_rate": 10_000.0,
        "command_burst": 100_000,
        "ephemeral_rate": 10_000.0,
        "ephemeral_burst": 100_000,
        "max_concurrent_sessions": 10_000,
    }
}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """After all tests its log tells no fault."""
    with servers(lambda: tmp_path_factory.mktemp("server")) as start:
        running = start(traits=PLENTY)
        yield running
        running.terminate()
        assert "Traceback" not in running.log.text, running.log.text


@pytest.fixture
def ann(server: RunningServer) -> Person:
    return Person(server, "ann")


@pytest.fixture
def ben(server: RunningServer) -> Person:
    return Person(server, "ben")


@pytest.fixture
def cara(server: RunningServer) -> Person:
    """May only read."""
    return Person(server, "cara")


@pytest.fixture
def dan(server: RunningServer) -> Person:
    """Has an account here and no access to us."""
    return Person(server, "dan")
