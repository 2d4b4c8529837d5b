"""Three hubs with a fault of the kind that such hubs have, for the checks to catch."""

import itertools
from collections import deque
from collections.abc import Sequence

from msgspec.structs import replace

from jupyter_collab_agents.hub.live_session import LiveSession
from jupyter_collab_agents.hub.turn import Request
from jupyter_collab_agents.storage.store import Entry, Outcome
from jupyter_collab_agents.testing import FaultyStore


class _Silent:
    """Nobody waits any more."""

    def stored(self, seq, events):
        """Was answered already."""

    def refused(self, code, message):
        """Was answered already."""

    def unknown(self):
        """Was answered already."""


def acknowledge_before_commit(monkeypatch) -> None:
    """Answers when a command arrives, hoping that it will be stored."""
    submit = LiveSession.submit

    def hasty(self: LiveSession, request: Request) -> None:
        if not request.author.startswith("user:") or request.ref.startswith(("join-", "d-")):
            return submit(self, request)
        request.ticket.stored(self.state.last_seq + self.waiting + 1, [])
        request.ticket = _Silent()
        return submit(self, request)

    monkeypatch.setattr(LiveSession, "submit", hasty)


def keep_connections_after_a_failed_flush(monkeypatch) -> None:
    """Drops what could not be stored, and lets everybody believe that it is on its way."""

    def careless(self: LiveSession, requests: list[Request]) -> None:
        self._waiting = deque()
        for request in requests:
            if request.ref.startswith("join-"):
                request.ticket.unknown()

    monkeypatch.setattr(LiveSession, "give_up", careless)


class ForgetfulStore(FaultyStore):
    """Stores a resend a second time."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers = itertools.count()

    async def append(self, entries: Sequence[Entry]) -> list[Outcome]:
        """As ``FaultyStore``, but no (author, ref) was ever seen before."""
        fresh = [replace(entry, ref=f"{entry.ref}#{next(self._numbers)}") for entry in entries]
        return await super().append(fresh)
