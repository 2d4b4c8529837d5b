"""Time passes: there are chores, again and again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from ..storage.store import StoreUnavailable
from .health import Health

log = logging.getLogger(__name__)

Chore = Callable[[], Awaitable[None]]


class Sweeper:
    """Does its chores in order, every ``interval`` seconds."""

    def __init__(self, interval: float, chores: Sequence[Chore], health: Health) -> None:
        self._interval = interval
        self._chores = list(chores)
        self._health = health
        self._task: asyncio.Task[None] | None = None

    def add(self, chore: Chore) -> None:
        """One more chore, after the others."""
        self._chores.append(chore)

    def start(self) -> None:
        """Begin to sweep."""
        self._task = asyncio.create_task(self._sweep_forever(), name="collab-agents sweeper")

    async def stop(self) -> None:
        """Sweep no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def sweep(self) -> None:
        """Do each chore once."""
        for chore in self._chores:
            await chore()

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            try:
                await self.sweep()
            except StoreUnavailable as problem:
                self._health.say(str(problem))
            except Exception:
                log.exception("a sweep failed; the next one tries again")
