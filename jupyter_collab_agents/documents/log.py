"""The documents in memory: each one's turn. Decide, store, apply, tell, in this order.

One change of a document at a time; another server's in between is noticed by the store, then
the document is read again and the change decided anew.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence

import msgspec
from msgspec import Struct

from ..domain.documents import Document, apply, decode_document, numbered
from ..domain.errors import Refusal
from ..hub.clock import Clock
from ..protocol.base import Durable
from ..protocol.document_log import decode_document_event
from ..protocol.errors import ErrorCode
from ..storage.documents import DocumentEntry, DocumentRecord, DocumentStore, Item, NewDocumentEvent
from ..storage.store import Result

log = logging.getLogger(__name__)

MAX_TRIES = 20
PAGE = 500

_encode = msgspec.json.Encoder().encode


class Draft(Struct, frozen=True):
    """What is to be stored: events with seq 0, items, and the blobs that they name."""

    events: Sequence[Durable] = ()
    items: Sequence[Item] = ()
    blobs: Sequence[bytes] = ()


class Changed(Struct, frozen=True):
    """A change that is stored. ``events`` is empty for what another server did."""

    before: Document
    after: Document
    path: str
    events: Sequence[Durable] = ()


Decide = Callable[[Document, str], Draft]
"""From the document and its path to what is to be stored. May raise ``Refusal``."""


class _Live:
    """One document. ``stale``: the store may have something newer."""

    def __init__(self, document: Document, path: str) -> None:
        self.document = document
        self.path = path
        self.stale = False
        self.turn = asyncio.Lock()


class DocumentLog:
    """See the module. ``where`` tells where a file is now, null if nobody knows."""

    def __init__(
        self,
        store: DocumentStore,
        clock: Clock,
        where: Callable[[str], str | None],
        on_change: Callable[[Changed], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._where = where
        self._on_change = on_change
        self._live: dict[str, _Live] = {}

    async def start(self) -> None:
        """Read what every document's state is."""
        for record in await self._store.documents():
            self._live[record.document_id] = _Live(await self._read(record), record.path)

    # --- reading --------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Document]:
        return iter([live.document for live in self._live.values()])

    def document(self, document_id: str) -> Document:
        """As it stands; an empty one where nothing ever happened."""
        live = self._live.get(document_id)
        return Document(document_id) if live is None else live.document

    def path(self, document_id: str, known: str = "") -> str:
        """Where the file is, or was when we last knew."""
        live = self._live.get(document_id)
        path = self._where(document_id) or (live.path if live is not None else known)
        if live is not None:
            live.path = path
        return path

    # --- changing -------------------------------------------------------------------------

    async def change(
        self, document_id: str, path: str, *, author: str, ref: str, decide: Decide
    ) -> Document:
        """The document after what ``decide`` makes of it, stored and told.

        (author, ref) happens once: what was stored before is not decided again. ``path`` is
        for a document that was not there yet. Raises ``Refusal`` or ``StoreUnavailable``.
        """
        live = self._live.get(document_id)
        if live is None:
            live = self._live[document_id] = _Live(Document(document_id), path)
        async with live.turn:
            for _ in range(MAX_TRIES):
                if live.stale:
                    await self._read_again(live)
                if await self._try(live, author, ref, decide):
                    return live.document
        raise Refusal(ErrorCode.BUSY, "Others were faster each time. Try again.")

    async def _try(self, live: _Live, author: str, ref: str, decide: Decide) -> bool:
        """Decide and store; false when it has to be decided again."""
        before = live.document
        document_id = before.document_id
        path = self.path(document_id)
        try:
            draft = decide(before, path)
        except Refusal:
            # the first sending may have done what now is refused: only the store knows
            if await self._store.find_document_command(document_id, author, ref):
                return True
            raise
        if not (draft.events or draft.items):
            return True
        events, after = numbered(before, draft.events)
        entry = DocumentEntry(
            document_id=document_id,
            path=path,
            author=author,
            ref=ref,
            at=self._clock.now(),
            events=[_record(event) for event in events],
            state=_encode(after),
            items=draft.items,
            blobs=draft.blobs,
            expected_seq=before.seq,
        )
        live.stale = True  # until the store has said what became of it
        outcome = await self._store.append_document(entry)
        if outcome.result is Result.CONFLICT:
            return False
        if outcome.result is Result.STORED:
            live.document, live.stale = after, False
            self._tell(Changed(before, after, path, events))
        else:  # a resend: it was done the first time
            await self._read_again(live)
        return True

    async def _read_again(self, live: _Live) -> None:
        before = live.document
        record = await self._store.document(before.document_id)
        after = Document(before.document_id) if record is None else await self._read(record)
        live.document, live.stale = after, False
        if after != before:
            self._tell(Changed(before, after, self.path(before.document_id)))

    def _tell(self, changed: Changed) -> None:
        try:
            self._on_change(changed)
        except Exception:
            # it is stored; whoever asked for it has no part in this
            log.exception("a change of document %s was not told", changed.after.document_id)

    async def _read(self, record: DocumentRecord) -> Document:
        """The state as it was stored, or as the log adds up."""
        try:
            document = decode_document(record.state)
        except msgspec.DecodeError:
            document = Document(record.document_id)
        if document.seq == record.last_seq:
            return document
        document = Document(record.document_id)
        while document.seq < record.last_seq:
            page = await self._store.document_events(record.document_id, document.seq, PAGE)
            if not page or page[0].seq != document.seq + 1:
                log.error("the log of document %s has a hole", record.document_id)
                return Document(record.document_id, seq=record.last_seq)
            for stored in page:
                document = apply(document, decode_document_event(stored.payload))
        return document


def _record(event: Durable) -> NewDocumentEvent:
    payload = _encode(event)
    decode_document_event(payload)  # what could not be read again must never be stored
    return NewDocumentEvent(type=str(event.__struct_config__.tag), at=event.at, payload=payload)
