"""Waiting for what happens in another task or process."""

import asyncio
from collections.abc import Callable
from typing import Any

TIMEOUT = 20.0


async def until(true: Callable[[], bool], what: str | Callable[[], Any] = "it") -> None:
    """Wait until something holds."""
    try:
        async with asyncio.timeout(TIMEOUT):
            while not true():  # noqa: ASYNC110
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise AssertionError(f"never: {what() if callable(what) else what}") from None
