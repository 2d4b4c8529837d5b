import pytest

from jupyter_collab_agents.hub import committer
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


@pytest.fixture
async def two(store):
    """Two hubs over one store that says so."""
    store.shared = True
    async with RunningHub(store) as one, RunningHub(store) as other:
        yield one, other
