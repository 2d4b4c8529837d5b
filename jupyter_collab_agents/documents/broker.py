"""The one way in for edits that nobody typed in an editor: of agents, scripts, programs.

Base version, permission, merge, lock, minimal steps, record; in this order. Nothing is answered
before what people must decide is stored. If it could not be stored the edit is refused, though
what merges may be in the document already: sending it again is harmless.
"""

import asyncio
from collections.abc import Sequence

from ..domain.contents import Content
from ..domain.documents import Document
from ..domain.edits import changes
from ..domain.errors import Refusal
from ..domain.merge import merge_notebooks, merge_texts
from ..hub import metrics
from ..hub.clock import Clock
from ..hub.doors import mint
from ..protocol.base import Durable
from ..protocol.conflicts import ConflictDetected, ConflictSummary
from ..protocol.edits import DocumentContent, EditApplied, EditResult
from ..protocol.errors import ErrorCode
from ..storage.documents import DocumentStore
from .changing import Changing, Done, Make, Merged
from .conflict_records import KIND, OPEN, Maker, Recorded, item_of, recorded
from .file_ids import FileIds
from .intent import Actor, Intent, Wanted, incoming_of, require_writer
from .log import Changed, DocumentLog, Draft
from .permit import Locked, Permit
from .versions import Versions


class Broker:
    """See the module."""

    def __init__(
        self,
        *,
        store: DocumentStore,
        clock: Clock,
        log: DocumentLog,
        file_ids: FileIds,
        changing: Changing,
        permit: Permit,
    ) -> None:
        self._store = store
        self._clock = clock
        self._log = log
        self._file_ids = file_ids
        self._changing = changing
        self._permit = permit
        self._waiting: dict[str, asyncio.Event] = {}
        self.versions = Versions(store, clock)

    def changed(self, changed: Changed) -> None:
        """A document stands otherwise: who waits for a lock looks again."""
        waiting = self._waiting.pop(changed.after.document_id, None)
        if waiting is not None:
            waiting.set()

    async def read(self, path: str) -> DocumentContent:
        """What a document says, and the version's name. Raises ``Refusal``."""
        document_id, clean = await self._file_ids.of(path)
        now = await self._changing.read(document_id, clean)
        version = await self.versions.hand_out(document_id, clean, now.content)
        return DocumentContent(
            document_id=document_id,
            path=clean,
            version=version,
            live=now.live,
            content=now.content,
        )

    async def path_of(self, document_id: str, known: str) -> str:
        """Where a document's file is now. Raises ``Refusal`` NOT_FOUND if it is gone."""
        path = self._file_ids.path(document_id)
        if path is None:
            raise Refusal(ErrorCode.NOT_FOUND, f"The file '{known}' is not there any more.")
        _, clean = await self._file_ids.of(path)
        return clean

    async def base(self, path: str, version: str) -> tuple[str, str, Content]:
        """Document id, clean path, and what the version says. Raises ``Refusal``."""
        document_id, clean = await self._file_ids.of(path)
        base = await self.versions.content(document_id, version)
        if base is None:
            raise Refusal(
                ErrorCode.CONFLICT,
                f"'{clean}' was never read in this version, or too long ago. Read it again.",
            )
        return document_id, clean, base

    async def now(self, document_id: str, path: str) -> Content:
        """What a document says, bare. Raises ``Refusal``."""
        return (await self._changing.read(document_id, path)).content

    async def edit(self, actor: Actor, path: str, edit: Wanted) -> EditResult:
        """Merge an edit into the document as it is now. Raises ``Refusal``."""
        require_writer(actor)
        document_id, clean, base = await self.base(path, edit.base_version)
        incoming = await asyncio.to_thread(incoming_of, base, edit, actor)
        intent = Intent(actor, document_id, clean, base, incoming)
        done = await self.merge_in(intent, wait=edit.wait)
        return await self._record(intent, done)

    async def merge_in(
        self, intent: Intent, *, wait: float = 0, whole: bool = False, make: Make | None = None
    ) -> Done:
        """Change the document; ``whole``: not at all if something would be left to decide.

        ``make`` says what becomes of the present content, if it is not just the intent merged.

        Raises ``Refusal``, ``Locked`` after waiting so many seconds for a lock.
        """

        def merge(ours: Content) -> Merged:
            return merged(intent.base, ours, intent.incoming)

        def allow(found: Merged) -> None:
            self._permit.check(intent, found, whole=whole)

        path = intent.path
        deadline = self._clock.monotonic() + wait
        while True:
            try:
                return await self._changing.change(
                    intent.document_id, path, make or merge, allow, origin=intent.actor.origin
                )
            except Locked:
                left = deadline - self._clock.monotonic()
                waiting = self._waiting.setdefault(intent.document_id, asyncio.Event())
                if left <= 0 or not await _told(waiting, left):
                    raise
                path = await self.path_of(intent.document_id, path)

    async def _record(self, intent: Intent, done: Done) -> EditResult:
        actor, document_id = intent.actor, intent.document_id
        where = self._log.path(document_id, intent.path)
        found = recorded(
            document_id,
            where,
            done.merged.conflicts,
            content=done.after,
            incoming=intent.incoming,
            by=Maker(actor.participant_id, actor.name),
            at=self._clock.now(),
        )
        found = await self._undecided(found)
        cells = changes(done.merged.steps)
        met = intent.meets_changes_of_others(done.merged.ours)
        by_itself = met and bool(cells) and not found.records
        version, data = self.versions.item(document_id, done.after)
        fresh: list[ConflictSummary] = []

        def decide(document: Document, path: str) -> Draft:
            fresh[:] = new_ones(found, document)
            at, who = self._clock.now(), actor.participant_id
            events: list[Durable] = []
            if cells:
                events.append(
                    EditApplied(
                        seq=0,
                        at=at,
                        actor=who,
                        document_id=document_id,
                        path=path,
                        cells=cells,
                        merged=by_itself,
                    )
                )
            if fresh:
                events.append(
                    ConflictDetected(
                        seq=0,
                        at=at,
                        actor=who,
                        document_id=document_id,
                        path=path,
                        conflicts=fresh,
                    )
                )
            return with_records(Draft(events, [version], [data]), document_id, found, fresh)

        document = await self._log.change(
            document_id,
            where,
            author=actor.participant_id,
            ref=mint("edit-"),
            decide=decide,
        )
        if fresh or by_itself:
            metrics.MERGES.labels("asked" if fresh else "merged").inc()
        return EditResult(
            document_id=document_id,
            path=where,
            version=version.blobs[0],
            cells=cells,
            merged=by_itself,
            conflicts=[
                document.conflicts.get(record.summary.conflict_id, record.summary)
                for record in found.records
            ],
        )

    async def _undecided(self, found: Recorded) -> Recorded:
        """Without what people have decided already: an edit may be sent again."""
        records = []
        for record in found.records:
            item = await self._store.item(KIND, record.summary.conflict_id)
            if item is None or item.status == OPEN:
                records.append(record)
        return Recorded(records, found.blobs)


def new_ones(found: Recorded, document: Document) -> list[ConflictSummary]:
    """Conflicts that are not open already: an edit may be sent again."""
    return [
        record.summary
        for record in found.records
        if record.summary.conflict_id not in document.conflicts
    ]


def with_records(
    draft: Draft, document_id: str, found: Recorded, fresh: Sequence[ConflictSummary]
) -> Draft:
    """A draft with the records that are new, and the blobs that they name."""
    new = {summary.conflict_id for summary in fresh}
    items = [
        item_of(document_id, record)
        for record in found.records
        if record.summary.conflict_id in new
    ]
    named = {digest for item in items for digest in item.blobs}
    blobs = [data for digest, data in found.blobs.items() if digest in named]
    return Draft(draft.events, [*draft.items, *items], [*draft.blobs, *blobs])


def merged(base: Content, ours: Content, incoming: Content) -> Merged:
    """What the document becomes. Raises ``Refusal`` CONFLICT for a text against a notebook."""
    if isinstance(base, str) and isinstance(ours, str) and isinstance(incoming, str):
        text = merge_texts(base, ours, incoming)
        return Merged(ours, text.edits, text.conflicts)
    if isinstance(base, dict) and isinstance(ours, dict) and isinstance(incoming, dict):
        notebook = merge_notebooks(base, ours, incoming)
        return Merged(ours, notebook.operations, notebook.conflicts)
    raise Refusal(ErrorCode.CONFLICT, "The document is open in another form now. Read it again.")


async def _told(waiting: asyncio.Event, timeout: float) -> bool:
    try:
        async with asyncio.timeout(timeout):
            await waiting.wait()
    except TimeoutError:
        return False
    return True
