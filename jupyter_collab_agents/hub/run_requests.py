"""Runs that people ask for: each is asked to begin once, and only after it is in the log."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from ..protocol.base import Durable
from ..protocol.runs import RunQueued, RunStatus, StartRun
from ..storage.store import Store
from .live_session import LiveSession
from .recent import Recent
from .records import stored_event
from .turn import Ticket

MAX_REMEMBERED = 1000

RunStarter = Callable[[LiveSession, str, StartRun, str], None]
"""Told the session, the run's id, the command, and whose it is."""


class RunRequests:
    """Between the log and whoever carries runs out (``starter``: null while there is nobody)."""

    def __init__(
        self,
        store: Store,
        spawn: Callable[[Coroutine[Any, Any, None], str], None],
        starter: Callable[[], RunStarter | None],
    ) -> None:
        self._store = store
        self._spawn = spawn
        self._starter = starter
        self._requested: Recent[str, bool] = Recent(MAX_REMEMBERED)

    def ticket(self, session: LiveSession, command: StartRun, by: str, ticket: Ticket) -> Ticket:
        """A ticket that answers as ``ticket`` does, and lets the run begin."""
        return _RunTicket(ticket, partial(self._queued, session, command, by))

    def _queued(
        self,
        session: LiveSession,
        command: StartRun,
        by: str,
        seq: int | None,
        events: list[Durable],
    ) -> None:
        if seq is not None and not events:
            self._spawn(self._recorded(session, command, by, seq), "an agent's run")
        for event in events:
            if isinstance(event, RunQueued):
                self._request(session, event.run_id, command, by)

    async def _recorded(self, session: LiveSession, command: StartRun, by: str, seq: int) -> None:
        """A resend: the run is in the log, but it may never have been asked to begin."""
        for stored in await self._store.events(session.session_id, seq - 1, 1):
            event = stored_event(stored)
            run = session.state.runs.get(getattr(event, "run_id", ""))
            if run is not None and run.status is RunStatus.QUEUED:
                self._request(session, run.run_id, command, by)

    def _request(self, session: LiveSession, run_id: str, command: StartRun, by: str) -> None:
        start = self._starter()
        if start is not None and run_id not in self._requested:
            self._requested.put(run_id, True)
            start(session, run_id, command, by)


class _RunTicket:
    """Passes the answer on, and lets the run begin once it is recorded."""

    def __init__(self, ticket: Ticket, queued: Callable[[int | None, list[Durable]], None]) -> None:
        self._ticket = ticket
        self._queued = queued
        self.refused = ticket.refused
        self.unknown = ticket.unknown

    def stored(self, seq: int | None, events: list[Durable]) -> None:
        self._ticket.stored(seq, events)
        self._queued(seq, events)
