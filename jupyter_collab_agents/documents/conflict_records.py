"""Conflicts as they are stored: who disagrees with what, and both sides as they were."""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from ..domain.contents import Content, decoded, encoded
from ..domain.merge import Conflict
from ..protocol.conflicts import ConflictDetails, ConflictSummary, Keep
from ..storage.documents import DocumentStore, Item, digest_of

KIND = "conflict"
OPEN, DECIDED = "open", "decided"


class Maker(Struct, frozen=True):
    """Whose edit it was: a participant, or ``disk``."""

    participant_id: str
    name: str


class ConflictRecord(Struct, frozen=True, kw_only=True):
    """A conflict. The texts are blobs, named here by their hashes; null where there is nothing.

    ``content``: what the document said when they met, with the current side at ``start``.
    ``behind``: the cell that a deleted one stood behind.
    """

    path: str
    summary: ConflictSummary
    base: str | None
    current: str | None
    incoming: str | None
    content: str
    start: int
    behind: str | None
    kept: Keep | None = None
    decided_by: str | None = None
    decided_at: int | None = None


class Recorded(Struct, frozen=True):
    """Records to be stored, with the blobs that they name, by their hashes."""

    records: list[ConflictRecord]
    blobs: dict[str, bytes]


def recorded(
    document_id: str,
    path: str,
    conflicts: Sequence[Conflict],
    *,
    content: Content,
    incoming: Content,
    by: Maker,
    at: int,
) -> Recorded:
    """Records of what a merge left to decide. The same conflict has the same id.

    ``content``: what the document says after the merge; ``incoming``: the edit's own version.
    """
    blobs: dict[str, bytes] = {}

    def put(value: Any) -> str | None:
        if value is None:
            return None
        data = encoded(value)
        digest = digest_of(data)
        blobs[digest] = data
        return digest

    whole = put(content) if conflicts else None
    records = []
    for conflict in conflicts:
        assert whole is not None
        sides = [put(side) for side in (conflict.base, conflict.ours, conflict.theirs)]
        summary = ConflictSummary(
            conflict_id=_id_of(document_id, conflict, sides, by),
            kind=conflict.kind,
            cell_id=conflict.cell_id,
            key=list(conflict.key),
            at=at,
            by=by.participant_id,
            by_name=by.name,
        )
        records.append(
            ConflictRecord(
                path=path,
                summary=summary,
                base=sides[0],
                current=sides[1],
                incoming=sides[2],
                content=whole,
                start=conflict.start,
                behind=_behind(conflict.cell_id, incoming, content),
            )
        )
    return Recorded(records, blobs)


def item_of(document_id: str, record: ConflictRecord) -> Item:
    """The record as the store keeps it."""
    named = (record.base, record.current, record.incoming, record.content)
    return Item(
        document_id=document_id,
        kind=KIND,
        item_id=record.summary.conflict_id,
        at=record.summary.at if record.decided_at is None else record.decided_at,
        status=OPEN if record.kept is None else DECIDED,
        data=msgspec.json.encode(record),
        blobs=tuple(dict.fromkeys(digest for digest in named if digest is not None)),
    )


def record_of(item: Item) -> ConflictRecord:
    """What the store kept."""
    return msgspec.json.decode(item.data, type=ConflictRecord)


async def conflict_of(store: DocumentStore, record: ConflictRecord) -> Conflict:
    """A record with its sides."""
    base, current, incoming = [
        None if digest is None else await text_of(store, digest)
        for digest in (record.base, record.current, record.incoming)
    ]
    return Conflict(
        kind=record.summary.kind,
        cell_id=record.summary.cell_id,
        key=tuple(record.summary.key),
        base=base,
        ours=current,
        theirs=incoming,
        start=record.start,
    )


async def text_of(store: DocumentStore, digest: str) -> Any:
    """What a blob says."""
    data = await store.blob(digest)
    assert data is not None, "a blob is there as long as an item names it"
    return decoded(data)


def details_of(
    document_id: str, path: str, record: ConflictRecord, conflict: Conflict
) -> ConflictDetails:
    """As people are told."""
    return ConflictDetails(
        document_id=document_id,
        path=path,
        conflict=record.summary,
        base=conflict.base,
        current=conflict.ours,
        incoming=conflict.theirs,
        kept=record.kept,
        decided_by=record.decided_by,
        decided_at=record.decided_at,
    )


def _id_of(document_id: str, conflict: Conflict, sides: Sequence[str | None], by: Maker) -> str:
    said = (document_id, conflict.kind, conflict.cell_id, conflict.key, *sides, by.participant_id)
    return hashlib.blake2b(repr(said).encode(errors="replace"), digest_size=12).hexdigest()


def _behind(cell_id: str | None, incoming: Content, content: Content) -> str | None:
    """What stood in front of a cell in the edit, of what the document has."""
    if cell_id is None or isinstance(incoming, str) or isinstance(content, str):
        return None
    here = {cell["id"] for cell in content["cells"]}
    before = None
    for cell in incoming["cells"]:
        if cell.get("id") == cell_id:
            break
        if cell.get("id") in here:
            before = cell["id"]
    return before
