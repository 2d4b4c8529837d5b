"""From Tornado, which has shaken hands, to asyncio, which then carries the frames."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tornado.ioloop import IOLoop
from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketHandler

from .frames import Frames
from .stream_transport import StreamTransport

MOST_EARLY = 2**20


@asynccontextmanager
async def taken_over(handler: WebSocketHandler, max_frame: int) -> AsyncIterator[Frames]:
    """The frames of a handler in ``open``, in which Tornado reads none; closed at the end.

    Raises ``StreamClosedError`` when the other end is gone already.
    """
    stream = None if handler.ws_connection is None else handler.ws_connection.stream
    if stream is None:
        raise StreamClosedError
    frames = Frames(max_frame)
    try:
        if type(stream) is IOStream:
            await _take_over(stream, frames)
        else:  # TLS, which asyncio cannot take over in the middle
            stream.set_nodelay(True)
            StreamTransport(stream, frames)
        try:
            yield frames
        finally:
            frames.abort()
    finally:
        stream.close()


async def _take_over(stream: IOStream, frames: Frames) -> None:
    # what came on the heels of the handshake; nothing more is read like this
    early = asyncio.ensure_future(stream.read_bytes(MOST_EARLY, partial=True))
    if stream.closed():
        raise StreamClosedError
    IOLoop.current().remove_handler(stream.fileno())
    loop = asyncio.get_running_loop()
    await loop.connect_accepted_socket(lambda: frames, stream.socket)
    if early.done():
        frames.feed(early.result())
