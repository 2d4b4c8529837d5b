"""The disk guard's records: snapshots, side files, questions, and what was last saved."""

import base64
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import msgspec
from jupyter_server.utils import ensure_async
from tornado.web import HTTPError

from ..domain.contents import Content, bare
from ..domain.disk_changes import side_file
from ..domain.disputes import disputed_cells, disputed_texts
from ..domain.merge.conflicts import Conflict, ConflictKind
from ..domain.merge.shape import NotAMergeableNotebook
from ..protocol.snapshots import SnapshotReason
from ..storage.documents import DocumentEntry, Item
from ..storage.store import Store, StoreUnavailable
from .conflict_records import Maker
from .disk_records import Cause, Mark, Undecided
from .origin import DISK
from .snapshots import Snapshots

log = logging.getLogger(__name__)

KIND = "saved"
"""One item for each document, with its id: what was last saved."""


class Questions(Protocol):
    """Where conflicts are kept for people to decide: ``Conflicts.note``."""

    async def __call__(
        self,
        document_id: str,
        path: str,
        conflicts: Sequence[Conflict],
        *,
        content: Content,
        incoming: Content,
        by: Maker,
    ) -> Any:
        """Keep them; ``content`` is what the document says, bare."""


class DiskKeeping:
    """See the module. A store that does not answer must not keep anybody from saving a file."""

    def __init__(
        self,
        store: Store,
        snapshots: Snapshots,
        contents_manager: Any,
        now: Callable[[], int],
        questions: Questions,
    ) -> None:
        self._store = store
        self._snapshots = snapshots
        self._contents = contents_manager
        self._now = now
        self._questions = questions

    async def overwritten(self, document_id: str, path: str, content: Content) -> None:
        """See ``Records``."""
        await self._take(document_id, path, content, SnapshotReason.OVERWRITE)

    async def shrinking(self, document_id: str, path: str, content: Content) -> None:
        """See ``Records``."""
        await self._take(document_id, path, content, SnapshotReason.SHRINK)

    async def undecided(self, question: Undecided) -> None:
        """See ``Records``."""
        if question.cause is not Cause.RECOVERED:  # there the file's side is a snapshot
            await self._put_beside(question.path, question.there)
        log.warning("%s: not everything could be merged (%s)", question.path, question.cause.value)
        if isinstance(question.there, bytes):
            return
        conflicts = question.conflicts or _all_differences(question.here, question.there)
        conflicts = [c for c in conflicts if c.kind is not ConflictKind.OUTPUTS]  # run it again
        if not conflicts:
            return
        try:
            await self._questions(
                question.document_id,
                question.path,
                conflicts,
                content=_bare(question.here),
                incoming=_bare(question.there),
                by=Maker(question.by, question.by_name),
            )
        except StoreUnavailable as problem:
            log.error("a conflict in %s is only beside the file: %s", question.path, problem)

    async def note_saved(self, document_id: str, path: str, mark: Mark) -> None:
        """See ``Records``."""
        at = self._now()
        item = Item(
            document_id=document_id,
            kind=KIND,
            item_id=document_id,
            at=at,
            status="saved",
            data=msgspec.msgpack.encode(mark),
        )
        entry = DocumentEntry(
            document_id=document_id, path=path, author=DISK, ref="", at=at, items=[item]
        )
        try:
            await self._store.append_document(entry)
        except StoreUnavailable as problem:
            log.error("what was last saved of %s could not be noted: %s", path, problem)

    async def last_saved(self, document_id: str) -> Mark | None:
        """See ``Records``."""
        try:
            item = await self._store.item(KIND, document_id)
        except StoreUnavailable:
            return None
        return None if item is None else msgspec.msgpack.decode(item.data, type=Mark)

    async def _take(
        self, document_id: str, path: str, content: Content, reason: SnapshotReason
    ) -> None:
        try:
            await self._snapshots.take(document_id, path, content, reason)
        except StoreUnavailable as problem:
            log.error("there is no snapshot of %s before it changed: %s", path, problem)

    async def _put_beside(self, path: str, content: Content | bytes) -> None:
        if not content:
            return
        stamp = datetime.fromtimestamp(self._now() / 1000, UTC).strftime("%Y%m%d-%H%M%S")
        number = 1
        while await ensure_async(
            self._contents.file_exists(name := side_file(path, stamp, number))
        ):
            number += 1
        try:
            await ensure_async(self._contents.save(_model(content), name))
        except HTTPError as problem:
            log.error("%s could not be written: %s", name, problem.log_message)


def _model(content: Content | bytes) -> dict[str, Any]:
    if isinstance(content, bytes):
        data = base64.b64encode(content).decode()
        return {"type": "file", "format": "base64", "content": data}
    if isinstance(content, str):
        return {"type": "file", "format": "text", "content": content}
    return {"type": "notebook", "format": "json", "content": content}


def _bare(content: Content) -> Content:
    return content if isinstance(content, str) else bare(content)


def _all_differences(here: Content, there: Content) -> list[Conflict]:
    if isinstance(here, str) and isinstance(there, str):
        return disputed_texts(here, there)
    if isinstance(here, dict) and isinstance(there, dict):
        try:
            return disputed_cells(here, there)
        except NotAMergeableNotebook:
            return []
    return []
