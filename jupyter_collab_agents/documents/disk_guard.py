"""The disk and the people who have files open: all guarded rooms of one server."""

import logging
from typing import TYPE_CHECKING, Any

from . import live_files
from .checked_writing import check_writing
from .collaboration import Collaboration, model_of
from .disk_file import DiskFile
from .disk_records import Records
from .guarded_room import GuardedRoom, Spawn
from .live_content import is_mergeable

if TYPE_CHECKING:
    from jupyter_server_ydoc.rooms import DocumentRoom

log = logging.getLogger(__name__)


class DiskGuard:
    """All rooms of one server that have a text or a notebook."""

    def __init__(
        self,
        records: Records,
        *,
        shrink_share: float,
        spawn: Spawn,
    ) -> None:
        self._records = records
        self._share = shrink_share
        self._spawn = spawn
        self._rooms: dict[str, GuardedRoom] = {}

    def start(self, collaboration: Collaboration, contents_manager: Any) -> None:
        """Guard every room from now on."""
        if not check_writing(contents_manager):
            log.warning("writes at the very moment of a save are not noticed on this storage")
        live_files.on_new_room(collaboration, self._guard)

    def room(self, document_id: str) -> GuardedRoom | None:
        """Where a document is open."""
        return self._rooms.get(document_id)

    @property
    def any_open(self) -> bool:
        """Whether there is anything to guard now."""
        return bool(self._rooms)

    def _guard(self, room: "DocumentRoom") -> None:
        document_id = room.room_id.rpartition(":")[2]
        if not is_mergeable(model_of(room)):
            return
        loader = live_files.loader_of(room)
        if isinstance(live_files.contents_of(loader), DiskFile):
            log.warning("%s is open twice, in two forms; only one is guarded", loader.path)
            return
        guarded = GuardedRoom(
            room, document_id, self._records, shrink_share=self._share, spawn=self._spawn
        )
        self._rooms[document_id] = guarded

        async def finish() -> None:
            await guarded.finish()
            self._rooms.pop(document_id, None)
            live_files.read_and_write_through(loader, guarded.file.contents)

        live_files.before_stop(room, finish)
