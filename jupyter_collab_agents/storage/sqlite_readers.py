"""Connections for reading, in a few threads beside the writer."""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from .sqlite_connection import is_unavailable
from .store import StoreUnavailable

P = ParamSpec("P")
T = TypeVar("T")


class Readers:
    """As many threads as connections, so a thread that runs always finds one."""

    def __init__(self, connections: Sequence[sqlite3.Connection]) -> None:
        self._connections: queue.SimpleQueue[sqlite3.Connection] = queue.SimpleQueue()
        for connection in connections:
            self._connections.put(connection)
        self._count = len(connections)
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="collab-store-read")
        self._accepting = threading.Lock()  # no question may come behind the end
        self._closed = False

    async def ask(
        self,
        question: Callable[Concatenate[sqlite3.Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a question in a thread. Raises ``StoreUnavailable``."""

        def in_thread() -> T:
            connection = self._connections.get()
            try:
                return question(connection, *args, **kwargs)
            except sqlite3.Error as error:
                if is_unavailable(error):
                    raise StoreUnavailable(f"the store cannot be read: {error}") from error
                raise
            finally:
                self._connections.put(connection)

        with self._accepting:
            if self._closed:
                raise StoreUnavailable("the store is closed")
            answer = asyncio.get_running_loop().run_in_executor(self._threads, in_thread)
        return await answer

    def close(self) -> None:
        """Let the running questions end, then close; blocks. Idempotent."""
        with self._accepting:
            self._closed = True
        self._threads.shutdown(wait=True)
        while self._count:
            self._connections.get().close()
            self._count -= 1
