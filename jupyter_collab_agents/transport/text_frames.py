"""What the hub writes, as WebSocket text frames on a handler's connection."""

import asyncio
import socket
import sys

from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketHandler

PIECE = 4096
"""Bytes. What a socket does not take at once is handed over in such pieces: each that goes is a
sign of life."""


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
        self._pieces = 0

    def write(self, frame: bytes) -> asyncio.Future[None] | None:
        """Send a text frame; what is closed or closing takes none."""
        stream, protocol = self._stream, self._handler.ws_connection
        if stream is None or protocol is None or protocol.is_closing():
            return None
        data = header(len(frame)) + frame
        if self._plain and not stream.writing():
            data = data[_send(stream.socket, data) :]
            if not data:
                return None
        room: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            # all of a frame at once: nothing else may come between its bytes
            for start in range(0, len(data), PIECE):
                written = stream.write(data[start : start + PIECE])
                written.add_done_callback(self._went)
        except StreamClosedError:
            return None
        # a stream that closes fails its writes; the handler's on_close tells the hub
        written.add_done_callback(lambda _: _done(room))
        return room if stream.writing() else None

    def taken(self) -> tuple[int, int | None]:
        """Pieces that the system took, and the bytes that it still holds."""
        open_socket = None if self._stream is None else self._stream.socket  # null once closed
        return self._pieces, None if open_socket is None else _unread(open_socket)

    def close(self, code: int, reason: str) -> None:
        """Start the close handshake; a reason has 123 bytes at most (RFC 6455, 5.5)."""
        self._handler.close(code, reason.encode()[:123].decode(errors="ignore"))

    def _went(self, _: object) -> None:
        self._pieces += 1


def _send(to: socket.socket, data: bytes) -> int:
    """How many bytes the socket took; a broken one takes none, the stream will notice."""
    try:
        return to.send(data)
    except OSError:
        return 0


def _done(room: asyncio.Future[None]) -> None:
    if not room.done():  # whoever waited may have given up
        room.set_result(None)


def _unread(of: socket.socket) -> int | None:
    """How many bytes the other end has not taken yet; null where the system does not say.

    A system takes the next bytes only when a good part of what it holds is gone. On a slow line
    that may take longer than ``slow_timeout``.
    """
    try:
        import fcntl
        import termios

        held = fcntl.ioctl(of.fileno(), termios.TIOCOUTQ, bytes(4))
    except (ImportError, OSError, ValueError):
        return None
    return int.from_bytes(held, sys.byteorder)


def header(length: int) -> bytes:
    """The header of one unfragmented, unmasked text frame (RFC 6455, 5.2)."""
    if length < 126:
        return bytes((0x81, length))
    if length < 1 << 16:
        return b"\x81\x7e" + length.to_bytes(2, "big")
    return b"\x81\x7f" + length.to_bytes(8, "big")
