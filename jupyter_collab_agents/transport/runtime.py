"""What handlers need of the running extension."""

import asyncio
from typing import TYPE_CHECKING

from ..documents.collaboration import Collaboration
from ..documents.gate.gate import Gate
from ..hub.hub import Hub
from ..storage.store import StoreNotReady

if TYPE_CHECKING:
    from ..agents.service import AgentService
    from ..documents.service import DocumentService

SETTINGS_KEY = "collab_agents"


class Runtime:
    """Ready when ``hub`` is there; else ``problem`` says why not and what to do."""

    def __init__(self, collaboration: Collaboration) -> None:
        self.collaboration = collaboration
        self.gate = Gate()
        self.hub: Hub | None = None
        self.agents: AgentService | None = None
        self.documents: DocumentService | None = None
        self.problem: str | None = "The server is still starting."
        self.version = ""
        self.settled = asyncio.Event()
        """It is ready, or it is known why it is not."""

    def ready(self) -> Hub:
        """The hub. Raises ``StoreNotReady`` while there is none."""
        if self.hub is None:
            raise StoreNotReady(self.problem or "Collaboration is not ready.")
        return self.hub
