"""How every connection to the database file is set up."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

BUSY_SECONDS = 5.0
STATEMENTS = 256
"""Prepared statements kept per connection: more than we have, so none is compiled twice."""

MAX_INTEGER = 2**63 - 1
"""The largest SQLite integer; a larger bound asks for the same rows."""

Row = Sequence[Any]


def connect(path: str, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection with our settings; transactions are begun and ended by hand.

    ``read_only`` refuses writes through this connection. The file must exist.
    Raises ``sqlite3.Error``.
    """
    connection = open_uri(path, "mode=rw")
    try:
        for pragma in (
            "synchronous = FULL",  # what is acknowledged survives a power loss
            "fullfsync = ON",  # macOS: a plain fsync stops at the drive's cache
            "foreign_keys = ON",
            "secure_delete = ON",  # erased texts do not linger in free pages
            "cache_size = -8192",
            "wal_autocheckpoint = 0",  # nobody's commit does it, see sqlite_upkeep.py
            "journal_size_limit = 67108864",
            f"query_only = {'ON' if read_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def open_uri(path: str, query: str) -> sqlite3.Connection:
    """A bare connection, for example ``immutable=1``; never makes a file. May raise."""
    return sqlite3.connect(
        f"file:{quote(path)}?{query}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # made in one thread, then used by one other
        cached_statements=STATEMENTS,
    )


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """What is done inside is stored whole or not at all, with the open transaction if any."""
    if connection.in_transaction:
        yield connection
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # what went wrong first is what matters
            # when the disk is full SQLite has rolled back already; doing it again is an error
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        raise


def is_unavailable(error: BaseException) -> bool:
    """Is it the disk or the file (trying again may help), and not what was to be stored?"""
    return (
        isinstance(error, sqlite3.OperationalError | sqlite3.InternalError)
        or type(error) is sqlite3.DatabaseError  # malformed, or not a database any more
    )


def bounded(number: int) -> int:
    """``number``, or the nearest integer that SQLite can compare with."""
    return max(-MAX_INTEGER, min(number, MAX_INTEGER))
