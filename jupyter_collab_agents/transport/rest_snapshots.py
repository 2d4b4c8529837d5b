"""REST: snapshots of documents, what differs, and putting one back.

They show and change what is in files, so Jupyter is asked about ``contents``, too.
"""

from ..protocol.snapshots import RestoreBody, SnapshotContent, SnapshotPage
from .base import allowed
from .document_handler import DocumentHandler
from .identity import RESOURCE

PAGE_LIMIT = 200


class Snapshots(DocumentHandler):
    """``snapshots?path=``."""

    @allowed("read", RESOURCE)
    async def get(self) -> None:
        """A page of a document's snapshots, newest first (``before``: an id)."""
        await self.reader()
        limit = self.number("limit", 50, low=1, high=PAGE_LIMIT) or 1
        before = self.get_query_argument("before", "") or None
        document_id, path = await self.documents.known(self.path_argument())
        found = await self.documents.snapshots.of(document_id, before, limit + 1)
        self.answer(
            SnapshotPage(
                document_id=document_id,
                path=path,
                snapshots=found[:limit],
                has_earlier=len(found) > limit,
            )
        )

    @allowed("write", RESOURCE)
    async def post(self) -> None:
        """Take one now."""
        profile = await self.writer()
        self.answer(
            await self.documents.restoring.take(self.path_argument(), profile.participant_id), 201
        )


class Snapshot(DocumentHandler):
    """``snapshots/{id}``."""

    @allowed("read", RESOURCE)
    async def get(self, snapshot_id: str) -> None:
        """With its content."""
        await self.reader()
        snapshot = await self.documents.snapshots.get(snapshot_id)
        content = await self.documents.snapshots.content(snapshot_id)
        self.answer(SnapshotContent(snapshot=snapshot, content=content))


class Diff(DocumentHandler):
    """``snapshots/{id}/diff``."""

    @allowed("read", RESOURCE)
    async def get(self, snapshot_id: str) -> None:
        """What differs from the document now, or from another snapshot (``against``)."""
        await self.reader()
        against = self.get_query_argument("against", "") or None
        self.answer(await self.documents.restoring.diff(snapshot_id, against))


class Restore(DocumentHandler):
    """``snapshots/{id}/restore``."""

    @allowed("write", RESOURCE)
    async def post(self, snapshot_id: str) -> None:
        """Put it back, as an edit."""
        profile = await self.writer()
        body = self.body(RestoreBody)
        self.answer(
            await self.documents.restoring.restore(
                snapshot_id, profile.participant_id, keep_later=body.keep_later
            )
        )
