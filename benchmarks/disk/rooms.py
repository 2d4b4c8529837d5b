"""Live rooms in this process: the provider's own rooms, loaders and stores on a real folder."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
from jupyter_events import EventLogger
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_server_fileid.manager import ArbitraryFileIdManager
from jupyter_server_ydoc.loaders import FileLoaderMapping
from jupyter_server_ydoc.rooms import DocumentRoom
from jupyter_server_ydoc.stores import SQLiteYStore
from jupyter_server_ydoc.utils import EVENTS_SCHEMA_PATH
from jupyter_server_ydoc.websocketserver import JupyterWebsocketServer
from jupyter_ydoc import YNotebook, YUnicode
from pycrdt import (
    Doc,
    YMessageType,
    create_sync_message,
    create_update_message,
    handle_sync_message,
)

from jupyter_collab_agents.documents.collaboration import finish_saving
from jupyter_collab_agents.documents.disk_guard import DiskGuard
from jupyter_collab_agents.documents.disk_records import Mark, Undecided
from jupyter_collab_agents.documents.guarded_room import GuardedRoom
from jupyter_collab_agents.documents.live_content import content_of

from .waiting import TIMEOUT

SHARE = 0.5

log = logging.getLogger("live rooms")


class Kept:
    """Records in memory."""

    def __init__(self) -> None:
        self.snapshots: list[tuple[str, Any]] = []
        self.questions: list[Undecided] = []
        self.marks: dict[str, Mark] = {}

    async def overwritten(self, document_id: str, path: str, content: Any) -> None:
        self.snapshots.append(("overwrite", content))

    async def shrinking(self, document_id: str, path: str, content: Any) -> None:
        self.snapshots.append(("shrink", content))

    async def undecided(self, question: Undecided) -> None:
        self.questions.append(question)

    async def note_saved(self, document_id: str, path: str, mark: Mark) -> None:
        self.marks[document_id] = mark

    async def last_saved(self, document_id: str) -> Mark | None:
        return self.marks.get(document_id)


class Tab:
    """A browser with the document open: its own replica, joined by a channel in memory."""

    path = "tab"

    def __init__(self, room: DocumentRoom, name: str = "ann") -> None:
        self.name = name
        self.doc: Any = Doc()
        kind = YNotebook if room.file_type == "notebook" else YUnicode
        self.model: Any = kind(self.doc)
        self._to_room: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._from_room = False
        self._subscription = self.doc.observe(self._changed)
        self._served = asyncio.create_task(room.serve(self))
        self._to_room.put_nowait(create_sync_message(self.doc))

    def _changed(self, event: Any) -> None:
        if not self._from_room and event.update != b"\0\0":
            self._to_room.put_nowait(create_update_message(event.update))

    # the room's side

    async def send(self, message: bytes) -> None:
        if message[0] != YMessageType.SYNC:
            return
        self._from_room = True
        try:
            reply = handle_sync_message(message[1:], self.doc)
        finally:
            self._from_room = False
        if reply is not None:
            self._to_room.put_nowait(reply)

    async def recv(self) -> bytes:
        return await self.__anext__()

    def __aiter__(self) -> "Tab":
        return self

    async def __anext__(self) -> bytes:
        message = await self._to_room.get()
        if message is None:
            raise StopAsyncIteration
        return message

    # the person's side

    @property
    def content(self) -> Any:
        return content_of(self.model)

    def text(self, cell: int = 0) -> Any:
        return self.model.ycells[cell]["source"] if self._is_notebook else self.model._ysource

    @property
    def _is_notebook(self) -> bool:
        return isinstance(self.model, YNotebook)

    def type(self, what: str, cell: int = 0, at: int | None = None) -> None:
        """``at`` in bytes; the end by default."""
        text = self.text(cell)
        text.insert(len(text) if at is None else at, what)

    async def close(self) -> None:
        self._to_room.put_nowait(None)
        await asyncio.wait([self._served], timeout=TIMEOUT)


class Place:
    """A server's part that keeps live documents of one folder; ``restarted`` keeps the files."""

    def __init__(
        self,
        root: Path,
        state: Path,
        *,
        poll: float = 0.02,
        save_delay: float | None = 0.03,
    ) -> None:
        self.root, self.state = root, state
        self.poll, self.save_delay = poll, save_delay
        self.kept = Kept()
        self.contents: Any = AsyncLargeFileManager(root_dir=str(root))
        checkpoints: Any = self.contents.checkpoints
        checkpoints.checkpoint_dir = str(state / "checkpoints")
        self.ids = ArbitraryFileIdManager(root_dir=str(root), db_path=str(state / "ids.db"))
        self.loaders = FileLoaderMapping(
            {"contents_manager": self.contents, "file_id_manager": self.ids}, log, poll
        )
        self.events = EventLogger()
        self.events.register_event_schema(EVENTS_SCHEMA_PATH)
        store: Any = type("Store", (SQLiteYStore,), {"db_path": str(state / "updates.db")})
        self.store = store
        self.server = JupyterWebsocketServer(
            rooms_ready=False, auto_clean_rooms=False, ystore_class=store, log=log
        )
        self.guard = DiskGuard(self.kept, shrink_share=SHARE, spawn=self._spawn)
        provider: Any = SimpleNamespace(extension=SimpleNamespace(ywebsocket_server=self.server))
        self.guard.start(provider, self.contents)
        self._tasks: set[asyncio.Task[None]] = set()
        self._serving: asyncio.Task[None] | None = None

    def _spawn(self, work: Any, what: str) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work, name=what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def open(self, path: str) -> GuardedRoom:
        """What happens when the first browser comes."""
        if self._serving is None:
            self._serving = asyncio.create_task(self.server.start())
            await self.server.started.wait()
        kind, form = ("notebook", "json") if path.endswith(".ipynb") else ("file", "text")
        document_id = self.ids.index(path)
        name = f"{form}:{kind}:{document_id}"
        room = DocumentRoom(
            name,
            form,
            kind,
            self.loaders[document_id],
            self.events,
            self.store(path=f".{kind}:{document_id}.y", log=log),
            log,
            save_delay=self.save_delay,
        )
        await self.server.start_room(room)
        self.server.add_room(name, room)
        await room.initialize()
        guard = self.guard.room(document_id)
        assert guard is not None
        return guard

    async def close(self, room: DocumentRoom) -> None:
        """What happens some time after the last browser left."""
        await self.server.delete_room(room=room)
        file_id = room.room_id.rpartition(":")[2]
        if self.loaders[file_id].number_of_subscriptions == 0:
            await self.loaders.remove(file_id)

    async def stop(self, *, killed: bool = False) -> None:
        """In order, or as a power cut would."""
        if not killed:
            for room in self.server.rooms.values():
                await finish_saving(room)
        for room in self.server.rooms.values():
            task = room._saving_document
            if task is not None and killed:
                task.cancel()
            if room.ystore is not None and room.ystore.started.is_set():
                await room.ystore.stop()
        await self.loaders.clear()
        if self._serving is not None:
            await self.server.stop()
            await asyncio.wait([self._serving])

    def read(self, path: str) -> Any:
        """The file's content as the contents manager would say it."""
        if path.endswith(".ipynb"):
            return nbformat.read(self.root / path, as_version=4)
        return (self.root / path).read_text()


@asynccontextmanager
async def place(folder: Path, **options: Any) -> AsyncIterator[Place]:
    """On ``folder``; stopped in order at the end."""
    for name in ("root", "state"):
        (folder / name).mkdir(exist_ok=True)
    made = Place(folder / "root", folder / "state", **options)
    try:
        yield made
    finally:
        await made.stop()
