"""Somebody has a notebook open: a client of the collaboration room, over its real socket."""

import asyncio
import json

from jupyter_ydoc import YNotebook
from pycrdt import (
    Doc,
    TransactionEvent,
    YMessageType,
    create_sync_message,
    create_update_message,
    handle_sync_message,
)
from running_server.http import Person
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

TIMEOUT = 15.0


class OpenNotebook:
    """A notebook as one browser has it; edits travel to the room."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self._socket = socket
        self._doc: Doc = Doc()
        self.notebook = YNotebook(self._doc)
        self._loaded = asyncio.Event()
        self._subscription = self._doc.observe(self._changed)
        self._reader = asyncio.create_task(self._read())

    @property
    def sources(self) -> list[str]:
        """The text of every cell."""
        return [str(cell["source"]) for cell in self.notebook.ycells]

    async def load(self) -> None:
        """Until the room's content is here."""
        await self._socket.write_message(create_sync_message(self._doc), binary=True)
        async with asyncio.timeout(TIMEOUT):
            await self._loaded.wait()

    async def type_into(self, cell: int, text: str) -> None:
        """Put ``text`` at the end of a cell, and wait until the room has it."""
        source = self.notebook.ycells[cell]["source"]
        source.insert(len(source), text)
        self._loaded.clear()
        await self.load()

    def close(self) -> None:
        """The browser is closed."""
        self._socket.close()

    def _changed(self, event: TransactionEvent) -> None:
        if event.update != b"\0\0" and not self._from_room:
            message = create_update_message(event.update)
            self._sending = asyncio.ensure_future(self._socket.write_message(message, binary=True))

    _from_room = False

    async def _read(self) -> None:
        while (message := await self._socket.read_message()) is not None:
            if isinstance(message, bytes) and message[0] == YMessageType.SYNC:
                self._from_room = True
                reply = handle_sync_message(message[1:], self._doc)
                self._from_room = False
                if reply is not None:
                    await self._socket.write_message(reply, binary=True)
                if message[1] == 1:  # the answer to our question: all the room has
                    self._loaded.set()


async def open_notebook(person: Person, path: str) -> OpenNotebook:
    """As JupyterLab does: a session for the file, then its room."""
    answer = await person.ask(
        "PUT", f"/api/collaboration/session/{path}", {"format": "json", "type": "notebook"}
    )
    assert answer.status in (200, 201), answer
    session = json.loads(answer.body)
    address = (
        f"{person.server.url}/api/collaboration/room/json:notebook:{session['fileId']}"
        f"?sessionId={session['sessionId']}"
    )
    request = HTTPRequest(address.replace("http", "ws", 1), headers=person.headers)
    opened = OpenNotebook(await websocket_connect(request))
    await opened.load()
    return opened
