"""What may be changed in a live document, by whom: one answer for browsers and agents."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from msgspec import Struct
from pycrdt import YMessageType, YSyncMessageType, create_awareness_message, read_message

from ..protection import READ_ONLY, NoLocks, Protected, Protection, PutBack
from .awareness import Said, write_awareness
from .reader import Malformed
from .rehearsal import Rehearsal, Unfit
from .speakers import Speakers, next_clock
from .update import EMPTY, Needs, read_state, read_update

KNOWN_KINDS = frozenset(("notebook", "file"))
"""Kinds of documents whose parts the gate can put back."""


class Writer(Struct, frozen=True):
    """Who changes a document: the participant, and the origin that the change is to carry."""

    participant_id: str
    origin: str
    may_write: bool = True


class Watching(Protocol):
    """Follows who writes what."""

    async def opening(self, document_id: str) -> None:
        """A document is about to be opened."""

    def opened(self, room: Any) -> None:
        """Its room is loaded."""

    def before(self, room: Any, origin: str) -> None:
        """``origin`` is about to change it."""

    async def keep(self, document_id: str) -> None:
        """Keep what is known, durably."""


class Missing(Exception):
    """The update builds on something that is not there: its sender should send all they have."""


class Gate:
    """The rehearsals of all rooms, and the locks."""

    def __init__(self) -> None:
        self.protection: Protection = NoLocks()
        self.authors: Watching | None = None
        """Who follows what is written in documents."""
        self.on_everybody: list[Callable[[Any], None]] = []
        """Called with the room of everybody when somebody comes into it."""
        self.sockets: set[Any] = set()
        """Those of pages, while they are open."""
        self._tasks: set[asyncio.Future[None]] = set()
        self._speakers: WeakKeyDictionary[Any, Speakers] = WeakKeyDictionary()
        self._rehearsals: WeakKeyDictionary[Any, Rehearsal] = WeakKeyDictionary()

    async def opening(self, document_id: str) -> None:
        """A document is about to be opened."""
        if self.authors is not None:
            await self.authors.opening(document_id)

    def opened(self, room: Any) -> None:
        """A document's room is loaded; called each time somebody comes in."""
        if self.authors is not None:
            self.authors.opened(room)

    def before(self, room: Any, origin: str) -> None:
        """``origin`` is about to change a document."""
        if self.authors is not None:
            self.authors.before(room, origin)

    async def left(self, room: Any) -> None:
        """Somebody in this process has done their work in a document."""
        if self.authors is not None:
            await self.authors.keep(document_id_of(room))

    def apply(
        self, room: Any, update: bytes, writer: Writer, needs: Needs | None = None
    ) -> list[PutBack]:
        """Change a file's room by an update, but for what is protected, which is returned.

        ``needs``: what the update was found to need, if it has been read already.

        The room must be loaded and have no transaction open. Raises ``Malformed``, ``Missing``,
        or ``Unfit`` (then nothing was changed).
        """
        if update == EMPTY:
            return []
        needs = needs or read_update(update)
        if needs.unmet(read_state(room.ydoc.get_state())):
            raise Missing
        document_id = document_id_of(room)
        protected = self._protected(document_id, writer)
        if protected.everything and room.file_type not in KNOWN_KINDS:
            return [PutBack(None, "document")]
        rehearsal = self._rehearsal(room)
        tried = rehearsal.try_out(update, protected)
        self.before(room, writer.origin)
        rehearsal.apply(tried, writer.origin)
        if tried.put_back:
            self.protection.put_back(document_id, writer.participant_id, tried.put_back)
        return tried.put_back

    def speakers(self, room: Any) -> Speakers:
        """Who speaks for which client id in a room."""
        return self._speakers.setdefault(room, Speakers())

    def states(self, room: Any, clients: list[int]) -> bytes:
        """An awareness message: what these clients said last."""
        return create_awareness_message(room.awareness.encode_awareness_update(clients))

    def say(self, room: Any, speaker: Any, client: int, state: dict[str, Any]) -> None:
        """Somebody in this process says something of themselves to everybody in a room."""
        said = [Said(client, next_clock(room.awareness, client), state)]
        self.speakers(room).hear(said, speaker, room.awareness.client_id)
        self._tell(room, said)

    def take_leave(self, room: Any, speaker: Any) -> None:
        """Whoever spoke in a room is gone: everybody hears it now, not when they miss them."""
        gone = [
            Said(client, next_clock(room.awareness, client), None)
            for client in self.speakers(room).leave(speaker)
            if client in room.awareness.states
        ]
        if gone:
            self._tell(room, gone, but=speaker)

    def came(self, room: Any) -> None:
        """A page has come into the room of everybody, which may have been made for it."""
        for newcomer in list(self.on_everybody):
            newcomer(room)

    async def dismiss(self) -> None:
        """Send all pages away: a socket that stays open would keep the process from ending."""
        await asyncio.gather(*(socket.dismiss() for socket in list(self.sockets)))

    def _tell(self, room: Any, said: list[Said], but: Any = None) -> None:
        message = write_awareness(said)
        room.awareness.apply_awareness_update(read_message(message[1:]), "gate")
        for client in list(room.clients):
            if client is not but:
                self._spawn(client.send(message))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _protected(self, document_id: str, writer: Writer) -> Protected:
        if not writer.may_write:
            return READ_ONLY
        return self.protection.of(document_id, writer.participant_id)

    def _rehearsal(self, room: Any) -> Rehearsal:
        rehearsal = self._rehearsals.get(room)
        if rehearsal is None:
            rehearsal = self._rehearsals[room] = Rehearsal(room.ydoc, room.file_type)
        return rehearsal


def document_id_of(room: Any) -> str:
    """The id of the file that a room is for."""
    name: str = room.room_id
    return name.rpartition(":")[2]


def update_in(message: bytes) -> bytes | None:
    """The update that a message brings; null if it brings none. Raises ``Malformed``."""
    if len(message) < 2 or message[0] != YMessageType.SYNC:
        return None
    if message[1] not in (YSyncMessageType.SYNC_STEP2, YSyncMessageType.SYNC_UPDATE):
        return None
    try:
        return read_message(message[2:])
    except (AssertionError, IndexError):
        raise Malformed("it ends too early") from None


__all__ = ["Gate", "Malformed", "Missing", "Unfit", "Writer", "update_in"]
