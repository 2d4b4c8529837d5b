"""One browser tab's socket in a session."""

import asyncio
import itertools
import json
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from .http import Person, note_secrets
from .process import RunningServer

TIMEOUT = 15.0


class Tab:
    """Keeps what it was told, in order."""

    def __init__(self, server: RunningServer, socket: WebSocketClientConnection) -> None:
        self._server = server
        self._socket = socket
        self.told: list[dict[str, Any]] = []
        self.frames = 0
        self.closed = False
        self._name = secrets.token_hex(6)
        self._refs = itertools.count(1)
        self._news = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())

    @property
    def close_code(self) -> int | None:
        """How it ended."""
        return self._socket.close_code

    @property
    def welcome(self) -> dict[str, Any]:
        """What came first."""
        assert self.told, self.close_code
        assert self.told[0]["type"] == "welcome", self.told[0]
        return self.told[0]

    def of(self, *types: str) -> list[dict[str, Any]]:
        """Everything of these types."""
        return [one for one in self.told if one["type"] in types]

    async def until(self, ready: Callable[["Tab"], Any], timeout: float = TIMEOUT) -> Any:
        """Wait until ``ready`` says something true, and hand that out."""
        async with self._news:
            try:
                async with asyncio.timeout(timeout):
                    await self._news.wait_for(lambda: ready(self))
            except TimeoutError:
                raise AssertionError(
                    f"not told in time; closed {self.close_code}; last {self.told[-8:]}"
                ) from None
        return ready(self)

    async def until_closed(self, timeout: float = TIMEOUT) -> int | None:
        """Wait for the end: the close code."""
        await self.until(lambda tab: tab.closed, timeout)
        return self.close_code

    async def send(self, *commands: dict[str, Any]) -> list[str]:
        """One frame of commands; missing refs are made. The refs."""
        for command in commands:
            command.setdefault("ref", f"{self._name}-{next(self._refs)}")
            note_secrets(self._server, command)
        await self.raw(json.dumps(commands))
        return [command["ref"] for command in commands]

    async def raw(self, frame: str | bytes) -> None:
        """Anything as one frame."""
        await self._socket.write_message(frame, binary=isinstance(frame, bytes))

    async def ask(self, type_: str, **fields: Any) -> dict[str, Any]:
        """One command and its answer."""
        (ref,) = await self.send({"type": type_, **fields})
        return await self.answer(ref)

    async def answer(self, ref: str) -> dict[str, Any]:
        """The ack or the refusal of ``ref``."""
        answer: dict[str, Any] = await self.until(
            lambda tab: next((a for a in tab.of("ack", "rejected") if a["ref"] == ref), None)
        )
        return answer

    async def refusal(self, frame: str | bytes) -> str:
        """The code that one bad frame is refused with."""
        before = len(self.of("rejected"))
        await self.raw(frame)
        await self.until(lambda tab: len(tab.of("rejected")) > before)
        code: str = self.of("rejected")[before]["code"]
        return code

    async def close(self) -> None:
        """Close, and wait until that is done."""
        self._socket.close()
        await self.until_closed()

    async def _read(self) -> None:
        try:
            while (frame := await self._socket.read_message()) is not None:
                async with self._news:
                    self.frames += 1
                    self.told += json.loads(frame)
                    self._news.notify_all()
        finally:  # also when the test is over: Tornado wants it said
            self._socket.close()
        async with self._news:
            self.closed = True
            self._news.notify_all()


async def join(
    person: Person,
    session_id: str,
    *,
    headers: dict[str, str] | None = None,
    welcomed: bool = True,
    **query: Any,
) -> Tab:
    """Open a tab. Raises ``tornado.httpclient.HTTPClientError`` when not let in at all."""
    address = f"{person.server.api}/sessions/{session_id}/join".replace("http", "ws", 1)
    if query:
        address += "?" + urlencode(query)
    everything = {**person.headers, **(headers or {})}
    request = HTTPRequest(address, headers=everything, ca_certs=person.server.authority)
    socket = await websocket_connect(request, max_message_size=64 * 2**20)
    tab = Tab(person.server, socket)
    await tab.until(lambda t: t.told or t.closed)
    if welcomed:
        assert tab.welcome
    return tab
