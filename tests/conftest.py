"""Fixtures for tests that need a real server: one process, its own folders, real sockets."""

from collections.abc import Iterator

import hypothesis
import pytest
from running_server.process import ServerFactory, servers

# Imported here: its plugin would import it first in the terminal summary, and there CPython 3.11
# fails ("AST constructor recursion depth mismatch") when the tests' threads have compiled code.
hypothesis.settings.register_profile("project", print_blob=True, deadline=None)
hypothesis.settings.load_profile("project")


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
