"""Snapshots of documents: taken before much changes, kept by content, forgotten by age and size."""

import asyncio
import json
import secrets
from collections.abc import Callable

import msgspec
from msgspec import Struct

from ..domain.contents import Content
from ..domain.errors import Refusal
from ..protocol.errors import ErrorCode
from ..protocol.snapshots import Snapshot, SnapshotReason
from ..storage.documents import DocumentEntry, Item, ItemPlace, digest_of
from ..storage.store import Store
from .disk_content import in_parts, without_trust

KIND = "snapshot"
SERVER = "server"
"""Who wrote an entry that nobody asked for."""
RETAIN_EVERY = 600_000
"""Milliseconds between looks for what has to go."""
_PAGE = 500
_DAY = 86_400_000


class Retention(Struct, frozen=True):
    """What is kept: ``days`` (0: for ever), the newest ``each`` of a document, ``total`` bytes of
    contents before compression; the oldest go first."""

    days: float
    each: int
    total: int


class _Kept(Struct, frozen=True):
    """What an item says. ``after``: digest of what was put in the place of the content."""

    snapshot: Snapshot
    after: str | None = None


_encode = msgspec.json.encode
_decoder = msgspec.json.Decoder(_Kept)


class Snapshots:
    """See the module. ``now`` in ms."""

    def __init__(self, store: Store, now: Callable[[], int], retention: Retention) -> None:
        self._store = store
        self._now = now
        self._retention = retention
        self._retained = float("-inf")

    async def before_run(
        self, document_id: str, path: str, content: Content, *, agent_id: str, run_id: str
    ) -> Snapshot:
        """For whoever lets an agent's run edit a document: once before its first edit there."""
        known = await self._store.items(KIND, document_id=document_id, about=run_id, limit=1)
        if known:
            return _kept(known[0]).snapshot
        return await self.take(
            document_id, path, content, SnapshotReason.RUN, by=agent_id, run_id=run_id
        )

    async def take(
        self,
        document_id: str,
        path: str,
        content: Content,
        reason: SnapshotReason,
        *,
        by: str | None = None,
        run_id: str | None = None,
        after: Content | None = None,
    ) -> Snapshot:
        """Keep a content; if the newest snapshot is the same, that one stands for both.

        Raises ``StoreUnavailable``.
        """
        blobs = [await _bytes_of(one) for one in (content, after) if one is not None]
        digests = [digest_of(blob) for blob in blobs]
        newest = await self._items(document_id, None, 1)
        if after is None and newest:
            last = _kept(newest[0]).snapshot
            if (last.digest, last.reason, last.run_id) == (digests[0], reason, run_id):
                return last
        snapshot = Snapshot(
            snapshot_id=secrets.token_hex(12),
            document_id=document_id,
            path=path,
            at=self._now(),
            reason=reason,
            kind="text" if isinstance(content, str) else "notebook",
            size=len(blobs[0]),
            digest=digests[0],
            by=by,
            run_id=run_id,
        )
        item = Item(
            document_id=document_id,
            kind=KIND,
            item_id=snapshot.snapshot_id,
            at=snapshot.at,
            status="kept",
            data=_encode(_Kept(snapshot, None if after is None else digests[1])),
            about=run_id,
            blobs=tuple(dict.fromkeys(digests)),
        )
        entry = DocumentEntry(
            document_id=document_id,
            path=path,
            author=by or SERVER,
            ref="",
            at=snapshot.at,
            items=[item],
            blobs=blobs,
        )
        await self._store.append_document(entry)
        if snapshot.at - self._retained >= RETAIN_EVERY:
            await self.retain()
        return snapshot

    async def of(
        self, document_id: str, before: str | None = None, limit: int = 50
    ) -> list[Snapshot]:
        """A page, newest first; ``before``: the last one of the page in front."""
        place: ItemPlace | None = None
        if before is not None:
            place = (await self.get(before)).at, before
        return [_kept(item).snapshot for item in await self._items(document_id, place, limit)]

    async def get(self, snapshot_id: str) -> Snapshot:
        """One. Raises ``Refusal`` NOT_FOUND."""
        return _kept(await self._item(snapshot_id)).snapshot

    async def content(self, snapshot_id: str) -> Content:
        """What the document said. Raises ``Refusal`` NOT_FOUND."""
        snapshot = await self.get(snapshot_id)
        return await self._content(snapshot, snapshot.digest)

    async def content_after(self, snapshot_id: str) -> Content | None:
        """What was put in its place, for one that was taken before a restoring."""
        kept = _kept(await self._item(snapshot_id))
        return None if kept.after is None else await self._content(kept.snapshot, kept.after)

    async def retain(self) -> None:
        """Forget what is more than should be kept."""
        now = self._now()
        self._retained = now
        keep = self._retention
        oldest = now - int(keep.days * _DAY) if keep.days else None
        await self._store.prune_items(KIND, before_at=oldest, keep=keep.each)
        over = await self._over_total()
        if over is not None:
            await self._store.prune_items(KIND, before_at=over)

    async def _over_total(self) -> int | None:
        """The time before which contents are too many; null if they are not. The newest of all
        stays: it may stand for what is overwritten in this moment."""
        seen: set[str] = set()
        newest: int | None = None
        total = 0
        place: ItemPlace | None = None
        while page := await self._store.items(KIND, before=place, limit=_PAGE):
            for item in page:
                snapshot = _kept(item).snapshot
                if snapshot.digest not in seen:
                    seen.add(snapshot.digest)
                    total += snapshot.size
                if newest is None:
                    newest = snapshot.at
                if total > self._retention.total:
                    return min(snapshot.at + 1, newest)
            place = page[-1].at, page[-1].item_id
        return None

    async def _items(self, document_id: str, before: ItemPlace | None, limit: int) -> list[Item]:
        return await self._store.items(KIND, document_id=document_id, before=before, limit=limit)

    async def _item(self, snapshot_id: str) -> Item:
        item = await self._store.item(KIND, snapshot_id)
        if item is None:
            raise Refusal(ErrorCode.NOT_FOUND, "There is no such snapshot (any more).")
        return item

    async def _content(self, snapshot: Snapshot, digest: str) -> Content:
        blob = await self._store.blob(digest)
        if blob is None:
            raise Refusal(ErrorCode.NOT_FOUND, "There is no such snapshot any more.")
        if snapshot.kind == "text":
            return blob.decode()
        content: Content = await asyncio.to_thread(json.loads, blob)
        return content


def _kept(item: Item) -> _Kept:
    return _decoder.decode(item.data)


async def _bytes_of(content: Content) -> bytes:
    """The same content gives the same bytes; trust of cells is none of it."""
    if isinstance(content, str):
        return content.encode()
    plain = without_trust(content)
    return await asyncio.to_thread(lambda: b"".join(in_parts(plain)))
