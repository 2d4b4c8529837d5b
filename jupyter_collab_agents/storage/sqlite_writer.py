"""The one thread that writes, with group commit.

While a transaction is being made durable, requests queue up; the next transaction takes all of
them. So nobody waits for a timer, and the batches grow with the load. What can wait (the index of
words, the log file) is done when nobody does.
"""

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from .sqlite_append import Places, append
from .sqlite_checkpoint import Checkpointer
from .sqlite_connection import is_unavailable, transaction
from .sqlite_words import SHARE, enter_words
from .store import Entry, Outcome, StoreUnavailable

MAX_BATCH = 512
"""Entries after which a transaction takes no further request; bounds how long it lasts."""

CALM = 0.05
"""Seconds without a request after which there is time for what can wait."""

MOST_WORDLESS = 10_000
"""Entries after which the index of words does not wait any more: the longest that a search takes
to catch up is about a tenth of a second."""

MOST_PAGES = 16_000
"""About how many pages (of 2 KB) the log file has when it is folded in."""

FEW_PAGES = 2_000
"""Not worth it, even when there is time."""

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
        self._untidy = False
        self._wordless = 0
        self._pages = 0
        self._checkpointer = Checkpointer(connect)
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
        self._checkpointer.close()
        # SQLite folds the log file in when the last connection goes
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self) -> None:
        going_on = True
        while going_on:
            batch, going_on = self._next_batch()
            if batch:
                _tell(self._execute(batch))
                self._count(batch)
            elif going_on:
                self._untidy = self._tidy()

    def _next_batch(self) -> tuple[list[_Request], bool]:
        """Wait for a request, take all that have come with it; false at the end.

        Empty when it was calm for a while and there is something to tidy.
        """
        try:
            request = self._queue.get(timeout=CALM if self._untidy else None)
        except queue.Empty:
            return [], True
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

    def _count(self, batch: list[_Request]) -> None:
        """What a batch left to be tidied, and what of that must not wait for a calm moment."""
        self._untidy = True
        for request in batch:
            self._wordless += len(request.entries)
            self._pages += 2 + sum(map(_pages, request.entries))
        if self._wordless >= MOST_WORDLESS:
            self._enter_words()
        if self._pages >= MOST_PAGES:
            self._fold_in()
        if self._checkpointer.folded:
            self._begin_anew()

    def _tidy(self) -> bool:
        """A share of what can wait; true when there is more."""
        if self._enter_words():
            return True
        if self._pages >= FEW_PAGES:
            self._fold_in()
        return False

    def _enter_words(self) -> bool:
        self._wordless = max(0, self._wordless - SHARE)
        try:
            with transaction(self._connected()) as connection:
                return enter_words(connection)
        except sqlite3.Error as problem:
            log.debug("words could not be entered, a search will: %s", problem)
            return False

    def _fold_in(self) -> None:
        self._pages = 0
        self._checkpointer.want()

    def _begin_anew(self) -> None:
        try:
            self._checkpointer.begin_anew(self._connected())
        except sqlite3.Error as problem:
            log.warning("the store's log file could not begin anew: %s", problem)

    def _execute(self, batch: list[_Request]) -> list[_Answered]:
        """One transaction for all, or what became of each. Never raises: the thread lives on."""
        try:
            results = self._commit(batch)
        except Exception as error:  # noqa: BLE001 - it is handed to those who wait
            self._forget()
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

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection

    def _commit(self, batch: list[_Request]) -> list[Any]:
        connection = self._connected()
        if all(request.change is None for request in batch):
            return self._append(connection, batch)  # begins and commits by itself
        results: list[Any] = []
        appends: list[_Request] = []
        with transaction(connection):
            for request in batch:
                if request.change is None:
                    appends.append(request)
                    continue
                results += self._append(connection, appends)
                appends = []
                results.append(request.change(connection, self._places))
            results += self._append(connection, appends)
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

    def _forget(self) -> None:
        """After a failure: what is remembered may be ahead of the file."""
        self._places.clear()
        connection = self._connection
        if connection is None:
            return
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            log.warning("the store's connection is broken; making another one")
            self._connection = None
            connection.close()


def _pages(entry: Entry) -> int:
    """About how many pages an entry writes: its text is in there twice."""
    return 6 + sum(len(event.body or "") for event in entry.events) // 1024


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
