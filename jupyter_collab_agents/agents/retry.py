"""Does again what the store could not take, until it can.

Only for steps that carry the same ``ref`` each time: a step whose outcome was unknown may have
been stored, and then trying again stores nothing and says so.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ..domain.errors import Refusal
from ..hub.clock import Clock
from ..protocol.errors import ErrorCode
from ..storage.store import StoreUnavailable

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0

T = TypeVar("T")


class Retry:
    """Pauses of ``FIRST_PAUSE`` seconds, doubling up to ``LONGEST_PAUSE``, until ``stop``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stopping = False
        self._pauses: set[asyncio.Event] = set()

    async def until_stored(
        self, what: str, attempt: Callable[[], Awaitable[T]], *, even_if_busy: bool = True
    ) -> T:
        """The outcome of the first ``attempt`` that has one; ``what`` is for the log.

        Raises what the attempt raises, except StoreUnavailable and, with ``even_if_busy``, a
        Refusal BUSY of the session; these only after ``stop``, after one last attempt.
        """
        pause = FIRST_PAUSE
        while True:
            last = self._stopping
            try:
                return await attempt()
            except StoreUnavailable as problem:
                if last:
                    raise
                log.warning("%s: not stored, again in %g s: %s", what, pause, problem)
            except Refusal as refusal:
                if last or not even_if_busy or refusal.code is not ErrorCode.BUSY:
                    raise
                log.warning("%s: the session is busy, again in %g s", what, pause)
            await self._wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def stop(self) -> None:
        """Try once more what waits, and from now on everything only once."""
        self._stopping = True
        for over in self._pauses:
            over.set()

    async def _wait(self, seconds: float) -> None:
        if self._stopping:
            return
        over = asyncio.Event()
        self._pauses.add(over)
        timer = self._clock.call_later(seconds, over.set)
        try:
            await over.wait()
        finally:
            timer.cancel()
            self._pauses.discard(over)
