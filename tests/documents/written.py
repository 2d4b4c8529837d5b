"""Somebody has a file open on a real server, types, and saves."""

import asyncio
import json
from typing import Any

from jupyter_ydoc import ydocs
from pycrdt import (
    Decoder,
    Doc,
    Encoder,
    YMessageType,
    create_sync_message,
    create_update_message,
    handle_sync_message,
)
from running_server.http import Person
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from benchmarks.disk.waiting import TIMEOUT, until

RAW = 2


class OpenFile:
    """A text or notebook as one browser has it; edits travel to the room at once."""

    def __init__(self, socket: WebSocketClientConnection, person: Person, path: str) -> None:
        self._socket = socket
        self._path = person.server.root / path
        self._doc: Any = Doc()
        self._model: Any = ydocs["notebook" if path.endswith(".ipynb") else "file"](self._doc)
        self._from_room = False
        self._answers = 0
        self._saves: dict[int, asyncio.Future[str]] = {}
        self._outbox: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._subscription = self._doc.observe(self._changed)
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]

    @property
    def text(self) -> str:
        """Of a file."""
        return str(self._model.source)

    @property
    def sources(self) -> list[str]:
        """Of a notebook's cells."""
        return [str(cell["source"]) for cell in self._model.ycells]

    def saved(self, text: str) -> bool:
        """Whether the screen and the file say exactly this."""
        return self.text == text == self._path.read_text()

    def type(self, what: str, *, cell: int | None = None, at: int | None = None) -> None:
        """``at`` in bytes; at the end by default."""
        shared = self._doc["source"] if cell is None else self._model.ycells[cell]["source"]
        shared.insert(len(shared) if at is None else at, what)

    def replace(self, start: int, end: int, what: str) -> None:
        """In a file."""
        shared = self._doc["source"]
        with self._doc.transaction():
            del shared[start:end]
            shared.insert(start, what)

    async def type_and_wait(self, what: str) -> None:
        """Until the room has it."""
        self.type(what)
        await self.synced()

    async def synced(self) -> None:
        """Until the room has told all it has, and so has what was sent before."""
        seen = self._answers
        self._outbox.put_nowait(create_sync_message(self._doc))
        await until(lambda: self._answers > seen)

    async def save(self) -> bool:
        """As Ctrl+S does; whether the server says that it was saved."""
        number = len(self._saves)
        self._saves[number] = asyncio.get_running_loop().create_future()
        encoder = Encoder()
        encoder.write_var_uint(RAW)
        encoder.write_var_string("save")
        encoder.write_var_uint(number)
        self._outbox.put_nowait(encoder.to_bytes())
        async with asyncio.timeout(TIMEOUT):
            return await self._saves[number] == "success"

    async def close(self) -> None:
        """The browser is closed."""
        self._outbox.put_nowait(None)
        await asyncio.wait(self._tasks, timeout=TIMEOUT)

    def _changed(self, event: Any) -> None:
        if not self._from_room and event.update != b"\0\0":
            self._outbox.put_nowait(create_update_message(event.update))

    async def _write(self) -> None:
        while (message := await self._outbox.get()) is not None:
            await self._socket.write_message(message, binary=True)
        self._socket.close()

    async def _read(self) -> None:
        while (message := await self._socket.read_message()) is not None:
            if not isinstance(message, bytes):
                continue
            if message[0] == YMessageType.SYNC:
                self._from_room = True
                reply = handle_sync_message(message[1:], self._doc)
                self._from_room = False
                if reply is not None:
                    self._outbox.put_nowait(reply)
                self._answers += message[1] == 1
            elif message[0] == RAW:
                said = json.loads(Decoder(message[1:]).read_var_string())
                if said.get("type") == "save":
                    self._saves[said["responseTo"]].set_result(said["status"])


async def open_file(person: Person, path: str) -> OpenFile:
    """As JupyterLab does: a session for the file, then its room."""
    form, kind = ("json", "notebook") if path.endswith(".ipynb") else ("text", "file")
    answer = await person.ask(
        "PUT", f"/api/collaboration/session/{path}", {"format": form, "type": kind}
    )
    assert answer.status in (200, 201), answer
    session = json.loads(answer.body)
    address = (
        f"{person.server.url}/api/collaboration/room/{form}:{kind}:{session['fileId']}"
        f"?sessionId={session['sessionId']}"
    )
    request = HTTPRequest(address.replace("http", "ws", 1), headers=person.headers)
    opened = OpenFile(await websocket_connect(request), person, path)
    await opened.synced()
    return opened
