"""A WebSocket whose two ends are in the test: the server's frames, and a browser byte by byte."""

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import trustme
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketHandler
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side, State

from jupyter_collab_agents.transport.frames import Frames
from jupyter_collab_agents.transport.take_over import taken_over

MAX_FRAME = 100_000
HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


class Browser:
    """The other end. What it sends is masked, unless it is sent raw."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self._rules = Protocol(Side.CLIENT, state=State.OPEN, max_size=None)
        self._frames: list[Frame] = []

    def send(self, *texts: str | bytes, fin: bool = True, opcode: Opcode | None = None) -> None:
        """A frame for each text (str) or binary message (bytes)."""
        for text in texts:
            kind = Opcode.TEXT if isinstance(text, str) else Opcode.BINARY
            data = text.encode() if isinstance(text, str) else text
            frame = Frame(kind if opcode is None else opcode, data, fin)
            self.writer.write(frame.serialize(mask=True))

    def raw(self, data: bytes) -> None:
        self.writer.write(data)

    async def frame(self) -> Frame:
        """The next one; it answers nothing by itself."""
        while not self._frames:
            data = await self.reader.read(65536)
            assert data, "the server hung up"
            self._rules.receive_data(data)
            self._frames += [e for e in self._rules.events_received() if isinstance(e, Frame)]
        return self._frames.pop(0)

    async def close_code(self) -> int:
        """What the server closes with; other frames before it are left out."""
        while (frame := await self.frame()).opcode is not Opcode.CLOSE:
            pass
        return int(struct.unpack("!H", frame.data[:2])[0])

    async def ended(self) -> None:
        """Until the server has hung up."""
        try:
            while await self.reader.read(65536):
                pass
        except ConnectionError:
            return

    def answer_close(self) -> None:
        self.send(struct.pack("!H", 1000), opcode=Opcode.CLOSE)

    def hang_up(self) -> None:
        self.writer.transport.abort()


class Line:
    """Both ends; ``came`` is what the server took, in order."""

    def __init__(self, frames: Frames, browser: Browser) -> None:
        self.frames = frames
        self.browser = browser
        self.came: list[str | bytes] = []
        self._news = asyncio.Event()

    def take(self, message: str | bytes) -> None:
        self.came.append(message)
        self._news.set()

    async def until(self, count: int) -> None:
        """Until so many messages came."""
        while len(self.came) < count:
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), 10)


def certificates() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """For the server and for the browser."""
    authority = trustme.CA()
    of_server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(of_server)
    of_browser = ssl.create_default_context()
    authority.configure_trust(of_browser)
    return of_server, of_browser


@asynccontextmanager
async def lines(*, tls: bool, heels: bytes = b"") -> AsyncIterator[Line]:
    """A server for one socket; ``heels`` comes in the same piece as the browser's handshake."""
    there: asyncio.Future[Frames] = asyncio.get_running_loop().create_future()

    class Handler(WebSocketHandler):
        async def open(self, *args: Any, **kwargs: Any) -> None:
            async with taken_over(self, MAX_FRAME) as frames:
                there.set_result(frames)
                await frames.closed

        def on_message(self, message: str | bytes) -> None:
            raise AssertionError("Tornado reads nothing")

    of_server, of_browser = certificates() if tls else (None, None)
    listening, port = bind_unused_port()
    server = HTTPServer(Application([("/", Handler)]), ssl_options=of_server)
    server.add_sockets([listening])
    name = "localhost" if tls else None
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=of_browser, server_hostname=name
    )
    writer.write(HANDSHAKE + heels)
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"101" in head
    line = Line(await there, Browser(reader, writer))
    yield line
    line.browser.hang_up()
    line.frames.abort()
    await line.frames.closed
    server.stop()
    await server.close_all_connections()
