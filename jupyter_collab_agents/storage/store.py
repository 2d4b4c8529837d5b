"""What the hub asks of a store, and what it may rely on.

A store keeps records; it knows no rules. Payloads are opaque bytes (JSON of the protocol's
structs), bodies are the texts that can be erased without touching the log's order.

What every implementation promises (tests/storage/contract.py is the meaning of this file):

- ``append`` is atomic per batch and durable when it returns: after ``kill -9`` or power loss
  a returned ``STORED`` is still there.
- ``seq`` of a session is 1..n without a hole, in commit order.
- (session, author, ref) happens once: a resend answers ``DUPLICATE`` with the first seqs.
- An entry with ``expected_seq`` is stored only if the session's last seq is that value
  (entries of one batch count in order), else ``CONFLICT``. One refused entry refuses no other.
- A failed ``append`` raises ``StoreUnavailable``; its outcome is unknown to the caller, and
  resending the same entries is always safe.
"""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from .documents import DocumentStore
from .outcomes import Outcome, Result, StoreNotReady, StoreUnavailable


class NewEvent(Struct, frozen=True, kw_only=True):
    """An event to append. ``payload`` is its JSON with seq 0 and without ``body``."""

    type: str
    at: int
    payload: bytes
    body: str | None = None
    message_id: str | None = None


class MessageRecord(Struct, frozen=True, kw_only=True):
    """A message as it stands: inserted or replaced by id.

    ``data`` is the JSON of ``protocol.chat.Message`` with seq 0 and an empty body.
    ``event_index`` says which of the entry's events posted it (that one has its id, and its seq
    becomes the message's); null for a message that exists already.
    """

    message_id: str
    author: str
    at: int
    thread_id: str | None
    data: bytes
    body: str
    event_index: int | None


class Entry(Struct, frozen=True, kw_only=True):
    """The outcome of one command: stored whole or not at all. ``messages``: one per message.

    ``index``: the session's new line in the session list, null when unchanged.
    ``erase``: message ids whose texts go for good (all versions, and from the search).
    """

    session_id: str
    author: str
    ref: str
    events: Sequence[NewEvent]
    messages: Sequence[MessageRecord] = ()
    erase: Sequence[str] = ()
    index: bytes | None = None
    expected_seq: int | None = None


class StoredEvent(Struct, frozen=True, kw_only=True):
    """An event of the log. ``body`` is null where it has none or was erased."""

    seq: int
    type: str
    at: int
    payload: bytes
    body: str | None
    message_id: str | None


class StoredMessage(Struct, frozen=True, kw_only=True):
    """A message with its seq and text put beside its data."""

    session_id: str
    message_id: str
    seq: int
    data: bytes
    body: str


class SessionRecord(Struct, frozen=True, kw_only=True):
    """A session's row. ``epoch`` names this log: it changes if the log was restored or cut."""

    session_id: str
    epoch: str
    created_at: int
    last_seq: int
    min_seq: int
    last_at: int
    index: bytes


class Snapshot(Struct, frozen=True):
    """The state after ``seq``, so that loading stays flat."""

    seq: int
    state: bytes


class Store(DocumentStore, Protocol):
    """See the module's promises; those about documents are in ``documents.py``."""

    shared: bool
    """Whether other servers may write to it while it is open here."""

    async def create_session(
        self, session_id: str, epoch: str, created_at: int, entry: Entry
    ) -> Outcome:
        """Make a session together with its first events. ``CONFLICT`` if the id exists.

        A resend (same author and ref) of the same creation answers ``DUPLICATE``.
        """

    async def delete_session(self, session_id: str) -> None:
        """Erase a session with everything that belongs to it. Unknown ids are fine."""

    async def sessions(self) -> list[SessionRecord]:
        """All sessions, oldest first."""

    async def session(self, session_id: str) -> SessionRecord | None:
        """One session's row."""

    async def append(self, entries: Sequence[Entry]) -> list[Outcome]:
        """Store a batch; one outcome per entry, in order.

        Checked in this order: ``NO_SESSION``, ``DUPLICATE``, ``CONFLICT``; a refused entry is
        not recorded and may come again. Raises ``StoreUnavailable``; ``ValueError`` or
        ``OverflowError`` for data that can never be stored, then nothing of the batch is.
        """

    async def find_command(self, session_id: str, author: str, ref: str) -> Outcome | None:
        """The outcome of a command that was stored before (``DUPLICATE`` with its seqs)."""

    async def events(
        self,
        session_id: str,
        after: int,
        limit: int,
        types: Sequence[str] | None = None,
    ) -> list[StoredEvent]:
        """Events with seq > ``after``, ascending, at most ``limit``, optionally only ``types``."""

    async def events_of_message(self, session_id: str, message_id: str) -> list[StoredEvent]:
        """Every event that carries this message id, ascending."""

    async def messages(
        self,
        session_id: str,
        before: int | None,
        limit: int,
        since: int = 0,
        thread_id: str | None = None,
    ) -> list[StoredMessage]:
        """The last ``limit`` messages with since < seq < ``before``, ascending by seq.

        With ``thread_id``: the opening message and its replies only.
        """

    async def messages_by_id(
        self, session_id: str, message_ids: Sequence[str]
    ) -> dict[str, StoredMessage]:
        """Those that exist."""

    async def search(
        self, session_ids: Sequence[str], query: str, limit: int, before: int | None = None
    ) -> list[StoredMessage]:
        """Messages whose text has all words of ``query`` (as prefixes, case and accents folded).

        Newest first by time; any string is a valid query; a query without words finds nothing.
        ``before``: only messages posted before this time (ms).
        """

    async def save_snapshot(self, session_id: str, snapshot: Snapshot) -> None:
        """Keep the newest snapshot only."""

    async def snapshot(self, session_id: str) -> Snapshot | None:
        """The newest snapshot."""

    async def set_read(self, session_id: str, participant_id: str, seq: int) -> int:
        """Move a read mark forward (never back); returns where it is now."""

    async def reads(self, participant_id: str) -> dict[str, int]:
        """A participant's read marks by session."""

    async def save_profile(self, participant_id: str, profile: bytes) -> None:
        """Remember who somebody is (JSON of ``protocol.participants.Profile``)."""

    async def profiles(self) -> dict[str, bytes]:
        """Everybody this store has seen."""

    async def prune(self, session_id: str, before_at: int) -> int:
        """Forget messages and events older than ``before_at`` (ms); returns the new ``min_seq``.

        A snapshot at or after the cut must exist, else nothing is pruned. Dedup records of
        pruned events go too.
        """

    async def secret(self) -> bytes:
        """32 random bytes made with the store; the key of invitation links."""

    async def check(self) -> None:
        """Write and read a row. Raises ``StoreUnavailable`` when that fails."""

    async def schema(self) -> str | None:
        """The schema's revision, null where there is none (memory)."""

    async def close(self) -> None:
        """Finish what was accepted, then let go. Idempotent."""


__all__ = [
    "Entry",
    "MessageRecord",
    "NewEvent",
    "Outcome",
    "Result",
    "SessionRecord",
    "Snapshot",
    "Store",
    "StoreNotReady",
    "StoreUnavailable",
    "StoredEvent",
    "StoredMessage",
]
