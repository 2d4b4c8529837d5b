"""A store that forgets when the process ends: for trying things out, and for tests.

It keeps every promise of ``store.py`` but durability.
"""

import os
import threading
from collections.abc import Sequence
from itertools import count

from .entries import check_creation, check_entry
from .memory_documents import MemoryDocuments
from .memory_session import SessionTables
from .store import (
    Entry,
    Outcome,
    Result,
    SessionRecord,
    Snapshot,
    StoredEvent,
    StoredMessage,
    StoreUnavailable,
)
from .words import fold, query_words


class MemoryStore(MemoryDocuments):
    """See ``store.Store``. May be used from several event loops at once."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()  # never held across an await
        self._sessions: dict[str, SessionTables] = {}
        self._profiles: dict[str, bytes] = {}
        self._numbers = count()
        self._secret = os.urandom(32)
        self._closed = False
        self.shared = False

    def _open(self) -> threading.Lock:
        if self._closed:
            raise StoreUnavailable("the store is closed")
        return self._lock

    async def create_session(
        self, session_id: str, epoch: str, created_at: int, entry: Entry
    ) -> Outcome:
        """See ``Store``."""
        check_creation(session_id, entry)
        check_entry(entry)
        with self._open():
            known = self._sessions.get(session_id)
            if known is not None:
                return known.find_command(entry.author, entry.ref) or Outcome(Result.CONFLICT, 0, 0)
            session = SessionTables(session_id, epoch, created_at)
            refusal = session.refusal(entry)
            if refusal is not None:
                return refusal
            self._sessions[session_id] = session
            return session.store(entry, self._numbers)

    async def delete_session(self, session_id: str) -> None:
        """See ``Store``."""
        with self._open():
            self._sessions.pop(session_id, None)

    async def sessions(self) -> list[SessionRecord]:
        """See ``Store``."""
        with self._open():
            rows = [session.row() for session in self._sessions.values()]
        return sorted(rows, key=lambda row: row.created_at)

    async def session(self, session_id: str) -> SessionRecord | None:
        """See ``Store``."""
        with self._open():
            session = self._sessions.get(session_id)
            return None if session is None else session.row()

    async def append(self, entries: Sequence[Entry]) -> list[Outcome]:
        """See ``Store``."""
        for entry in entries:
            check_entry(entry)
        with self._open():
            return [self._append(entry) for entry in entries]

    def _append(self, entry: Entry) -> Outcome:
        session = self._sessions.get(entry.session_id)
        if session is None:
            return Outcome(Result.NO_SESSION, 0, 0)
        return session.refusal(entry) or session.store(entry, self._numbers)

    async def find_command(self, session_id: str, author: str, ref: str) -> Outcome | None:
        """See ``Store``."""
        with self._open():
            session = self._sessions.get(session_id)
            return None if session is None else session.find_command(author, ref)

    async def events(
        self,
        session_id: str,
        after: int,
        limit: int,
        types: Sequence[str] | None = None,
    ) -> list[StoredEvent]:
        """See ``Store``."""
        with self._open():
            session = self._sessions.get(session_id)
            return [] if session is None else session.events(after, limit, types)

    async def events_of_message(self, session_id: str, message_id: str) -> list[StoredEvent]:
        """See ``Store``."""
        with self._open():
            session = self._sessions.get(session_id)
            return [] if session is None else session.events_of_message(message_id)

    async def messages(
        self,
        session_id: str,
        before: int | None,
        limit: int,
        since: int = 0,
        thread_id: str | None = None,
    ) -> list[StoredMessage]:
        """See ``Store``."""
        with self._open():
            session = self._sessions.get(session_id)
            return [] if session is None else session.messages(before, limit, since, thread_id)

    async def messages_by_id(
        self, session_id: str, message_ids: Sequence[str]
    ) -> dict[str, StoredMessage]:
        """See ``Store``."""
        with self._open():
            session = self._sessions.get(session_id)
            return {} if session is None else session.messages_by_id(message_ids)

    async def search(
        self, session_ids: Sequence[str], query: str, limit: int, before: int | None = None
    ) -> list[StoredMessage]:
        """See ``Store``."""
        wanted = [fold(word) for word in query_words(query)]
        if not wanted:
            return []
        with self._open():
            found = [
                hit
                for session_id in dict.fromkeys(session_ids)
                if (session := self._sessions.get(session_id)) is not None
                for hit in session.search(wanted, before)
            ]
        found.sort(key=lambda hit: hit[0], reverse=True)
        return [message for _, message in found[: max(limit, 0)]]

    async def save_snapshot(self, session_id: str, snapshot: Snapshot) -> None:
        """See ``Store``."""
        with self._open():
            session = self._sessions.get(session_id)
            if session is None:
                return
            if session.snapshot is None or session.snapshot.seq <= snapshot.seq:
                session.snapshot = snapshot

    async def snapshot(self, session_id: str) -> Snapshot | None:
        """See ``Store``."""
        with self._open():
            session = self._sessions.get(session_id)
            return None if session is None else session.snapshot

    async def set_read(self, session_id: str, participant_id: str, seq: int) -> int:
        """See ``Store``."""
        with self._open():
            session = self._sessions.get(session_id)
            if session is None:
                return 0
            mark = max(seq, session.reads.get(participant_id, 0))
            session.reads[participant_id] = mark
            return mark

    async def reads(self, participant_id: str) -> dict[str, int]:
        """See ``Store``."""
        with self._open():
            return {
                session_id: session.reads[participant_id]
                for session_id, session in self._sessions.items()
                if participant_id in session.reads
            }

    async def save_profile(self, participant_id: str, profile: bytes) -> None:
        """See ``Store``."""
        with self._open():
            self._profiles[participant_id] = profile

    async def profiles(self) -> dict[str, bytes]:
        """See ``Store``."""
        with self._open():
            return dict(self._profiles)

    async def prune(self, session_id: str, before_at: int) -> int:
        """See ``Store``."""
        with self._open():
            session = self._sessions.get(session_id)
            return 0 if session is None else session.prune(before_at)

    async def secret(self) -> bytes:
        """See ``Store``."""
        with self._open():
            return self._secret

    async def check(self) -> None:
        """See ``Store``."""
        with self._open():
            return

    async def schema(self) -> str | None:
        """Memory has none."""
        return None

    async def close(self) -> None:
        """See ``Store``."""
        self._closed = True
