"""REST: who wrote what in a document, and taking back what a run of an agent did."""

from .base import allowed
from .document_handler import DocumentHandler
from .identity import RESOURCE


class Provenance(DocumentHandler):
    """``documents/provenance?path=``."""

    @allowed("read", RESOURCE)
    async def get(self) -> None:
        """Who wrote which stretch of each text."""
        await self.reader()
        self.answer(await self.documents.provenance.of(self.path_argument()))


class Revert(DocumentHandler):
    """``runs/{id}/revert``, in one document (``?path=``) or in all."""

    @allowed("write", RESOURCE)
    async def post(self, run_id: str) -> None:
        """Take back what the run did; what others did stays."""
        profile = await self.writer()
        path = self.get_query_argument("path", "") or None
        self.answer(await self.documents.provenance.revert(self.actor(profile), run_id, path))
