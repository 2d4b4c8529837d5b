"""Time as the hub sees it, so that a test can own it."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """A pending call."""

    def cancel(self) -> None:
        """Do not call."""


class Clock(Protocol):
    """Two readings and one way to wait."""

    def now(self) -> int:
        """Milliseconds since the epoch, UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call once, ``delay`` seconds from now, on the event loop."""


class SystemClock:
    """The machine's clock and the running event loop."""

    def now(self) -> int:
        """Milliseconds since the epoch, UTC."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call once on the event loop."""
        return asyncio.get_running_loop().call_later(delay, callback)
