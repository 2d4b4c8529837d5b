"""REST: the locks of a document."""

from ..protocol.locks import AcquireLock, ReleaseLock
from ..protocol.rest import LockBody
from .base import allowed
from .document_handler import DocumentHandler
from .identity import RESOURCE
from .session_handler import fresh_ref


class Locks(DocumentHandler):
    """``locks?path=``."""

    @allowed("read", RESOURCE)
    async def get(self) -> None:
        """How the document stands."""
        await self.reader()
        self.answer(await self.documents.locks.state(self.path_argument()))

    @allowed("write", RESOURCE)
    async def post(self) -> None:
        """Acquire a lock, or prolong the same one. It does not end with its holder's leaving."""
        profile = await self.writer()
        body = self.body(LockBody)
        command = AcquireLock(
            ref=body.ref or fresh_ref(),
            path=self.path_argument(),
            cell_id=body.cell_id,
            cell_index=body.cell_index,
            range=body.range,
            seconds=body.seconds,
        )
        self.answer(
            await self.documents.locks.acquire(self.held_to_wire(command), profile, stays=True)
        )

    @allowed("write", RESOURCE)
    async def delete(self) -> None:
        """Release my lock ``lock_id``; one that is gone already is fine."""
        profile = await self.writer()
        command = ReleaseLock(
            ref=fresh_ref(),
            path=self.path_argument(),
            lock_id=self.get_query_argument("lock_id", ""),
        )
        await self.documents.locks.ask(
            self.held_to_wire(command), profile, may_write=True, stays=True
        )
        self.set_status(204)
        self.finish()
