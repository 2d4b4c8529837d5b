"""Fixtures for all tests: every store in turn; real servers with folders of their own."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
from running_server.process import ServerFactory, servers

from jupyter_collab_agents.storage.memory import MemoryStore
from jupyter_collab_agents.storage.sqlite_open import open_sqlite
from jupyter_collab_agents.storage.store import Store

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


@pytest.fixture(scope="session")
def blank_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, made once: making one runs the migrations."""
    path = tmp_path_factory.mktemp("blank") / "store.sqlite"

    async def make() -> None:
        await (await open_sqlite(str(path))).close()

    asyncio.run(make())
    return path


@pytest.fixture(params=["memory", "sqlite"])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, blank_file: Path
) -> AsyncIterator[Store]:
    """Every implementation in turn."""
    store: Store
    if request.param == "memory":
        store = MemoryStore()
    else:
        store = await open_sqlite(str(shutil.copy(blank_file, tmp_path / "store.sqlite")))
    yield store
    await store.close()
