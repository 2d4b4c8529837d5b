import asyncio
import shutil

import pytest

pytest.register_assert_rewrite("contract", "document_contract")

from jupyter_collab_agents.storage.memory import MemoryStore  # noqa: E402
from jupyter_collab_agents.storage.sqlite_open import open_sqlite  # noqa: E402


@pytest.fixture(scope="session")
def blank_file(tmp_path_factory):
    """An empty database, made once: making one runs the migrations."""
    path = tmp_path_factory.mktemp("blank") / "store.sqlite"

    async def make():
        await (await open_sqlite(str(path))).close()

    asyncio.run(make())
    return path


@pytest.fixture
def sqlite_path(blank_file, tmp_path):
    """The path of a database of one's own."""
    return str(shutil.copy(blank_file, tmp_path / "store.sqlite"))


@pytest.fixture
async def sqlite_store(sqlite_path):
    store = await open_sqlite(sqlite_path)
    yield store
    await store.close()


@pytest.fixture(params=["memory", "sqlite"])
async def store(request, tmp_path, blank_file):
    """Every implementation in turn."""
    if request.param == "memory":
        store = MemoryStore()
    else:
        store = await open_sqlite(str(shutil.copy(blank_file, tmp_path / "store.sqlite")))
    yield store
    await store.close()
