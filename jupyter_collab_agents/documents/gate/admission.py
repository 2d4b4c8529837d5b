"""Who may come in: asked before the provider makes a room for anybody."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from msgspec import Struct
from tornado import web

from ..collaboration import Collaboration
from ..room_life import close_room, forget_half_made
from .gate import Gate
from .names import EVERYBODY, DocumentName, document_name, spoken_kind


class Person(Struct, frozen=True):
    """Who asks: the participant, and what others may see (``username``, ``name``, …)."""

    participant_id: str
    identity: Mapping[str, Any]


class DocumentRights(Struct, frozen=True):
    """What an account may do with files."""

    read: bool
    write: bool


class Door(Struct):
    """What the gate's handlers need of the server."""

    collaboration: Collaboration
    gate: Gate
    person: Callable[[Any], Person]
    """Of one of Jupyter's users."""
    rights: Callable[[Any], Awaitable[DocumentRights]]
    """Of the user of a request."""
    still_there: Callable[[Any], Awaitable[bool]]
    """Whether the user of a handler is still logged in."""
    settled: Callable[[], Awaitable[object]]
    """Comes back when it is known who looks after documents, or that nobody does."""
    max_message: int = 64 * 2**20
    """Bytes of one message."""
    reauthorise_interval: float = 60.0
    """Seconds."""


class NotHere(Exception):
    """Somebody who may come in cannot, now; the words are for them (70 characters)."""


class Admission(JupyterHandler):
    """Stands before the provider's ``prepare``, which makes the room."""

    door: Door

    def _keep_door(self, door: Door) -> None:
        self.door = door
        self.may_read = self.may_write = False
        self.participant_id = ""
        self.identity: Mapping[str, Any] = {}

    async def prepare(self) -> None:  # type: ignore[override]
        """Raises ``HTTPError``, or ``NotHere`` for what is to be said on the socket."""
        await super().prepare(_redirect_to_login=False)
        if self.current_user is None:
            raise web.HTTPError(403)
        if self.request.headers.get("Upgrade", "").lower() != "websocket":
            raise web.HTTPError(400, "This address is for WebSockets.")
        origin = self.request.headers.get("Origin")
        if origin is not None and not self.check_origin(origin):
            raise web.HTTPError(403)
        person = self.door.person(self.current_user)
        self.participant_id, self.identity = person.participant_id, person.identity
        await self._ask_rights()
        if not self.may_read:
            raise web.HTTPError(403)
        # pages come back at once after a restart: a room that loads its file before somebody looks
        # after it could not be looked after any more
        await self.door.settled()
        await self._check_name(self.request.path.rpartition("/")[2])

    async def look_again(self) -> None:
        """Ask what this account may do with files."""
        if not await self.door.still_there(self):
            self.may_read = self.may_write = False
        else:
            await self._ask_rights()

    async def _ask_rights(self) -> None:
        rights = await self.door.rights(self)
        self.may_read, self.may_write = rights.read, rights.read and rights.write

    async def _check_name(self, room: str) -> None:
        collaboration = self.door.collaboration
        await forget_half_made(collaboration, room)
        if room == EVERYBODY or room in collaboration.rooms:
            return
        name = document_name(room)
        if name is None or collaboration.path(name.document_id) is None:
            raise web.HTTPError(404)
        await self._check_only_room(name)

    async def _check_only_room(self, name: DocumentName) -> None:
        """One file, one room: two would overwrite each other."""
        for other in self.door.collaboration.document_rooms(name.document_id):
            open_as = document_name(other.room_id)
            if open_as is None or await close_room(self.door.collaboration, other):
                continue  # everybody has left it
            raise NotHere(f"This file is open as {spoken_kind(open_as)}. Close that first.")
