"""What runs beside everything else: a failure is logged, and nothing outlives the hub."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from ..domain.errors import Refusal
from ..storage.store import StoreUnavailable

log = logging.getLogger(__name__)


class Background:
    """The tasks that nobody awaits."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run something beside; a failure is logged, never swallowed."""

        async def guarded() -> None:
            try:
                await work
            except (Refusal, StoreUnavailable) as problem:
                log.warning("%s: %s", name, problem)
            except Exception:
                log.exception("%s failed", name)

        task = asyncio.create_task(guarded(), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """End whatever still runs."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
