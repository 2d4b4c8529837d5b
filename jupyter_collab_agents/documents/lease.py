"""Keeping a document open that no browser may have open."""

import asyncio
from typing import Any

from .collaboration import Collaboration
from .gate.gate import Gate
from .gate.names import DocumentName, document_name
from .room_life import close_room, open_room


def default_name(document_id: str, path: str) -> DocumentName:
    """How JupyterLab opens a file by itself."""
    if path.endswith(".ipynb"):
        return DocumentName("json", "notebook", document_id)
    return DocumentName("text", "file", document_id)


class RoomLease:
    """A place among a room's clients, so that the room stays while somebody in here works in it.

    Release it in the end: the room then goes as if a browser had left.
    """

    path = "lease"
    """Rooms name their clients by this in their log."""

    def __init__(self, collaboration: Collaboration, room: Any) -> None:
        self._collaboration = collaboration
        self.room = room
        room.clients.add(self)

    @classmethod
    async def open(
        cls, collaboration: Collaboration, gate: Gate, document_id: str, path: str
    ) -> "RoomLease":
        """The room in which the file is open, else a new one. Raises what loading it raises."""
        open_rooms = collaboration.document_rooms(document_id)
        name = document_name(open_rooms[0].room_id) if open_rooms else None
        name = name or default_name(document_id, path)
        await gate.opening(document_id)
        lease = cls(collaboration, await open_room(collaboration, name.room))
        gate.opened(lease.room)
        return lease

    async def send(self, message: bytes) -> None:
        """Rooms tell all their clients everything; whoever works in here looks at the document."""

    def release(self) -> None:
        """Leave. Whoever is last leaves the room for a while, then it is saved and removed."""
        room = self.room
        room.clients.discard(self)
        delay = self._collaboration.cleanup_delay
        if not room.clients and delay is not None:
            # a browser that comes in cancels it
            room.cleaner = asyncio.create_task(self._remove_later(delay))

    async def _remove_later(self, delay: float) -> None:
        await asyncio.sleep(delay)
        await close_room(self._collaboration, self.room)
