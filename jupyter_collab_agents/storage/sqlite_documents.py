"""Documents on SQLite: the part of ``SqliteStore`` that keeps them."""

import asyncio
import json
import sqlite3
import zlib
from collections.abc import Sequence

from .documents import (
    DocumentEntry,
    DocumentRecord,
    Item,
    ItemPlace,
    StoredDocumentEvent,
    check_document_entry,
    digest_of,
)
from .sqlite_append import duplicate
from .sqlite_connection import Row, bounded
from .sqlite_readers import Readers
from .sqlite_writer import Writer
from .store import Outcome, Result

_Packed = Sequence[tuple[str, int, bytes]]  # digest, length, compressed

_DOCUMENT = "SELECT document_id, path, last_seq, at, state FROM documents"
_ITEM = (
    "SELECT d.document_id, i.kind, i.item_id, i.at, i.status, i.data, i.about,"
    " (SELECT json_group_array(b.digest) FROM item_blobs b WHERE b.item = i.id)"
    " FROM items i JOIN documents d ON d.id = i.document WHERE i.kind = ?"
)
_COMMAND = (
    "SELECT c.first_seq, c.last_seq FROM document_commands c JOIN documents d ON d.id = c.document"
    " WHERE d.document_id = ? AND c.author = ? AND c.ref = ?"
)


class SqliteDocuments:
    """See ``DocumentStore``."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer = writer
        self._readers = readers

    async def append_document(self, entry: DocumentEntry) -> Outcome:
        """See ``DocumentStore``."""
        packed = await asyncio.to_thread(_pack, entry.blobs) if entry.blobs else []
        check_document_entry(entry, [digest for digest, _, _ in packed])
        return await self._writer.change(lambda connection, _: _append(connection, entry, packed))

    async def document(self, document_id: str) -> DocumentRecord | None:
        """See ``DocumentStore``."""
        found = await self._readers.ask(_rows, f"{_DOCUMENT} WHERE document_id = ?", (document_id,))
        return _document(found[0]) if found else None

    async def documents(self) -> list[DocumentRecord]:
        """See ``DocumentStore``."""
        found = await self._readers.ask(_rows, f"{_DOCUMENT} ORDER BY document_id")
        return [_document(row) for row in found]

    async def find_document_command(
        self, document_id: str, author: str, ref: str
    ) -> Outcome | None:
        """See ``DocumentStore``."""
        found = await self._readers.ask(_rows, _COMMAND, (document_id, author, ref))
        return duplicate(*found[0]) if found else None

    async def document_events(
        self, document_id: str, after: int, limit: int
    ) -> list[StoredDocumentEvent]:
        """See ``DocumentStore``."""
        found = await self._readers.ask(
            _rows,
            "SELECT e.seq, e.type, e.at, e.payload FROM document_events e"
            " WHERE e.document = (SELECT id FROM documents WHERE document_id = ?)"
            " AND e.seq > ? ORDER BY e.seq LIMIT ?",
            (document_id, bounded(after), max(bounded(limit), 0)),
        )
        return [
            StoredDocumentEvent(seq=seq, type=type_, at=at, payload=payload)
            for seq, type_, at, payload in found
        ]

    async def item(self, kind: str, item_id: str) -> Item | None:
        """See ``DocumentStore``."""
        found = await self._readers.ask(_rows, f"{_ITEM} AND i.item_id = ?", (kind, item_id))
        return _item(found[0]) if found else None

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
        statement, values = _ITEM, [kind]
        conditions: list[tuple[str, object]] = []
        if document_id is not None:
            conditions.append(
                ("i.document = (SELECT id FROM documents WHERE document_id = ?)", document_id)
            )
        if about is not None:
            conditions.append(("i.about = ?", about))
        if statuses is not None:
            conditions.append(
                ("i.status IN (SELECT value FROM json_each(?))", json.dumps(list(statuses)))
            )
        arguments: list[object] = [*values]
        for condition, value in conditions:
            statement += f" AND {condition}"
            arguments.append(value)
        if before is not None:
            statement += " AND (i.at, i.item_id) < (?, ?)"
            arguments += (bounded(before[0]), before[1])
        statement += " ORDER BY i.at DESC, i.item_id DESC LIMIT ?"
        arguments.append(max(bounded(limit), 0))
        return [_item(row) for row in await self._readers.ask(_rows, statement, arguments)]

    async def blob(self, digest: str) -> bytes | None:
        """See ``DocumentStore``."""
        found = await self._readers.ask(_rows, "SELECT data FROM blobs WHERE digest = ?", (digest,))
        return await asyncio.to_thread(zlib.decompress, found[0][0]) if found else None

    async def prune_items(
        self,
        kind: str,
        *,
        before_at: int | None = None,
        keep: int | None = None,
        statuses: Sequence[str] | None = None,
    ) -> int:
        """See ``DocumentStore``."""
        return await self._writer.change(
            lambda connection, _: _prune_items(connection, kind, before_at, keep, statuses)
        )

    async def prune_documents(self, before_at: int) -> int:
        """See ``DocumentStore``."""
        return await self._writer.change(
            lambda connection, _: _prune_documents(connection, bounded(before_at))
        )


def _pack(blobs: Sequence[bytes]) -> _Packed:
    return [(digest_of(blob), len(blob), zlib.compress(blob)) for blob in blobs]


def _append(connection: sqlite3.Connection, entry: DocumentEntry, packed: _Packed) -> Outcome:
    """Inside the writer's open transaction."""
    known = connection.execute(_COMMAND, (entry.document_id, entry.author, entry.ref)).fetchone()
    if known is not None:
        return duplicate(*known)
    row = connection.execute(
        "SELECT id, last_seq FROM documents WHERE document_id = ?", (entry.document_id,)
    ).fetchone()
    before = 0 if row is None else int(row[1])
    if entry.expected_seq is not None and entry.expected_seq != before:
        return Outcome(Result.CONFLICT, 0, 0)
    last = before + len(entry.events)
    first = before + 1 if entry.events else 0
    if row is None:
        document = connection.execute(
            "INSERT INTO documents (document_id, path, last_seq, at, state) VALUES (?, ?, ?, ?, ?)",
            (entry.document_id, entry.path, last, entry.at, entry.state or b""),
        ).lastrowid
    else:
        document = row[0]
        connection.execute(
            "UPDATE documents SET path = ?, last_seq = ?, at = ?, state = coalesce(?, state)"
            " WHERE id = ?",
            (entry.path, last, entry.at, entry.state, document),
        )
    connection.executemany(
        "INSERT INTO document_events (document, seq, type, at, payload) VALUES (?, ?, ?, ?, ?)",
        [
            (document, seq, event.type, event.at, event.payload)
            for seq, event in enumerate(entry.events, before + 1)
        ],
    )
    if entry.ref:
        connection.execute(
            "INSERT INTO document_commands (document, author, ref, at, first_seq, last_seq)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (document, entry.author, entry.ref, entry.at, first, last),
        )
    connection.executemany(
        "INSERT INTO blobs (digest, length, data) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", packed
    )
    for item in entry.items:
        _put_item(connection, document, item)
    return Outcome(Result.STORED, first, last if first else 0)


def _put_item(connection: sqlite3.Connection, document: object, item: Item) -> None:
    (row_id,) = connection.execute(
        "INSERT INTO items (document, kind, item_id, at, status, about, data)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (kind, item_id) DO UPDATE SET"
        " document = excluded.document, at = excluded.at, status = excluded.status,"
        " about = excluded.about, data = excluded.data RETURNING id",
        (document, item.kind, item.item_id, item.at, item.status, item.about, item.data),
    ).fetchone()
    connection.execute("DELETE FROM item_blobs WHERE item = ?", (row_id,))
    for digest in dict.fromkeys(item.blobs):
        found = connection.execute("SELECT 1 FROM blobs WHERE digest = ?", (digest,)).fetchone()
        if found is None:
            raise ValueError(f"there is no blob {digest}")
        connection.execute("INSERT INTO item_blobs (item, digest) VALUES (?, ?)", (row_id, digest))


def _prune_items(
    connection: sqlite3.Connection,
    kind: str,
    before_at: int | None,
    keep: int | None,
    statuses: Sequence[str] | None,
) -> int:
    gone = connection.execute(
        "DELETE FROM items WHERE id IN (SELECT id FROM ("
        "SELECT id, at, status, row_number() OVER"
        " (PARTITION BY document ORDER BY at DESC, item_id DESC) AS place"
        " FROM items WHERE kind = ?1) WHERE (at < ?2 OR place > ?3)"
        " AND (?4 IS NULL OR status IN (SELECT value FROM json_each(?4))))",
        (
            kind,
            None if before_at is None else bounded(before_at),
            None if keep is None else bounded(keep),
            None if statuses is None else json.dumps(list(statuses)),
        ),
    ).rowcount
    connection.execute(
        "DELETE FROM blobs WHERE NOT EXISTS"
        " (SELECT 1 FROM item_blobs b WHERE b.digest = blobs.digest)"
    )
    return gone


def _prune_documents(connection: sqlite3.Connection, before_at: int) -> int:
    connection.execute("DELETE FROM document_commands WHERE at < ?", (before_at,))
    return connection.execute("DELETE FROM document_events WHERE at < ?", (before_at,)).rowcount


def _rows(
    connection: sqlite3.Connection, statement: str, arguments: Sequence[object] = ()
) -> list[Row]:
    return connection.execute(statement, arguments).fetchall()


def _document(row: Row) -> DocumentRecord:
    document_id, path, last_seq, at, state = row
    return DocumentRecord(document_id=document_id, path=path, last_seq=last_seq, at=at, state=state)


def _item(row: Row) -> Item:
    document_id, kind, item_id, at, status, data, about, blobs = row
    return Item(
        document_id=document_id,
        kind=kind,
        item_id=item_id,
        at=at,
        status=status,
        data=data,
        about=about,
        blobs=tuple(sorted(json.loads(blobs))),
    )
