"""A page that has a document open: a client of its room, over the real socket."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from jupyter_ydoc import ydocs
from pycrdt import (
    Awareness,
    Doc,
    Text,
    TransactionEvent,
    YMessageType,
    create_awareness_message,
    create_sync_message,
    create_update_message,
    handle_sync_message,
    read_message,
)
from running_server.http import Answer, Person
from tornado.httpclient import HTTPRequest
from tornado.websocket import (
    WebSocketClientConnection,
    WebSocketClosedError,
    websocket_connect,
)

TIMEOUT = 15.0
RAW = 2


class Page:
    """What one browser window has of one document; edits travel at once."""

    def __init__(
        self, socket: WebSocketClientConnection, kind: str, doc: Doc | None = None
    ) -> None:
        self._socket = socket
        self.doc: Doc = doc if doc is not None else Doc()
        self.model: Any = ydocs[kind](self.doc)
        self.awareness = Awareness(self.doc)
        self.wire: list[bytes] = []
        """Every message that came."""
        self.closed = False
        self.answers = 0
        self.offline = False
        self._news = asyncio.Condition()
        self._remote = False
        self._subscription = self.doc.observe(self._changed)
        self._sending: list[asyncio.Future[None]] = []
        self._reader = asyncio.create_task(self._read())

    # --- content --------------------------------------------------------------------------

    @property
    def sources(self) -> list[str]:
        """The text of every cell."""
        return [str(cell["source"]) for cell in self.model.ycells]

    @property
    def text(self) -> str:
        """Of a file."""
        return str(self.doc.get("source", type=Text))

    def source(self, cell: int) -> Any:
        """The shared text of a cell."""
        return self.model.ycells[cell]["source"]

    def append(self, cell: int, text: str) -> None:
        """Type at the end of a cell."""
        source = self.source(cell)
        source.insert(len(source), text)

    # --- talking --------------------------------------------------------------------------

    async def sync(self) -> None:
        """Until the room has all of this page, and this page all of the room."""
        await asyncio.gather(*self._sending)
        self._sending.clear()
        before = self.answers
        await self.send(create_sync_message(self.doc))
        await self.until(lambda: self.answers > before)

    async def send(self, message: bytes) -> None:
        """Anything."""
        await self._socket.write_message(message, binary=True)

    async def send_update(self, update: bytes) -> None:
        """An update that this page's own document does not have."""
        await self.send(create_update_message(update))

    async def say(self, state: dict[str, Any] | None, client: int | None = None) -> None:
        """Awareness: of this page, or under another client's id."""
        self.awareness.set_local_state(state)
        mine = self.awareness.client_id
        raw = self.awareness.encode_awareness_update([mine])
        if client is not None:
            other = Awareness(Doc(client_id=client))
            other.set_local_state(state)
            other.set_local_state(state)
            raw = other.encode_awareness_update([client])
        await self.send(create_awareness_message(raw))

    async def save(self, save_id: int = 1) -> dict[str, Any]:
        """Ask to save; the answer."""
        await self.send(bytes([RAW, 4]) + b"save" + bytes([save_id]))
        await self.until(lambda: self.raw)
        return self.raw[-1]

    @property
    def raw(self) -> list[dict[str, Any]]:
        """Answers and notices of the provider."""
        return [json.loads(m[2 + (m[1] > 127) :]) for m in self.wire if m[0] == RAW]

    @property
    def states(self) -> dict[int, dict[str, Any]]:
        """What others say of themselves."""
        mine = self.awareness.client_id
        return {c: s for c, s in self.awareness.states.items() if c != mine}

    # --- waiting --------------------------------------------------------------------------

    async def until(self, ready: Callable[[], Any], timeout: float = TIMEOUT) -> Any:
        """Wait until ``ready`` says something true."""
        async with self._news:
            try:
                async with asyncio.timeout(timeout):
                    await self._news.wait_for(ready)
            except TimeoutError:
                raise AssertionError(
                    f"not told in time; closed {self.close_code} {self.close_reason!r}"
                ) from None
        return ready()

    async def until_closed(self, timeout: float = TIMEOUT) -> int | None:
        """The close code."""
        await self.until(lambda: self.closed, timeout)
        return self.close_code

    @property
    def close_code(self) -> int | None:
        """How it ended."""
        return self._socket.close_code

    @property
    def close_reason(self) -> str | None:
        """Why it ended."""
        return self._socket.close_reason

    async def close(self) -> None:
        """The window is closed."""
        self._socket.close()
        await self.until_closed()

    # --- inside ---------------------------------------------------------------------------

    def _changed(self, event: TransactionEvent) -> None:
        if event.update != b"\0\0" and not self._remote and not self.offline:
            message = create_update_message(event.update)
            self._sending.append(asyncio.ensure_future(self.send(message)))

    async def _read(self) -> None:
        while (message := await self._socket.read_message()) is not None:
            async with self._news:
                if isinstance(message, bytes):
                    self.wire.append(message)
                    await self._take(message)
                self._news.notify_all()
        async with self._news:
            self.closed = True
            self._news.notify_all()

    async def _take(self, message: bytes) -> None:
        if message[0] == YMessageType.SYNC:
            self._remote = True
            try:
                reply = handle_sync_message(message[1:], self.doc)
            finally:
                self._remote = False
            if reply is not None:
                with suppress(WebSocketClosedError):
                    await self.send(reply)
            if message[1] == 1:  # the answer to our question: all the room has
                self.answers += 1
        elif message[0] == YMessageType.AWARENESS:
            self.awareness.apply_awareness_update(read_message(message[1:]), "room")


async def open_session(person: Person, path: str, **more: str) -> Answer:
    """Ask for a document, as pages do before they open its socket."""
    notebook = path.endswith(".ipynb")
    asked = {
        "format": "json" if notebook else "text",
        "type": "notebook" if notebook else "file",
        **more,
    }
    return await person.ask("PUT", f"/api/collaboration/session/{path}", asked)


async def open_socket(
    person: Person,
    room: str,
    session_id: str = "",
    *,
    headers: dict[str, str] | None = None,
    kind: str = "notebook",
    doc: Doc | None = None,
) -> Page:
    """A room's socket. Raises ``HTTPClientError`` for whoever is not let in."""
    address = f"{person.server.url}/api/collaboration/room/{room}?sessionId={session_id}"
    request = HTTPRequest(
        address.replace("http", "ws", 1), headers={**person.headers, **(headers or {})}
    )
    return Page(await websocket_connect(request, max_message_size=2**30), kind, doc)


async def open_page(person: Person, path: str, *, doc: Doc | None = None, **more: str) -> Page:
    """As JupyterLab does: a session for the file, then its room, then all that is there."""
    answer = await open_session(person, path, **more)
    assert answer.status in (200, 201), answer
    session = answer.json
    room = f"{session['format']}:{session['type']}:{session['fileId']}"
    page = await open_socket(person, room, session["sessionId"], kind=session["type"], doc=doc)
    await page.sync()
    return page
