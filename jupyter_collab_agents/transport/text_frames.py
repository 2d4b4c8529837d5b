"""What the hub writes, as WebSocket text frames on a handler's connection."""

import asyncio
import socket
from collections.abc import Awaitable

from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketHandler


class TextFrames:
    """``hub.connection.Socket`` over Tornado.

    What the socket takes at once is sent at once; only the rest goes through Tornado's stream.
    ``write_message`` makes futures and a task for each frame, which costs more than the frame
    (benchmarks/ compares).
    """

    def __init__(self, handler: WebSocketHandler) -> None:
        self._handler = handler
        protocol = handler.ws_connection
        self._stream = None if protocol is None else protocol.stream
        self._plain = type(self._stream) is IOStream
        """No TLS in this process: bytes may go to the socket itself."""

    def write(self, frame: bytes) -> Awaitable[None] | None:
        """Send a text frame; what is closed or closing takes none."""
        stream, protocol = self._stream, self._handler.ws_connection
        if stream is None or protocol is None or protocol.is_closing():
            return None
        data = header(len(frame)) + frame
        if self._plain and not stream.writing():
            data = data[_send(stream.socket, data) :]
            if not data:
                return None
        try:
            written = stream.write(data)
        except StreamClosedError:
            return None
        return _drained(written) if stream.writing() else None

    def close(self, code: int, reason: str) -> None:
        """Start the close handshake; a reason has 123 bytes at most (RFC 6455, 5.5)."""
        self._handler.close(code, reason.encode()[:123].decode(errors="ignore"))


def _send(to: socket.socket, data: bytes) -> int:
    """How many bytes the socket took; a broken one takes none, the stream will notice."""
    try:
        return to.send(data)
    except OSError:
        return 0


async def _drained(written: Awaitable[None]) -> None:
    try:
        # whoever waits may give up; the stream's own future must not be cancelled with them
        await asyncio.shield(asyncio.ensure_future(written))
    except StreamClosedError:
        return  # the handler's on_close tells the hub


def header(length: int) -> bytes:
    """The header of one unfragmented, unmasked text frame (RFC 6455, 5.2)."""
    if length < 126:
        return bytes((0x81, length))
    if length < 1 << 16:
        return b"\x81\x7e" + length.to_bytes(2, "big")
    return b"\x81\x7f" + length.to_bytes(8, "big")
