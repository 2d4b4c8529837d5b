"""What is asked of a store about documents, and what it may rely on.

Each document has a log of its own, a state, and items: records of one kind with an id (a
proposal, a conflict, a snapshot …), whose large texts are blobs. A store knows no rules.

What every implementation promises, beside the promises of ``store.py``:

- ``append_document`` is atomic and durable when it returns: events, state, items and blobs.
- ``seq`` of a document is 1..n without a hole; ``expected_seq`` and (document, author, ref) are
  as for sessions.
- A blob is named by the SHA-256 of its bytes, and there is one of it however often it was put.
  It is there as long as an item names it; pruning forgets the others.
"""

import hashlib
from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from .outcomes import Outcome


class NewDocumentEvent(Struct, frozen=True, kw_only=True):
    """An event to append. ``at`` in ms."""

    type: str
    at: int
    payload: bytes


class StoredDocumentEvent(Struct, frozen=True, kw_only=True):
    """An event of a document's log."""

    seq: int
    type: str
    at: int
    payload: bytes


class Item(Struct, frozen=True, kw_only=True):
    """A record of a document, inserted or replaced by (kind, item_id).

    ``about``: what else it belongs to, a run for example. ``blobs``: hashes of the texts that
    ``data`` refers to.
    """

    document_id: str
    kind: str
    item_id: str
    at: int
    status: str
    data: bytes
    about: str | None = None
    blobs: tuple[str, ...] = ()


ItemPlace = tuple[int, str]
"""(at, item_id) of an item: where a page of items ends."""


class DocumentEntry(Struct, frozen=True, kw_only=True):
    """The outcome of one command: stored whole or not at all; makes the document if need be.

    ``path``: where the document is now, for people to read. ``state``: as it is after this;
    null when unchanged. ``blobs``: bytes that the items name by their hashes. An empty ``ref``
    is no command of anybody: nothing is remembered of it, and it happens as often as it comes.
    """

    document_id: str
    path: str
    author: str
    ref: str
    at: int
    events: Sequence[NewDocumentEvent] = ()
    state: bytes | None = None
    items: Sequence[Item] = ()
    blobs: Sequence[bytes] = ()
    expected_seq: int | None = None


class DocumentRecord(Struct, frozen=True, kw_only=True):
    """A document's row. ``at``: when it last changed; ``state`` is empty before the first one."""

    document_id: str
    path: str
    last_seq: int
    at: int
    state: bytes


class DocumentStore(Protocol):
    """See the module's promises."""

    async def append_document(self, entry: DocumentEntry) -> Outcome:
        """Store an entry: ``STORED``, ``DUPLICATE`` or ``CONFLICT``, checked in this order.

        Raises ``StoreUnavailable``; ``ValueError`` for an item of another document, or one that
        names a blob which is not there, or a blob that no item names: nothing is stored.
        """

    async def document(self, document_id: str) -> DocumentRecord | None:
        """One document's row."""

    async def documents(self) -> list[DocumentRecord]:
        """All documents, by id."""

    async def find_document_command(
        self, document_id: str, author: str, ref: str
    ) -> "Outcome | None":
        """The outcome of a command that was stored before (``DUPLICATE`` with its seqs)."""

    async def document_events(
        self, document_id: str, after: int, limit: int
    ) -> list[StoredDocumentEvent]:
        """Events with seq > ``after``, ascending, at most ``limit``."""

    async def item(self, kind: str, item_id: str) -> Item | None:
        """One item."""

    async def items(
        self,
        kind: str,
        *,
        document_id: str | None = None,
        about: str | None = None,
        statuses: Sequence[str] | None = None,
        before: ItemPlace | None = None,
        limit: int = 100,
    ) -> list[Item]:
        """Items of a kind, newest first (by ``at``, then id), those before a place."""

    async def blob(self, digest: str) -> bytes | None:
        """The bytes with this SHA-256 (hex)."""

    async def prune_items(
        self,
        kind: str,
        *,
        before_at: int | None = None,
        keep: int | None = None,
        statuses: Sequence[str] | None = None,
    ) -> int:
        """Forget items (of these ``statuses``) that are older than ``before_at`` or not among
        the newest ``keep`` of their document and kind, and every blob that no item names any
        more. Returns how many items went."""

    async def prune_documents(self, before_at: int) -> int:
        """Forget events and commands of documents older than ``before_at`` (ms); the states and
        items stay. Returns how many events went."""


def digest_of(blob: bytes) -> str:
    """The name of a blob."""
    return hashlib.sha256(blob).hexdigest()


def check_document_entry(entry: DocumentEntry, digests: Sequence[str]) -> None:
    """Raise ``ValueError`` for what no store can keep; ``digests`` name ``entry.blobs``."""
    named = {digest for item in entry.items for digest in item.blobs}
    for item in entry.items:
        if item.document_id != entry.document_id:
            raise ValueError(f"{item.kind} {item.item_id!r} belongs to another document")
    unnamed = set(digests) - named
    if unnamed:
        raise ValueError(f"no item names blob {min(unnamed)}")
    for text in (entry.path, entry.author, entry.ref, entry.document_id):
        text.encode()
