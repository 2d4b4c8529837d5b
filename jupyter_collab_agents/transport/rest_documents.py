"""REST: what documents say, edits that nobody types, and the conflicts that are left."""

from typing import Any

from ..documents.intent import Wanted
from ..domain.contents import for_people
from ..protocol.edits import DocumentContent, EditBody, EditMode
from ..protocol.rest import ResolveBody
from .base import allowed
from .document_handler import DocumentHandler
from .identity import RESOURCE

PAGE = 500


class Content(DocumentHandler):
    """``documents/content?path=``."""

    @allowed("read", RESOURCE)
    async def get(self) -> None:
        """What the document says, and which version that is."""
        await self.reader()
        found = await self.documents.broker.read(self.path_argument())
        self.answer(
            DocumentContent(
                document_id=found.document_id,
                path=found.path,
                version=found.version,
                live=found.live,
                content=for_people(found.content),
            )
        )


class Edits(DocumentHandler):
    """``documents/edits?path=``."""

    @allowed("write", RESOURCE)
    async def post(self) -> None:
        """Merge an edit into the document, or put it up for review."""
        profile = await self.somebody()
        body = self.body(EditBody, most=4 * self.documents.max_document)
        wanted = Wanted(
            base_version=body.base_version,
            content=body.content,
            cells=body.cells,
            wait=body.wait,
            ref=body.ref,
        )
        actor, path = self.actor(profile), self.path_argument()
        if body.mode is EditMode.APPLY:
            self.answer(await self.documents.broker.edit(actor, path, wanted))
        else:
            proposals = self.documents.proposals
            self.answer(await proposals.propose(actor, path, wanted, title=body.title), 201)


class Conflicts(DocumentHandler):
    """``conflicts``."""

    @allowed("read", RESOURCE)
    async def get(self) -> None:
        """Those that wait, or that are decided, newest first; of one document or all."""
        await self.reader()
        path: Any = self.get_query_argument("path", "")
        document_id = (await self.documents.known(path))[0] if path else None
        limit = self.number("limit", 100, low=1, high=PAGE)
        assert limit is not None
        self.answer(
            await self.documents.conflicts.listed(
                document_id,
                decided=self.get_query_argument("status", "open") == "decided",
                before=self.get_query_argument("before", "") or None,
                limit=limit,
            )
        )


class Conflict(DocumentHandler):
    """``conflicts/{id}``."""

    @allowed("read", RESOURCE)
    async def get(self, conflict_id: str) -> None:
        """Both sides."""
        await self.reader()
        self.answer(await self.documents.conflicts.details(conflict_id))

    @allowed("write", RESOURCE)
    async def post(self, conflict_id: str) -> None:
        """Decide it."""
        profile = await self.writer()
        body = self.body(ResolveBody, most=4 * self.documents.max_document)
        self.answer(
            await self.documents.conflicts.resolve(
                self.actor(profile), conflict_id, body.keep, body.text
            )
        )
