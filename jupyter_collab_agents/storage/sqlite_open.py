"""Opening the file safely: look before touching, and refuse in words an admin can act on."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

from filelock import FileLock, Timeout

from .file_system import file_system_of, is_network
from .sqlite import SqliteStore
from .sqlite_connection import connect, open_uri
from .sqlite_readers import Readers
from .sqlite_schema import SCHEMA, Schema, create_file, read_revision, upgrade_file
from .sqlite_writer import Writer
from .store import StoreNotReady

READERS = 2
LARGEST_CHECKED = 64 * 2**20
"""Larger files are not read through at every start."""

_MAGIC = b"SQLite format 3\x00"
_OLDEST_SQLITE = (3, 35, 0)


async def open_sqlite(
    path: str,
    *,
    schema: Schema = SCHEMA,
    file_system: Callable[[str], str] = file_system_of,
) -> SqliteStore:
    """Open the store in ``path``, making or upgrading it when needed.

    ``file_system`` tells the type of the file system a path is on.
    Raises ``StoreNotReady``; a file that is refused stays as it was.
    """
    return await asyncio.to_thread(_open, path, schema, file_system)


def _open(path: str, schema: Schema, file_system: Callable[[str], str]) -> SqliteStore:
    path = os.path.realpath(path)
    _require_sqlite()
    kind = file_system(os.path.dirname(path))
    if is_network(kind):
        raise StoreNotReady(
            f"{path} is on a network file system ({kind}), where SQLite can lose data. "
            "Set database_url to a file on a local disk: sqlite:///folder/file.sqlite"
        )
    try:
        _require_magic(path)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with _locked(path) as lock:
            revision = _inspect(path, schema)
            if revision is None:
                create_file(path, schema)
            elif revision != schema.head:
                upgrade_file(path, schema, revision)
            return _start(path, schema, lock)
    except sqlite3.Error as error:
        raise StoreNotReady(
            f"{path} cannot be opened: {error}. See that the disk has space, that the server's "
            "account may write the file and its folder, and that no other program holds it."
        ) from error
    except OSError as error:
        raise StoreNotReady(
            f"{path} cannot be opened: {error.strerror or error}. See that the disk has space "
            "and that the server's account may write the file and its folder."
        ) from error


def _start(path: str, schema: Schema, lock: FileLock) -> SqliteStore:
    connections = [connect(path)]
    try:
        _require_writing(path, connections[0])
        connections += [connect(path, read_only=True) for _ in range(READERS)]
    except BaseException:
        for connection in connections:
            connection.close()
        raise
    writer = Writer(connections[0], lambda: connect(path))
    return SqliteStore(writer, Readers(connections[1:]), schema.head, lock.release)


def _require_writing(path: str, connection: sqlite3.Connection) -> None:
    mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
    if mode != "wal":
        raise StoreNotReady(
            f"{path} is on a file system without shared memory, which SQLite needs to write "
            "ahead. Set database_url to a file on a local disk: sqlite:///folder/file.sqlite"
        )
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("ROLLBACK")


@contextmanager
def _locked(path: str) -> Iterator[FileLock]:
    """Hold the lock between servers; let go of it only when the body raises."""
    name = f"{path}.lock"
    made = not os.path.exists(name)
    lock = FileLock(name, timeout=0, mode=0o600, thread_local=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreNotReady(
            f"{path} is in use by another server with the same root directory. "
            "Stop that server, or choose another store for this one."
        ) from error
    try:
        yield lock
    except BaseException:
        if made:
            # Those who wait for this very file notice that its name is gone, and start over.
            with suppress(OSError):
                os.unlink(name)
        lock.release()
        raise


def _require_sqlite() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE or "ENABLE_FTS5" not in options:
        raise StoreNotReady(
            f"Python's SQLite ({sqlite3.sqlite_version}) is older than 3.35 or lacks full-text "
            "search (FTS5). Use a Python with a newer SQLite."
        )


def _require_magic(path: str) -> None:
    """Refuse what is no database without leaving even a lock file beside it."""
    try:
        with open(path, "rb") as file:
            start = file.read(len(_MAGIC))
    except FileNotFoundError:
        start = b""
    if start not in (b"", _MAGIC):
        raise _damaged(path, "it is not a database")
    if start == b"" and os.path.exists(f"{path}-wal"):
        raise StoreNotReady(
            f"{path} is missing or empty, but {path}-wal, which belongs to it, is there. Restore "
            f"the database from a backup, or move {path}-wal away to begin with an empty store."
        )


def _inspect(path: str, schema: Schema) -> str | None:
    """The file's revision, null when it is to be made. Changes nothing."""
    if not os.path.exists(path) or os.path.getsize(path) == 0:
        return None
    try:
        with _looking(path) as connection:
            if os.path.getsize(path) <= LARGEST_CHECKED:
                verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                if verdict != "ok":
                    raise _damaged(path, str(verdict))
            revision = read_revision(connection)
    except sqlite3.OperationalError:
        raise  # it could not be read just now
    except sqlite3.DatabaseError as error:
        raise _damaged(path, str(error)) from error
    if revision is None:
        raise StoreNotReady(
            f"{path} is a database of another program. Move it away or choose another store."
        )
    if revision not in schema.revisions:
        raise StoreNotReady(
            f"{path} was written by a newer version of this extension (schema {revision}; this "
            f"version knows {schema.head}). Upgrade the extension, or choose another store."
        )
    return revision


@contextmanager
def _looking(path: str) -> Iterator[sqlite3.Connection]:
    """A connection that leaves no trace.

    After a crash the newest changes are in the log file beside the database; they count, and
    reading them needs an index file, which is removed again.
    """
    crashed = os.path.exists(f"{path}-wal") and os.path.getsize(f"{path}-wal") > 0
    had_index = os.path.exists(f"{path}-shm")
    connection = open_uri(path, "mode=ro" if crashed else "immutable=1")
    try:
        yield connection
    finally:
        connection.close()
        if crashed and not had_index:
            with suppress(FileNotFoundError):
                os.unlink(f"{path}-shm")


def _damaged(path: str, why: str) -> StoreNotReady:
    return StoreNotReady(
        f"{path} is damaged ({' '.join(why.split())}). Restore it from a backup, or move it away "
        "to begin with an empty store."
    )
