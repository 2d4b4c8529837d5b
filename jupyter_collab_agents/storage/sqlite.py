"""The store of one server: one SQLite file, nothing to set up."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from . import sqlite_change as change
from . import sqlite_read as read
from .entries import check_creation
from .sqlite_append import Places
from .sqlite_documents import SqliteDocuments
from .sqlite_readers import Readers
from .sqlite_words import enter_words
from .sqlite_writer import Writer
from .store import (
    Entry,
    Outcome,
    SessionRecord,
    Snapshot,
    StoredEvent,
    StoredMessage,
    StoreUnavailable,
)


class SqliteStore(SqliteDocuments):
    """See ``store.Store``. Made by ``sqlite_open.open_sqlite``; usable from several loops."""

    def __init__(
        self, writer: Writer, readers: Readers, revision: str, unlock: Callable[[], None]
    ) -> None:
        super().__init__(writer, readers)
        self._revision = revision
        self._unlock = unlock
        self._closing = threading.Lock()
        self.shared = False  # the file's lock keeps other servers out

    async def create_session(
        self, session_id: str, epoch: str, created_at: int, entry: Entry
    ) -> Outcome:
        """See ``Store``."""
        check_creation(session_id, entry)
        return await self._writer.change(
            lambda connection, places: change.create_session(
                connection, places, session_id, epoch, created_at, entry=entry
            )
        )

    async def delete_session(self, session_id: str) -> None:
        """See ``Store``."""
        await self._writer.change(
            lambda connection, places: change.delete_session(connection, places, session_id)
        )

    async def sessions(self) -> list[SessionRecord]:
        """See ``Store``."""
        return await self._readers.ask(read.sessions)

    async def session(self, session_id: str) -> SessionRecord | None:
        """See ``Store``."""
        return await self._readers.ask(read.session, session_id)

    async def append(self, entries: Sequence[Entry]) -> list[Outcome]:
        """See ``Store``."""
        return await self._writer.append(entries)

    async def find_command(self, session_id: str, author: str, ref: str) -> Outcome | None:
        """See ``Store``."""
        return await self._readers.ask(read.find_command, session_id, author, ref)

    async def events(
        self,
        session_id: str,
        after: int,
        limit: int,
        types: Sequence[str] | None = None,
    ) -> list[StoredEvent]:
        """See ``Store``."""
        return await self._readers.ask(read.events, session_id, after, limit, types)

    async def events_of_message(self, session_id: str, message_id: str) -> list[StoredEvent]:
        """See ``Store``."""
        return await self._readers.ask(read.events_of_message, session_id, message_id)

    async def messages(
        self,
        session_id: str,
        before: int | None,
        limit: int,
        since: int = 0,
        thread_id: str | None = None,
    ) -> list[StoredMessage]:
        """See ``Store``."""
        return await self._readers.ask(
            read.messages, session_id, before, limit, since=since, thread_id=thread_id
        )

    async def messages_by_id(
        self, session_id: str, message_ids: Sequence[str]
    ) -> dict[str, StoredMessage]:
        """See ``Store``."""
        return await self._readers.ask(read.messages_by_id, session_id, message_ids)

    async def search(
        self, session_ids: Sequence[str], query: str, limit: int, before: int | None = None
    ) -> list[StoredMessage]:
        """See ``Store``."""
        with suppress(StoreUnavailable):  # a full disk: what is entered already is found
            while await self._writer.change(_enter_words):
                pass  # share by share, so that others get in between
        return await self._readers.ask(read.search, session_ids, query, limit, before)

    async def save_snapshot(self, session_id: str, snapshot: Snapshot) -> None:
        """See ``Store``."""
        await self._writer.change(
            lambda connection, _: change.save_snapshot(connection, session_id, snapshot)
        )

    async def snapshot(self, session_id: str) -> Snapshot | None:
        """See ``Store``."""
        return await self._readers.ask(read.snapshot, session_id)

    async def set_read(self, session_id: str, participant_id: str, seq: int) -> int:
        """See ``Store``."""
        return await self._writer.change(
            lambda connection, _: change.set_read(connection, session_id, participant_id, seq)
        )

    async def reads(self, participant_id: str) -> dict[str, int]:
        """See ``Store``."""
        return await self._readers.ask(read.reads, participant_id)

    async def save_profile(self, participant_id: str, profile: bytes) -> None:
        """See ``Store``."""
        await self._writer.change(
            lambda connection, _: change.save_profile(connection, participant_id, profile)
        )

    async def profiles(self) -> dict[str, bytes]:
        """See ``Store``."""
        return await self._readers.ask(read.profiles)

    async def prune(self, session_id: str, before_at: int) -> int:
        """See ``Store``."""
        return await self._writer.change(
            lambda connection, _: change.prune(connection, session_id, before_at)
        )

    async def secret(self) -> bytes:
        """See ``Store``."""
        return bytes(await self._readers.ask(read.meta, "secret"))

    async def check(self) -> None:
        """See ``Store``."""
        written = await self._writer.change(_count_check)
        found = await self._readers.ask(read.meta, "checks")
        if int(found) < written:
            raise StoreUnavailable("what was written to the store cannot be read")

    async def schema(self) -> str | None:
        """See ``Store``."""
        return self._revision

    async def close(self) -> None:
        """See ``Store``."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        with self._closing:  # the second of two calls waits for the first
            # The writer's connection goes last: it folds the log file into the database.
            self._readers.close()
            self._writer.close()
            self._unlock()


def _enter_words(connection: sqlite3.Connection, _: Places) -> bool:
    return enter_words(connection)


def _count_check(connection: sqlite3.Connection, _: Places) -> int:
    return change.count_check(connection)
