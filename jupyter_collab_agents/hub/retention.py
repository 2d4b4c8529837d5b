"""What is older than it may get is forgotten."""

from ..storage.store import Store
from .clock import Clock
from .directory import Directory
from .live_sessions import LiveSessions

EVERY = 600.0
"""Seconds between looks."""


class Retention:
    """Forgets messages that are older than ``hours``; 0 keeps all."""

    def __init__(
        self, hours: float, store: Store, clock: Clock, directory: Directory, live: LiveSessions
    ) -> None:
        self._hours = hours
        self._store = store
        self._clock = clock
        self._directory = directory
        self._live = live
        self._looked = float("-inf")

    async def tend(self) -> None:
        """Look, if it is time to."""
        now = self._clock.monotonic()
        if self._hours <= 0 or now - self._looked < EVERY:
            return
        self._looked = now
        before = self._clock.now() - int(self._hours * 3_600_000)
        await self._store.prune_documents(before)
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
