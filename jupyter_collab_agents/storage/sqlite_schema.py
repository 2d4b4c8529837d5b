"""Making and upgrading database files. Alembic is imported here only, and only when needed."""

import os
import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path

from msgspec import Struct

from .sqlite_connection import open_uri
from .store import StoreNotReady


class Schema(Struct, frozen=True):
    """Revisions that this version understands, oldest first, and the folder of their scripts."""

    revisions: tuple[str, ...]
    scripts: str

    @property
    def head(self) -> str:
        """The revision that this version works with."""
        return self.revisions[-1]


SCHEMA = Schema(("0001", "0002"), str(Path(__file__).parent / "migrations"))

_alembic = threading.Lock()  # its context is one per process


def create_file(path: str, schema: Schema) -> None:
    """Make a database, whole or not at all. May raise ``StoreNotReady`` or ``OSError``."""
    new = f"{path}.new"
    _remove(new)
    try:
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(open_uri(new, "mode=rw")) as connection:
            # a message changes a little in each of six pages, and all of them must go to the disk
            connection.execute("PRAGMA page_size = 2048")
            connection.execute("PRAGMA journal_mode = WAL")
        _migrate(new, schema)
        with closing(open_uri(new, "mode=rw")) as connection:
            connection.execute("INSERT INTO meta VALUES ('secret', ?)", (os.urandom(32),))
        os.replace(new, path)
        _sync_folder(os.path.dirname(path))
    except BaseException:
        _remove(new)
        raise


def upgrade_file(path: str, schema: Schema, revision: str) -> str:
    """Bring an older database up to date; returns the path of the copy made before.

    May raise ``StoreNotReady`` (the database is then as it was) or ``OSError``.
    """
    copy = f"{path}.before-{schema.head}"
    new = f"{copy}.new"
    _remove(new)
    try:
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with closing(open_uri(path, "mode=rw")) as source, closing(open_uri(new, "mode=rw")) as to:
            source.backup(to)
        os.replace(new, copy)
        _sync_folder(os.path.dirname(path))
    except BaseException:
        _remove(new)
        raise
    _migrate(path, schema)
    return copy


def _migrate(path: str, schema: Schema) -> None:
    """Run the missing revisions in one transaction."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError
    from sqlalchemy import Connection, create_engine, event
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.pool import NullPool

    engine = create_engine(
        "sqlite://", creator=lambda: open_uri(path, "mode=rw"), poolclass=NullPool
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:  # sqlite3 would not begin before CREATE TABLE
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    config = Config()
    config.set_main_option("script_location", schema.scripts.replace("%", "%%"))
    try:
        with _alembic, engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, schema.head)
    except DBAPIError as error:
        raise StoreNotReady(f"{path} could not be brought up to date: {error.orig}") from error
    except CommandError as error:
        raise StoreNotReady(f"{path} could not be brought up to date: {error}") from error
    finally:
        engine.dispose()


def read_revision(connection: sqlite3.Connection) -> str | None:
    """The revision of an open database; null when it is not one of ours. May raise."""
    found = connection.execute(
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'alembic_version'"
    ).fetchone()
    if found is None:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return None if row is None else str(row[0])


def _remove(path: str) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            os.unlink(path + suffix)


def _sync_folder(folder: str) -> None:
    """Make a new name durable, where folders can be synced at all (not on Windows)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
