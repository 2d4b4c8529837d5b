"""REST: what documents say, edits that nobody types, and the conflicts that are left."""

from typing import Any

from ..documents.intent import Actor, Wanted
from ..domain.contents import for_people
from ..protocol.edits import DocumentContent, EditBody
from ..protocol.participants import Profile
from ..protocol.rest import ResolveBody
from .base import allowed
from .document_handler import DocumentHandler
from .identity import RESOURCE

PAGE = 500


def actor_of(profile: Profile) -> Actor:
    """A person who may change documents."""
    me = profile.participant_id
    return Actor(participant_id=me, name=profile.name, origin=me, may_write=True)


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
        """Merge an edit into the document."""
        profile = await self.writer()
        body = self.body(EditBody, most=4 * self.documents.max_document)
        wanted = Wanted(
            base_version=body.base_version,
            content=body.content,
            cells=body.cells,
            wait=body.wait,
            ref=body.ref,
        )
        self.answer(
            await self.documents.broker.edit(actor_of(profile), self.path_argument(), wanted)
        )


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
                actor_of(profile), conflict_id, body.keep, body.text
            )
        )
