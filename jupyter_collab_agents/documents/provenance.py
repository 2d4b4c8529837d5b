"""Who wrote what, for people; and taking back what a run of an agent did.

Taking back is an edit like any other: through locks and merge, into the document as it is now.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from ..domain.authorship import Parts, aligned, stretches
from ..domain.contents import Content
from ..domain.documents import Document
from ..domain.edits import changes
from ..domain.errors import Refusal
from ..domain.run_changes import FILE, Authors, TextAuthors, runs_of, without_run
from ..hub.clock import Clock
from ..hub.doors import mint
from ..protocol.errors import ErrorCode
from ..protocol.presence import CellChange
from ..protocol.provenance import (
    EditReverted,
    Provenance,
    Reverted,
    RevertResult,
    TextProvenance,
    Written,
)
from .authors import DocumentAuthors
from .authors_store import AuthorsStore
from .broker import Broker, merged
from .changing import Changing, Merged
from .file_ids import FileIds
from .intent import Actor, Intent, require_writer
from .log import DocumentLog, Draft
from .origin import author_of
from .text import units_in


class DocumentProvenance:
    """See the module."""

    def __init__(
        self,
        *,
        authors: DocumentAuthors,
        store: AuthorsStore,
        file_ids: FileIds,
        changing: Changing,
        broker: Broker,
        log: DocumentLog,
        clock: Clock,
    ) -> None:
        self._authors = authors
        self._store = store
        self._file_ids = file_ids
        self._changing = changing
        self._broker = broker
        self._log = log
        self._clock = clock

    async def of(self, path: str) -> Provenance:
        """Who wrote the document at a path. Raises ``Refusal``."""
        document_id, clean = await self._file_ids.of(path)
        now = await self._changing.read(document_id, clean)
        authors = _of_content(await self._authors.of(document_id), now.content)
        return Provenance(
            document_id=document_id,
            path=clean,
            live=now.live,
            texts=[_told(name, authors.texts[name]) for name, _ in _texts(now.content)],
            runs=[run_id for run in runs_of(authors) if (run_id := author_of(run)[1])],
        )

    async def revert(self, actor: Actor, run_id: str, path: str | None = None) -> RevertResult:
        """Take back what a run did, in one document or in all. Raises ``Refusal`` when nothing
        could be taken back anywhere."""
        require_writer(actor)
        await self._keep_all_of(run_id)
        found = await self._store.documents_of(run_id)
        if path is not None:
            document_id, _ = await self._file_ids.of(path)
            found = [(one, edit) for one, edit in found if one == document_id]
        if not found:
            raise Refusal(
                ErrorCode.NOT_FOUND, "This run has left nothing that could be taken back."
            )
        results, refusal = [], None
        for document_id, edit in found:
            known = self._log.path(document_id, edit.path)
            cells: list[CellChange] = []
            words = None
            try:
                cells = await self._revert_one(actor, document_id, edit.path, edit.run)
            except Refusal as problem:
                refusal, words = problem, problem.message
            results.append(
                Reverted(document_id=document_id, path=known, cells=cells, refused=words)
            )
        if refusal is not None and all(one.refused is not None for one in results):
            raise refusal
        return RevertResult(run_id=run_id, documents=results)

    async def _keep_all_of(self, run_id: str) -> None:
        """What the run did a moment ago may not be kept yet."""
        for document_id in self._authors.unkept():
            authors = await self._authors.of(document_id)
            if any(author_of(run)[1] == run_id for run in runs_of(authors)):
                await self._authors.keep(document_id)

    async def _revert_one(
        self, actor: Actor, document_id: str, known: str, run: str
    ) -> list[CellChange]:
        path = await self._broker.path_of(document_id, known)
        stored = await self._authors.of(document_id)
        after = stored

        def make(ours: Content) -> Merged:
            nonlocal after
            live = self._authors.live(document_id)
            authors = _of_content(stored if live is None else live.authors, ours)
            content, after = without_run(ours, authors, run)
            return merged(ours, ours, content)

        now = await self._broker.now(document_id, path)
        intent = Intent(actor, document_id, path, now, now)
        done = await self._broker.merge_in(intent, whole=True, make=make)
        live = self._authors.live(document_id)
        if live is not None:
            live.take(after)
            await self._authors.keep(document_id)
        else:
            await self._store.save(document_id, path, after)
        cells = changes(done.merged.steps)
        await self._record(actor, document_id, path, run, cells)
        return cells

    async def _record(
        self, actor: Actor, document_id: str, path: str, run: str, cells: list[CellChange]
    ) -> None:
        agent_id, run_id = author_of(run)

        def decide(_document: Document, where: str) -> Draft:
            event = EditReverted(
                seq=0,
                at=self._clock.now(),
                actor=actor.participant_id,
                document_id=document_id,
                path=where,
                run_id=run_id or "",
                agent_id=agent_id,
                cells=cells,
            )
            return Draft([event])

        await self._log.change(
            document_id, path, author=actor.participant_id, ref=mint("revert-"), decide=decide
        )


def _texts(content: Content) -> Sequence[tuple[str, str]]:
    """Names and texts of a document."""
    if isinstance(content, str):
        return [(FILE, content)]
    return [(cell["id"], cell["source"]) for cell in content["cells"]]


def _of_content(authors: Authors, content: Content) -> Authors:
    """What is known, in what the document says now; what nobody saw being written is nobody's."""
    texts: dict[str, TextAuthors] = {}
    for name, text in _texts(content):
        known = authors.texts.get(name, TextAuthors("", ()))
        parts = aligned(known.parts, known.text, text, None)
        texts[name] = replace(known, text=text, parts=parts)
    return replace(authors, texts=texts)


def _told(name: str, known: TextAuthors) -> TextProvenance:
    edited_by, edited_run = _who(known.edited_by)
    return TextProvenance(
        cell_id=None if name == FILE else name,
        written=_written(known.parts, known.text),
        edited_by=edited_by,
        edited_run=edited_run,
        edited_at=known.edited_at,
        ran_by=_who(known.ran_by)[0],
        ran_at=known.ran_at,
    )


def _who(origin: str | None) -> tuple[str | None, str | None]:
    return (None, None) if origin is None else author_of(origin)


def _written(parts: Parts, text: str) -> list[Written]:
    """In the units that browsers count."""
    written, at = [], 0
    for stretch in stretches(parts):
        end = at + units_in(text[stretch.start : stretch.end])
        author, run_id = _who(stretch.author)
        written.append(Written(start=at, end=end, author=author, run_id=run_id))
        at = end
    return written
