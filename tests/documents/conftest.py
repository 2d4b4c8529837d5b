"""A server on which documents are shared, for all tests here that need nothing special of it."""

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from running_server.http import Person
from running_server.process import RunningServer, servers

SHARED = ("jupyter_server_ydoc", "jupyter_server_fileid")


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Saves nothing by itself. After all tests its log tells no fault."""
    with servers(lambda: tmp_path_factory.mktemp("server")) as start:
        running = start(
            extensions=SHARED,
            traits={"YDocExtension": {"document_save_delay": 3600}},
        )
        yield running
        running.terminate()
        assert "Traceback" not in running.log.text, running.log.text


@pytest.fixture
def ann(shared_server: RunningServer) -> Person:
    return Person(shared_server, "ann")


@pytest.fixture
def ben(shared_server: RunningServer) -> Person:
    return Person(shared_server, "ben")


@pytest.fixture
def cara(shared_server: RunningServer) -> Person:
    """May only read."""
    return Person(shared_server, "cara")


@pytest.fixture
def dan(shared_server: RunningServer) -> Person:
    """Has an account here and no access to anything."""
    return Person(shared_server, "dan")


@pytest.fixture
def notebook(shared_server: RunningServer, request: pytest.FixtureRequest) -> str:
    """A notebook of this test's own; its path. Cells ``c0`` and ``c1``."""
    path = f"{request.node.originalname}-{abs(hash(request.node.name)) % 10**8}.ipynb"
    write_notebook(shared_server.root / path, "a = 1", "b = 2")
    return path


def write_notebook(path: Path, *sources: str) -> None:
    """A notebook file with cells c0, c1, …"""
    cells = [nbformat.v4.new_code_cell(s, id=f"c{i}") for i, s in enumerate(sources)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
