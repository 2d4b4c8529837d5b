"""A broker on a hub without a server: rooms are real shared documents, files are real files."""

import asyncio
from types import SimpleNamespace
from typing import Any

import nbformat
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
from jupyter_ydoc import YNotebook, YUnicode
from pycrdt import Doc

from jupyter_collab_agents.documents.broker import Broker
from jupyter_collab_agents.documents.changing import Changing
from jupyter_collab_agents.documents.conflicts import Conflicts
from jupyter_collab_agents.documents.intent import Actor, Wanted
from jupyter_collab_agents.documents.permit import MergeSetting, Permit

from .scene import Documents, Files

BOT = Actor("user:bot", "Bot", "user:bot", True)


class Room:
    """What is used of a room: its shared document and that it is loaded."""

    def __init__(self, content: Any) -> None:
        self.ydoc: Any = Doc()
        kind = YNotebook if isinstance(content, dict) else YUnicode
        self._document = kind(self.ydoc)
        self._document.set(content)
        self.ready_event = asyncio.Event()
        self.ready_event.set()
        self._update_lock = asyncio.Lock()

    @property
    def content(self) -> Any:
        return self._document.get()

    @property
    def texts(self) -> list[Any]:
        """The shared texts: of each cell, or the one of a file."""
        if isinstance(self._document, YNotebook):
            return [cell["source"] for cell in self._document.ycells]
        return [self._document._ysource]


class Rooms:
    """As ``Collaboration``: who has what open."""

    is_out_of_reach = False

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self.lock = asyncio.Lock()

    def document_rooms(self, document_id: str) -> list[Room]:
        return [self.rooms[document_id]] if document_id in self.rooms else []

    def locks_of(self, document_id: str) -> list[asyncio.Lock]:
        return [self.lock]


class Editing(Documents):
    """``async with Editing(folder) as running: …``; ``a.ipynb`` and ``notes.md`` are there."""

    def __init__(self, folder: Any, *args: Any, **options: Any) -> None:
        super().__init__(*args, files=Files("a.ipynb", "notes.md"), **options)
        self.folder = folder
        self.rooms = Rooms()
        self.contents = AsyncLargeFileManager(root_dir=str(folder))
        self.changing = Changing(self.rooms, self.contents, max_size=10_000_000)
        log, hub = self.locks.log, self.hub
        self.broker = Broker(
            store=self.store,
            clock=self.clock,
            log=log,
            file_ids=self.files,
            changing=self.changing,
            permit=Permit(MergeSetting(), self.clock, log, self.locks.protection),
        )
        self.conflicts = Conflicts(hub.store, self.clock, log, self.broker)
        self.locks.listen(self.broker.changed)
        self.hub.accounts.note(BOT.participant_id, SimpleNamespace(edits=True, documents=True))
        cells = [nbformat.v4.new_code_cell(f"x{n} = {n}", id=f"c{n}") for n in range(4)]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "a.ipynb")
        (folder / "notes.md").write_text("one\ntwo\nthree\n")

    def open(self, path: str) -> Room:
        """Somebody opens a document."""
        document_id = self.files._ids[path]
        raw = (self.folder / path).read_text()
        content = dict(nbformat.reads(raw, 4)) if path.endswith(".ipynb") else raw
        room = self.rooms.rooms[document_id] = Room(content)
        return room

    def close(self, path: str) -> None:
        """The last one leaves: it is saved."""
        room = self.rooms.rooms.pop(self.files._ids[path])
        content = room.content
        if isinstance(content, dict):
            content = nbformat.writes(nbformat.from_dict(content))
        (self.folder / path).write_text(content)

    async def edit(self, path: str, version: str, content: Any, **more: Any) -> Any:
        """An edit of the bot."""
        wanted = Wanted(base_version=version, content=content, **more)
        return await self.broker.edit(BOT, path, wanted)
