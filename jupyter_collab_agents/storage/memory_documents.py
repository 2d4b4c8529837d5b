"""Documents in memory: the same tables as on disk, as dicts."""

import threading
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from .documents import (
    DocumentEntry,
    DocumentRecord,
    Item,
    ItemPlace,
    StoredDocumentEvent,
    check_document_entry,
    digest_of,
)
from .store import Outcome, Result


class _Command(Struct, frozen=True):
    at: int
    first: int
    last: int


class _Document:
    """One document's rows."""

    def __init__(self, entry: DocumentEntry) -> None:
        self.row = DocumentRecord(
            document_id=entry.document_id, path=entry.path, last_seq=0, at=entry.at, state=b""
        )
        self.events: list[StoredDocumentEvent] = []
        self.commands: dict[tuple[str, str], _Command] = {}


class MemoryDocuments:
    """The part of ``MemoryStore`` that keeps documents; see ``DocumentStore``."""

    _open: Callable[[], threading.Lock]

    def __init__(self) -> None:
        self._documents: dict[str, _Document] = {}
        self._items: dict[tuple[str, str], Item] = {}
        self._blobs: dict[str, bytes] = {}

    async def append_document(self, entry: DocumentEntry) -> Outcome:
        """See ``DocumentStore``."""
        blobs = {digest_of(blob): blob for blob in entry.blobs}
        check_document_entry(entry, list(blobs))
        with self._open():
            document = self._documents.get(entry.document_id) or _Document(entry)
            known = document.commands.get((entry.author, entry.ref))
            if known is not None:
                return Outcome(Result.DUPLICATE, known.first, known.last if known.first else 0)
            if entry.expected_seq is not None and entry.expected_seq != document.row.last_seq:
                return Outcome(Result.CONFLICT, 0, 0)
            for item in entry.items:
                for digest in item.blobs:
                    if digest not in blobs and digest not in self._blobs:
                        raise ValueError(f"there is no blob {digest}")
            self._documents[entry.document_id] = document
            self._blobs.update(blobs)
            for item in entry.items:
                self._items[item.kind, item.item_id] = item
            return _store(document, entry)

    async def document(self, document_id: str) -> DocumentRecord | None:
        """See ``DocumentStore``."""
        with self._open():
            document = self._documents.get(document_id)
            return None if document is None else document.row

    async def documents(self) -> list[DocumentRecord]:
        """See ``DocumentStore``."""
        with self._open():
            return [self._documents[key].row for key in sorted(self._documents)]

    async def find_document_command(
        self, document_id: str, author: str, ref: str
    ) -> Outcome | None:
        """See ``DocumentStore``."""
        with self._open():
            document = self._documents.get(document_id)
            known = None if document is None else document.commands.get((author, ref))
            if known is None:
                return None
            return Outcome(Result.DUPLICATE, known.first, known.last if known.first else 0)

    async def document_events(
        self, document_id: str, after: int, limit: int
    ) -> list[StoredDocumentEvent]:
        """See ``DocumentStore``."""
        with self._open():
            document = self._documents.get(document_id)
            events = [] if document is None else document.events
            return [event for event in events if event.seq > after][: max(limit, 0)]

    async def item(self, kind: str, item_id: str) -> Item | None:
        """See ``DocumentStore``."""
        with self._open():
            return self._items.get((kind, item_id))

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
        """See ``DocumentStore``."""
        with self._open():
            found = [
                item
                for item in self._items.values()
                if item.kind == kind
                and document_id in (None, item.document_id)
                and about in (None, item.about)
                and (statuses is None or item.status in statuses)
                and (before is None or _place(item) < before)
            ]
        return sorted(found, key=_place, reverse=True)[: max(limit, 0)]

    async def blob(self, digest: str) -> bytes | None:
        """See ``DocumentStore``."""
        with self._open():
            return self._blobs.get(digest)

    async def prune_items(
        self,
        kind: str,
        *,
        before_at: int | None = None,
        keep: int | None = None,
        statuses: Sequence[str] | None = None,
    ) -> int:
        """See ``DocumentStore``."""
        with self._open():
            counts: dict[str, int] = {}
            gone = 0
            for item in sorted(self._items.values(), key=_place, reverse=True):
                if item.kind != kind:
                    continue
                count = counts[item.document_id] = counts.get(item.document_id, 0) + 1
                old = before_at is not None and item.at < before_at
                surplus = keep is not None and count > keep
                if (old or surplus) and (statuses is None or item.status in statuses):
                    del self._items[kind, item.item_id]
                    gone += 1
            named = {digest for item in self._items.values() for digest in item.blobs}
            self._blobs = {key: blob for key, blob in self._blobs.items() if key in named}
            return gone

    async def prune_documents(self, before_at: int) -> int:
        """See ``DocumentStore``."""
        gone = 0
        with self._open():
            for document in self._documents.values():
                kept = [event for event in document.events if event.at >= before_at]
                gone += len(document.events) - len(kept)
                document.events = kept
                document.commands = {
                    key: one for key, one in document.commands.items() if one.at >= before_at
                }
        return gone


def _place(item: Item) -> ItemPlace:
    return item.at, item.item_id


def _store(document: _Document, entry: DocumentEntry) -> Outcome:
    row = document.row
    first, last = row.last_seq + 1, row.last_seq
    for event in entry.events:
        last += 1
        document.events.append(
            StoredDocumentEvent(seq=last, type=event.type, at=event.at, payload=event.payload)
        )
    stored = last >= first
    if entry.ref:
        done = _Command(entry.at, first if stored else 0, last)
        document.commands[entry.author, entry.ref] = done
    document.row = replace(
        row,
        path=entry.path,
        last_seq=last,
        at=entry.at,
        state=row.state if entry.state is None else entry.state,
    )
    return Outcome(Result.STORED, first, last) if stored else Outcome(Result.STORED, 0, 0)
