"""Conflicts of this server's documents: listed, looked at, decided.

A decision is an edit like any other: it is merged into the document as it is now. If people have
changed the disputed place since, the conflict shows that, and has to be decided again.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from ..domain.contents import Content
from ..domain.decided import decided
from ..domain.disputed_place import place_now, source_of
from ..domain.documents import Document
from ..domain.errors import Refusal
from ..domain.merge import Conflict
from ..hub import metrics
from ..hub.clock import Clock
from ..hub.doors import mint
from ..protocol.conflicts import (
    ConflictDetails,
    ConflictDetected,
    ConflictKind,
    ConflictResolved,
    ConflictSummary,
    Keep,
)
from ..protocol.errors import ErrorCode
from ..protocol.rest import ConflictList, ListedConflict, MergeStatistics
from ..storage.documents import DocumentStore, Item
from .broker import Broker, new_ones, with_records
from .changing import Done, Merged
from .conflict_records import (
    DECIDED,
    KIND,
    OPEN,
    ConflictRecord,
    Maker,
    conflict_of,
    details_of,
    item_of,
    record_of,
    recorded,
    text_of,
)
from .intent import Actor, Intent, require_writer
from .log import DocumentLog, Draft
from .permit import Unmergeable

KEPT_FOR = 90 * 24 * 3600 * 1000
"""Milliseconds after which a decided conflict is forgotten."""


class Conflicts:
    """See the module."""

    def __init__(
        self, store: DocumentStore, clock: Clock, log: DocumentLog, broker: Broker
    ) -> None:
        self._store = store
        self._clock = clock
        self._log = log
        self._broker = broker

    # --- looking --------------------------------------------------------------------------

    async def listed(
        self, document_id: str | None, *, decided: bool, before: str | None, limit: int
    ) -> ConflictList:
        """Newest first, of one document or all; those before the conflict ``before``."""
        place = None
        if before is not None:
            place = ((await self._item(before)).at, before)
        items = await self._store.items(
            KIND,
            document_id=document_id,
            statuses=[DECIDED if decided else OPEN],
            before=place,
            limit=limit,
        )
        return ConflictList(
            conflicts=[self._listed(item) for item in items], statistics=self._statistics()
        )

    async def details(self, conflict_id: str) -> ConflictDetails:
        """One conflict with its sides. Raises ``Refusal`` NOT_FOUND."""
        item = await self._item(conflict_id)
        return await self._details(item.document_id, record_of(item))

    async def forget(self) -> None:
        """Let go of those that were decided long ago."""
        before = self._clock.now() - KEPT_FOR
        await self._store.prune_items(KIND, before_at=before, statuses=[DECIDED])

    # --- deciding -------------------------------------------------------------------------

    async def resolve(
        self, actor: Actor, conflict_id: str, keep: Keep, text: str | None
    ) -> ConflictDetails:
        """Decide a conflict. ``text``: what is to stand there, if it is edited.

        Raises ``Refusal``: CONFLICT if somebody decided otherwise, or if the document has changed
        there since; then the conflict shows how it is now.
        """
        require_writer(actor)
        if (keep is Keep.EDITED) != (text is not None):
            raise Refusal(ErrorCode.INVALID, "A text belongs to 'edited', and to nothing else.")
        item = await self._item(conflict_id)
        record, document_id = record_of(item), item.document_id
        if record.kept is not None:
            if record.kept is keep and record.decided_by == actor.participant_id:
                return await self._details(document_id, record)
            raise Refusal(ErrorCode.CONFLICT, "Somebody has decided this already.")
        conflict = await conflict_of(self._store, record)
        done = None
        if keep is not Keep.CURRENT:
            base: Content = await text_of(self._store, record.content)
            chosen = decided(base, conflict, keep, text or "", record.behind)
            path = await self._broker.path_of(document_id, record.path)
            intent = Intent(actor, document_id, path, base, chosen)
            done = await self._apply(intent, record, conflict)
        record = replace(
            record, kept=keep, decided_by=actor.participant_id, decided_at=self._clock.now()
        )
        await self._store_decision(actor, document_id, record, done)
        return await self._details(document_id, record)

    async def _apply(self, intent: Intent, record: ConflictRecord, conflict: Conflict) -> Done:
        try:
            return await self._broker.merge_in(intent, whole=True)
        except Unmergeable as refusal:
            if not await self._renew(intent.document_id, record, conflict, refusal):
                raise Refusal(
                    ErrorCode.CONFLICT,
                    "What this is about was taken away meanwhile. Keep the document as it is, or "
                    "put the text where it belongs yourself.",
                ) from refusal
            raise Refusal(
                ErrorCode.CONFLICT,
                "This place was changed meanwhile. Look at it again, then decide.",
            ) from refusal

    async def _renew(
        self, document_id: str, record: ConflictRecord, conflict: Conflict, refusal: Unmergeable
    ) -> bool:
        """The current side is what the document says now; the incoming one stays. False if what
        the conflict is about is gone."""
        shown = await self._as_it_is_now(record, conflict, refusal.merged)
        if shown is None:
            return False
        found = recorded(
            document_id,
            record.path,
            [shown],
            content=refusal.merged.ours,
            incoming=refusal.merged.ours,
            by=Maker(record.summary.by, record.summary.by_name),
            at=record.summary.at,
        )
        renewed = replace(found.records[0], summary=record.summary, behind=record.behind)

        def decide(document: Document, path: str) -> Draft:
            if record.summary.conflict_id not in document.conflicts:
                return Draft()
            return Draft([], [item_of(document_id, renewed)], list(found.blobs.values()))

        await self._log.change(
            document_id, record.path, author=record.summary.by, ref=mint("look-"), decide=decide
        )
        return True

    async def _as_it_is_now(
        self, record: ConflictRecord, conflict: Conflict, merged: Merged
    ) -> Conflict | None:
        """The same conflict in the present document; null if what it is about is gone."""
        if conflict.kind is ConflictKind.SOURCE:
            before = source_of(await text_of(self._store, record.content), conflict.cell_id)
            now = source_of(merged.ours, conflict.cell_id)
            if before is None or now is None:
                return None
            start, ours = place_now(conflict, before, now)
            return replace(conflict, ours=ours, start=start)
        name = (conflict.kind, conflict.cell_id, conflict.key)
        for one in merged.conflicts:
            if (one.kind, one.cell_id, one.key) == name:
                return replace(conflict, ours=one.ours)
        return None

    async def _store_decision(
        self, actor: Actor, document_id: str, record: ConflictRecord, done: Done | None
    ) -> None:
        summary = record.summary

        def decide(document: Document, path: str) -> Draft:
            if summary.conflict_id not in document.conflicts:
                raise Refusal(ErrorCode.CONFLICT, "Somebody has decided this already.")
            assert record.kept is not None
            event = ConflictResolved(
                seq=0,
                at=self._clock.now(),
                actor=actor.participant_id,
                document_id=document_id,
                path=path,
                conflict=summary,
                kept=record.kept,
            )
            items: list[Item] = [item_of(document_id, record)]
            blobs: list[bytes] = []
            if done is not None:
                version, data = self._broker.versions.item(document_id, done.after)
                items.append(version)
                blobs.append(data)
            return Draft([event], items, blobs)

        await self._log.change(
            document_id,
            record.path,
            author=actor.participant_id,
            ref=mint("decide-"),
            decide=decide,
        )
        metrics.CONFLICTS_RESOLVED.labels(summary.kind.value).inc()

    # --- what others found ----------------------------------------------------------------

    async def note(
        self,
        document_id: str,
        path: str,
        conflicts: Sequence[Conflict],
        *,
        content: Content,
        incoming: Content,
        by: Maker,
    ) -> list[ConflictSummary]:
        """Keep what somebody else's merge left to decide; the new ones, durable on return.

        ``content``: what the document says, bare; the conflicts' ``start`` are places in it.
        """
        found = recorded(
            document_id,
            path,
            conflicts,
            content=content,
            incoming=incoming,
            by=by,
            at=self._clock.now(),
        )
        fresh: list[ConflictSummary] = []

        def decide(document: Document, path: str) -> Draft:
            fresh[:] = new_ones(found, document)
            if not fresh:
                return Draft()
            event = ConflictDetected(
                seq=0,
                at=self._clock.now(),
                actor=by.participant_id,
                document_id=document_id,
                path=path,
                conflicts=fresh,
            )
            return with_records(Draft([event]), document_id, found, fresh)

        await self._log.change(
            document_id, path, author=by.participant_id, ref=mint("found-"), decide=decide
        )
        if fresh:
            metrics.MERGES.labels("asked").inc()
        return fresh

    # --- inside ---------------------------------------------------------------------------

    async def _item(self, conflict_id: str) -> Item:
        item = await self._store.item(KIND, conflict_id)
        if item is None:
            raise Refusal(ErrorCode.NOT_FOUND, "There is no such conflict.")
        return item

    async def _details(self, document_id: str, record: ConflictRecord) -> ConflictDetails:
        conflict = await conflict_of(self._store, record)
        return details_of(document_id, self._log.path(document_id, record.path), record, conflict)

    def _listed(self, item: Item) -> ListedConflict:
        record = record_of(item)
        return ListedConflict(
            document_id=item.document_id,
            path=self._log.path(item.document_id, record.path),
            conflict=record.summary,
            kept=record.kept,
            decided_by=record.decided_by,
            decided_at=record.decided_at,
        )

    def _statistics(self) -> MergeStatistics:
        documents = list(self._log)
        merged = sum(document.merged for document in documents)
        asked = sum(document.asked for document in documents)
        return MergeStatistics(
            detected=merged + asked,
            merged=merged,
            asked=asked,
            open=sum(len(document.conflicts) for document in documents),
        )
