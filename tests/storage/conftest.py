import shutil

import pytest

pytest.register_assert_rewrite("contract", "document_contract")

from jupyter_collab_agents.storage.sqlite_open import open_sqlite  # noqa: E402


@pytest.fixture
def sqlite_path(blank_file, tmp_path):
    """The path of a database of one's own."""
    return str(shutil.copy(blank_file, tmp_path / "store.sqlite"))


@pytest.fixture
async def sqlite_store(sqlite_path):
    store = await open_sqlite(sqlite_path)
    yield store
    await store.close()
