"""Who wrote what in every document: followed while it is open, kept when it rests."""

import asyncio
import logging
from typing import Any
from weakref import WeakKeyDictionary

from ..domain.run_changes import Authors
from ..hub.clock import Clock, Timer
from ..storage.store import StoreUnavailable
from .authors_store import AuthorsStore
from .collaboration import Collaboration, model_of
from .gate.gate import Gate, document_id_of
from .live_content import is_mergeable
from .room_authors import RoomAuthors

log = logging.getLogger(__name__)

REST = 1.0
"""Seconds of rest after a change until it is kept."""


class DocumentAuthors:
    """See the module. Told by the gate of each document that is opened."""

    def __init__(
        self, store: AuthorsStore, collaboration: Collaboration, gate: Gate, clock: Clock
    ) -> None:
        self._store = store
        self._collaboration = collaboration
        self._clock = clock
        self._known: dict[str, Authors] = {}
        self._rooms: WeakKeyDictionary[Any, RoomAuthors] = WeakKeyDictionary()
        self._changed: dict[str, RoomAuthors] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._timer: Timer | None = None
        self._keeping: asyncio.Future[None] | None = None
        gate.authors = self

    # --- told by the gate -----------------------------------------------------------------

    async def opening(self, document_id: str) -> None:
        """Somebody is about to open it: what was known is read before anything changes."""
        if self._following(document_id) is not None:
            return
        await self.keep(document_id)
        try:
            self._known[document_id] = await self._store.load(document_id)
        except StoreUnavailable as problem:
            # not known now; nor is what is kept replaced by what would then be nobody's
            log.error("who wrote document %s could not be read: %s", document_id, problem)

    def opened(self, room: Any) -> None:
        """Its room is loaded, and followed from now on."""
        document_id = document_id_of(room)
        known = self._known.pop(document_id, None)
        if known is None or room in self._rooms or not is_mergeable(model_of(room)):
            return
        following = RoomAuthors(
            room, known, self._clock.now, lambda: self._note(document_id, following)
        )
        self._rooms[room] = following

    def before(self, room: Any, origin: str) -> None:
        """``origin`` is about to change it."""
        following = self._rooms.get(room)
        if following is not None:
            following.before(origin)

    # --- asked ----------------------------------------------------------------------------

    def live(self, document_id: str) -> RoomAuthors | None:
        """Of a document that is open."""
        return self._following(document_id)

    async def of(self, document_id: str) -> Authors:
        """What is known of a document. Raises ``StoreUnavailable``."""
        following = self._following(document_id) or self._changed.get(document_id)
        return following.authors if following is not None else await self._store.load(document_id)

    def unkept(self) -> list[str]:
        """Documents of which something is not kept yet."""
        return list(self._changed)

    async def keep(self, document_id: str) -> None:
        """Keep what has changed in a document, durably; it is tried again where it fails."""
        async with self._turns.setdefault(document_id, asyncio.Lock()):
            following = self._changed.pop(document_id, None)
            if following is None:
                return
            try:
                await self._store.save(document_id, self._path(document_id), following.authors)
            except StoreUnavailable as problem:
                log.warning("who wrote document %s is not kept yet: %s", document_id, problem)
                self._note(document_id, self._changed.get(document_id) or following)

    async def stop(self) -> None:
        """Keep everything; called when nothing changes any more."""
        if self._timer is not None:
            self._timer.cancel()
        for document_id in list(self._changed):
            await self.keep(document_id)

    # --- inside ---------------------------------------------------------------------------

    def _following(self, document_id: str) -> RoomAuthors | None:
        for room in self._collaboration.document_rooms(document_id):
            if room in self._rooms:
                return self._rooms[room]
        return None

    def _path(self, document_id: str) -> str:
        return self._collaboration.path(document_id) or ""

    def _note(self, document_id: str, following: RoomAuthors) -> None:
        self._changed[document_id] = following
        if self._timer is None:
            self._timer = self._clock.call_later(REST, self._rested)

    def _rested(self) -> None:
        self._timer = None
        self._keeping = asyncio.ensure_future(self._keep_all())

    async def _keep_all(self) -> None:
        for document_id in list(self._changed):
            await self.keep(document_id)
