"""A Tornado stream as an asyncio transport, for streams that encrypt."""

import asyncio
from functools import partial
from typing import Any

from tornado.iostream import IOStream, StreamClosedError

from .frames import Frames

PIECE = 4096
"""Bytes. What does not go at once is handed over in such pieces: each that goes is a sign of
life."""


CHUNK = 16 * 1024
"""Bytes that are looked at in one go."""


class StreamTransport(asyncio.Transport):
    """As much of a transport as ``Frames`` needs."""

    def __init__(self, stream: IOStream, frames: Frames) -> None:
        super().__init__({"socket": stream.socket})
        self._stream = stream
        self._frames = frames
        self._may_read = asyncio.Event()
        self._may_read.set()
        self._unsent = 0
        self._closing = False
        frames.connection_made(self)
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            while True:
                await self._may_read.wait()
                self._frames.feed(await self._stream.read_bytes(CHUNK, partial=True))
                await asyncio.sleep(0)  # reading what is there already lets nobody else run
        except StreamClosedError:
            self._frames.connection_lost(None)
        finally:
            self._stream.close()

    def pause_reading(self) -> None:
        """Read nothing further."""
        self._may_read.clear()

    def resume_reading(self) -> None:
        """Read again."""
        self._may_read.set()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send; what the stream does not take at once waits."""
        for start in range(0, len(data), PIECE):
            piece = bytes(data[start : start + PIECE])
            try:
                sent = self._stream.write(piece)
            except StreamClosedError:
                return
            if not sent.done():
                self._unsent += len(piece)
                sent.add_done_callback(partial(self._went, len(piece)))

    def _went(self, size: int, _: "asyncio.Future[Any]") -> None:
        self._unsent -= size
        if self._unsent:
            return
        self._frames.resume_writing()
        if self._closing:
            self.abort()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """There is always a call of ``resume_writing`` when nothing waits any more."""

    def get_write_buffer_size(self) -> int:
        """Bytes that wait."""
        return self._unsent

    def can_write_eof(self) -> bool:
        """TLS cannot be closed on one side."""
        return False

    def is_closing(self) -> bool:
        """Nothing more is sent."""
        return self._closing or self._stream.closed()

    def close(self) -> None:
        """Close when what waits is sent."""
        self._closing = True
        if not self._unsent:
            self.abort()

    def abort(self) -> None:
        """Close now."""
        self._stream.close()
        self._may_read.set()  # it finds that there is nothing to read
