"""Time passed: what nobody needs any more goes, in memory and in the store; never what is open."""

import asyncio
import logging
from collections.abc import Callable

from ..domain.errors import Refusal
from ..domain.runs import has_open_run
from ..protocol.sessions import SessionStatus
from ..storage.store import Store, StoreUnavailable
from .clock import Clock
from .directory import Directory
from .doors import Doors
from .live_session import LiveSession
from .live_sessions import LiveSessions
from .other_servers import OtherServers
from .settings import Settings
from .tickets import ask

log = logging.getLogger(__name__)


RETIRE_EVERY = 600.0
"""Seconds between looks for messages that are older than they may get."""


class Sweeper:
    """Sweeps every ``broadcast_interval`` seconds."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        settings: Settings,
        directory: Directory,
        live: LiveSessions,
        others: OtherServers,
        doors: Doors,
        problem: Callable[[], str | None],
        on_health: Callable[[str | None], None],
        on_activity: Callable[[], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._directory = directory
        self._live = live
        self._others = others
        self._doors = doors
        self._problem = problem
        self._on_health = on_health
        self._on_activity = on_activity
        self._task: asyncio.Task[None] | None = None
        self._retired = float("-inf")

    def start(self) -> None:
        """Begin to sweep."""
        self._task = asyncio.create_task(self._sweep_forever(), name="collab-agents sweeper")

    async def stop(self) -> None:
        """Sweep no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(self._settings.broadcast_interval)
            try:
                await self.sweep()
            except StoreUnavailable as problem:
                self._on_health(str(problem))
            except Exception:
                log.exception("a sweep failed; the next one tries again")

    async def sweep(self) -> None:
        """Time passed: idle people, quiet sessions, things to forget, news of other servers."""
        for session in self._live.all():
            session.presence.sweep()
            session.presence.pulse()
        if self._problem() is not None:
            await self._store.check()
            self._on_health(None)
        await self._others.look()
        now = self._clock.monotonic()
        for session in self._live.all():
            try:
                await self._tend(session, now)
            except Refusal as refusal:  # busy, say: this one's turn comes again
                log.info("session %s was not tended: %s", session.session_id, refusal.message)
        if now - self._retired >= RETIRE_EVERY:
            self._retired = now
            await self._retire()

    async def _tend(self, session: LiveSession, now: float) -> None:
        await session.save_snapshot()
        quiet = now - session.idle_since
        if has_open_run(session.state):
            self._on_activity()
            session.idle_since = now
        elif session.connections:
            session.idle_since = now
        elif (
            quiet > self._settings.session_timeout
            and session.state.status is SessionStatus.ACTIVE
            and not session.state.default
        ):
            await ask(session, self._doors.time_out)
        elif self._forgettable(session, now):
            await session.save_snapshot(force=True)
            if self._forgettable(session, now):  # nobody came meanwhile
                self._live.forget(session)

    def _forgettable(self, session: LiveSession, now: float) -> bool:
        return (
            now - max(session.idle_since, session.asked_for) > max(self._settings.unload_after, 0)
            and not session.connections
            and not session.waiting
            and (session.state.default or session.state.status is not SessionStatus.ACTIVE)
        )

    async def _retire(self) -> None:
        hours = self._settings.message_retention_hours
        if hours > 0:
            before = self._clock.now() - int(hours * 3_600_000)
            for session_id in self._directory.session_ids():
                session = self._live.by_id.get(session_id)
                if session is None and await self._has_older(session_id, before):
                    # it was not put away in order, so no snapshot covers what has to go
                    session = await self._live.open(session_id)
                if session is not None:
                    await session.save_snapshot(force=True, anew=True)
                await self._store.prune(session_id, before)

    async def _has_older(self, session_id: str, before: int) -> bool:
        oldest = await self._store.events(session_id, 0, 1)
        return bool(oldest) and oldest[0].at < before
