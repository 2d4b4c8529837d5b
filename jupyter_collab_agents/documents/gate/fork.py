"""Copies of live documents that somebody merges back: through the gate as well."""

from typing import Any

from jupyter_server.auth.decorator import authorized
from jupyter_server_ydoc.handlers import FORK_ROOMS, DocForkHandler
from tornado import web

from ..collaboration import is_document_room, until_no_transaction
from .admission import Door
from .gate import Malformed, Missing, Unfit, Writer


class DocumentFork(DocForkHandler):  # type: ignore[misc]
    """``/api/collaboration/fork/<room>``, as the provider's, but for what merging may change."""

    def initialize(self, door: Door) -> None:
        """``door``: what the gate needs."""
        self._door = door
        super().initialize(**door.collaboration.fork_options())

    @web.authenticated
    @authorized(action="write", resource="contents")  # type: ignore[untyped-decorator]
    async def delete(self, fork_roomid: str) -> None:
        """Remove a copy; with ``?merge=true`` what was changed in it comes into the document."""
        fork = FORK_ROOMS.get(fork_roomid)
        if fork is not None and self.get_query_argument("merge", "") == "true":
            await self._merge(fork_roomid, fork["root_roomid"])
        # what the provider merges after that is there already
        await super().delete(fork_roomid)

    async def _merge(self, fork_name: str, root_name: str) -> None:
        rooms: dict[str, Any] = self._door.collaboration.rooms
        fork, root = rooms.get(fork_name), rooms.get(root_name)
        if fork is None or root is None:
            raise web.HTTPError(409, "The document is not open any more: open it, then merge.")
        if not is_document_room(root):
            raise web.HTTPError(409, "This is no copy of a document.")
        await until_no_transaction(root)
        me = self._door.person(self.current_user).participant_id
        rights = await self._door.rights(self)
        update = fork.ydoc.get_update(root.ydoc.get_state())
        try:
            self._door.gate.apply(root, update, Writer(me, me, rights.write))
        except (Malformed, Missing, Unfit):
            raise web.HTTPError(409, "The copy does not fit the document any more.") from None
