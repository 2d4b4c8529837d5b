"""Brings what is in the log file into the database, in a thread beside the writer.

SQLite would do it inside somebody's commit, every thousand pages; that one would wait for some
ten milliseconds, and all behind it. Here only the last step, which is short, is the writer's: it
begins the log file anew, so that it stays small under any load.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable

PATIENCE_MS = 50
"""How long the writer waits for those who still read from the log file."""

log = logging.getLogger(__name__)


class Checkpointer:
    """One thread with a connection of its own. ``connect`` may raise ``sqlite3.Error``."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        self._connect = connect
        self._connection: sqlite3.Connection | None = None
        self._wanted = threading.Event()
        self._closed = False
        self.folded = False
        """All but the newest pages are in the database: time to begin anew."""
        self._thread = threading.Thread(target=self._run, name="collab-store-tidy", daemon=True)
        self._thread.start()

    def want(self) -> None:
        """The log file has grown."""
        self._wanted.set()

    def begin_anew(self, writing: sqlite3.Connection) -> None:
        """The last step, by the writer between two transactions. Raises ``sqlite3.Error``."""
        self.folded = False
        patience = writing.execute("PRAGMA busy_timeout").fetchone()[0]
        writing.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        try:
            writing.execute("PRAGMA wal_checkpoint(RESTART)").fetchone()
        finally:
            writing.execute(f"PRAGMA busy_timeout = {patience}")

    def close(self) -> None:
        """End the thread; blocks. Idempotent."""
        self._closed = True
        self._wanted.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            if self._closed:
                break
            try:
                self._fold_in()
            except sqlite3.Error as problem:
                # the log file keeps all of it: nothing is lost, and it is tried again
                log.warning("the store's log file could not be folded in: %s", problem)
                self._let_go()
        self._let_go()

    def _fold_in(self) -> None:
        if self._connection is None:
            self._connection = self._connect()
        for _ in range(2):  # the second time only what was written meanwhile
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        self.folded = True

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
