"""The one thread that writes, with group commit.

While a transaction is being made durable, requests queue up; the next transaction takes all of
them. So nobody waits for a timer, and the batches grow with the load.
"""

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from .sqlite_append import Places, append
from .sqlite_connection import is_unavailable
from .store import Entry, Outcome, StoreUnavailable

MAX_BATCH = 512
"""Entries after which a transaction takes no further request; bounds how long it lasts."""

log = logging.getLogger(__name__)

T = TypeVar("T")
Change = Callable[[sqlite3.Connection, Places], Any]


class _Request:
    """Either entries to append or another change, and who waits for it."""

    __slots__ = ("change", "entries", "future", "loop")

    def __init__(self, entries: Sequence[Entry], change: Change | None) -> None:
        self.entries = entries
        self.change = change
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()


_Answer = tuple[asyncio.Future[Any], Any, BaseException | None]
_Answered = tuple[_Request, Any, BaseException | None]


class Writer:
    """Owns the writing connection. ``connect`` makes another one when the first is broken."""

    def __init__(
        self, connection: sqlite3.Connection, connect: Callable[[], sqlite3.Connection]
    ) -> None:
        self._connection: sqlite3.Connection | None = connection
        self._connect = connect
        self._places: Places = {}
        self._queue: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._accepting = threading.Lock()  # nothing may be queued behind the end
        self._closed = False
        self._failing = False
        self._thread = threading.Thread(target=self._run, name="collab-store", daemon=True)
        self._thread.start()

    def append(self, entries: Sequence[Entry]) -> "asyncio.Future[list[Outcome]]":
        """Append entries in the next transaction. Raises ``StoreUnavailable`` once closed."""
        return self._submit(_Request(entries, None))

    def change(self, change: Callable[[sqlite3.Connection, Places], T]) -> "asyncio.Future[T]":
        """Run a change inside the next transaction. Raises as ``append``."""
        return self._submit(_Request((), change))

    def _submit(self, request: _Request) -> "asyncio.Future[Any]":
        with self._accepting:
            if self._closed:
                raise StoreUnavailable("the store is closed")
            self._queue.put(request)
        return request.future

    def close(self) -> None:
        """Finish what was accepted and end the thread; blocks. Idempotent."""
        with self._accepting:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self) -> None:
        going_on = True
        while going_on:
            batch, going_on = self._next_batch()
            if batch:
                _tell(self._execute(batch))

    def _next_batch(self) -> tuple[list[_Request], bool]:
        """Wait for a request, take all that have come with it; false at the end."""
        request = self._queue.get()
        batch: list[_Request] = []
        size = 0
        while request is not None:
            batch.append(request)
            size += len(request.entries) or 1
            if size >= MAX_BATCH:
                return batch, True
            try:
                request = self._queue.get_nowait()
            except queue.Empty:
                return batch, True
        return batch, False

    def _execute(self, batch: list[_Request]) -> list[_Answered]:
        """One transaction for all, or what became of each. Never raises: the thread lives on."""
        try:
            results = self._commit(batch)
        except Exception as error:  # noqa: BLE001 - it is handed to those who wait
            self._roll_back()
            if isinstance(error, sqlite3.Error) and is_unavailable(error):
                if not self._failing:
                    self._failing = True
                    log.warning("the store cannot be written until further notice: %s", error)
                return [(request, None, _unavailable(error)) for request in batch]
            if len(batch) == 1:
                return [(batch[0], None, error)]
            # Something in one request cannot be stored. The others must not suffer from it.
            return [answer for request in batch for answer in self._execute([request])]
        if self._failing:
            self._failing = False
            log.info("the store can be written again")
        return [(request, result, None) for request, result in zip(batch, results, strict=True)]

    def _commit(self, batch: list[_Request]) -> list[Any]:
        if self._connection is None:
            self._connection = self._connect()
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        results: list[Any] = []
        appends: list[_Request] = []
        for request in batch:
            if request.change is None:
                appends.append(request)
                continue
            results += self._append(connection, appends)
            appends = []
            results.append(request.change(connection, self._places))
        results += self._append(connection, appends)
        connection.execute("COMMIT")
        return results

    def _append(
        self, connection: sqlite3.Connection, requests: list[_Request]
    ) -> list[list[Outcome]]:
        """Requests in a row become one list of entries, and the outcomes are dealt out again."""
        entries = [entry for request in requests for entry in request.entries]
        if not entries:
            return [[] for _ in requests]
        outcomes = iter(append(connection, self._places, entries))
        return [[next(outcomes) for _ in request.entries] for request in requests]

    def _roll_back(self) -> None:
        self._places.clear()  # it may be ahead of the file
        connection = self._connection
        if connection is None:
            return
        try:
            # When the disk is full SQLite has rolled back already; doing it again is an error.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            log.warning("the store's connection is broken; making another one")
            self._connection = None
            connection.close()


def _unavailable(error: sqlite3.Error) -> StoreUnavailable:
    unavailable = StoreUnavailable(f"the store cannot be written: {error}")
    unavailable.__cause__ = error
    return unavailable


def _tell(answers: list[_Answered]) -> None:
    """Wake those who wait, with one call per event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Answer]] = {}
    for request, result, error in answers:
        by_loop.setdefault(request.loop, []).append((request.future, result, error))
    for loop, of_loop in by_loop.items():
        try:
            loop.call_soon_threadsafe(_settle, of_loop)
        except RuntimeError:
            log.warning("%d answers of the store came after their loop's end", len(of_loop))


def _settle(answers: list[_Answer]) -> None:
    for future, result, error in answers:
        if future.done():  # whoever waited was cancelled
            continue
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)
