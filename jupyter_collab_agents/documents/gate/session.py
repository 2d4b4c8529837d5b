"""Opening a document: the provider's session request, for everybody who may read."""

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from ..collaboration import server_session
from .admission import Door


class Asked(msgspec.Struct, frozen=True):
    """How a file is to be opened."""

    format: str
    type: str


class DocumentSession(APIHandler):
    """``PUT /api/collaboration/session/<path>``.

    The provider asks for the right to write even of those who only look; what they may not
    change is held by the gate, so here ``read`` is enough. The answer says more than the
    provider's: ``readOnly``.
    """

    auth_resource = "contents"

    def initialize(self, door: Door) -> None:
        """``door``: what the gate needs."""
        self._door = door

    @web.authenticated
    @authorized(action="read", resource="contents")  # type: ignore[untyped-decorator]
    async def put(self, path: str) -> None:
        """201 when the file had no id before, else 200."""
        try:
            asked = msgspec.json.decode(self.request.body, type=Asked)
        except (msgspec.DecodeError, UnicodeError):
            raise web.HTTPError(
                400, "The format and the type of the document are missing."
            ) from None
        files = self.settings["file_id_manager"]
        known = files.get_id(path)
        document_id = known if known is not None else self._door.collaboration.document_id(path)
        if document_id is None:
            raise web.HTTPError(404, f"File {path!r} does not exist")
        rights = await self._door.rights(self)
        self.set_status(200 if known is not None else 201)
        self.finish(
            {
                "format": asked.format,
                "type": asked.type,
                "fileId": document_id,
                "sessionId": server_session(),
                "readOnly": not rights.write,
            }
        )
