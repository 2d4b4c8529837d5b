import shutil

import pytest

from jupyter_collab_agents.hub import committer
from jupyter_collab_agents.storage.memory import MemoryStore
from jupyter_collab_agents.storage.sqlite_open import open_sqlite
from jupyter_collab_agents.testing import FaultyStore, RunningHub


@pytest.fixture(autouse=True)
def no_pause_after_failures(monkeypatch):
    monkeypatch.setattr(committer, "RETRY_AFTER", 0)


@pytest.fixture
async def running():
    """A hub over memory."""
    async with RunningHub() as running:
        yield running


@pytest.fixture
async def faulty():
    """A hub whose store (``faulty.store``) fails when told to."""
    async with RunningHub(FaultyStore()) as running:
        yield running
        running.store.broken = False


@pytest.fixture(scope="session")
def blank_file(tmp_path_factory):
    """An empty database, made once: making one runs the migrations."""
    import asyncio

    path = tmp_path_factory.mktemp("blank") / "store.sqlite"

    async def make():
        await (await open_sqlite(str(path))).close()

    asyncio.run(make())
    return path


@pytest.fixture(params=["memory", "sqlite"])
async def store(request, tmp_path, blank_file):
    """Every implementation in turn."""
    if request.param == "memory":
        store = MemoryStore()
    else:
        store = await open_sqlite(str(shutil.copy(blank_file, tmp_path / "store.sqlite")))
    yield store
    await store.close()


@pytest.fixture
async def two(store):
    """Two hubs over one store that says so."""
    store.shared = True
    async with RunningHub(store) as one, RunningHub(store) as other:
        yield one, other
