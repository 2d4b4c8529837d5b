from functools import partial

import pytest

from jupyter_collab_agents.hub import committer, live_session
from jupyter_collab_agents.hub.ring import Ring


@pytest.fixture(autouse=True)
def a_small_world(monkeypatch):
    """Rings that are soon too small, and no pause after a failure."""
    monkeypatch.setattr(live_session, "Ring", partial(Ring, size=24))
    monkeypatch.setattr(committer, "RETRY_AFTER", 0)
