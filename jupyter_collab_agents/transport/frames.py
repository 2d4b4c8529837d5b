"""WebSocket frames on an asyncio transport: what the browser sends, and what the hub writes.

The rules of RFC 6455 are the ``websockets`` library's, without its IO; the bytes come from and go
to a transport at once, with no future and no task for a frame (benchmarks/ says what that saves).
"""

import asyncio
import logging
import sys
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from websockets.frames import CloseCode, Frame, Opcode
from websockets.protocol import Protocol, Side, State

AT_ONCE = 200
"""Frames of one socket after which the others get their turn."""

CLOSE_WITHIN = 5.0
"""Seconds that the other end has for its part of a closing handshake."""

MOST_UNSENT = 64 * 1024
"""Bytes that may wait for the socket when a ping is to be answered; else it is not (5.5.3)."""

Take = Callable[[str | bytes], Coroutine[Any, Any, None] | None]
"""Takes a message; what is left of it must be awaited before the next one."""

log = logging.getLogger(__name__)
_wire_log = logging.getLogger(f"{__name__}.wire")
_wire_log.setLevel(logging.ERROR)  # whatever the level of the others: it would log every text


class _Arrivals(threading.local):
    """Where a transport puts what it received, until it is looked at in the same breath. So the
    sockets of an event loop share it, and an idle one needs none."""

    def __init__(self) -> None:
        self.view = memoryview(bytearray(16 * 1024))


_arrivals = _Arrivals()


class Frames(asyncio.BufferedProtocol):
    """``hub.connection.Socket``. Reads nothing before ``serve``.

    ``closed`` is done when the socket is; ``heard`` is when something came last (the event loop's
    time).
    """

    def __init__(self, max_frame: int) -> None:
        self._loop = asyncio.get_running_loop()
        self.closed: asyncio.Future[None] = self._loop.create_future()
        self.heard = self._loop.time()
        self._rules = Protocol(Side.SERVER, state=State.OPEN, max_size=max_frame, logger=_wire_log)
        self._transport: asyncio.Transport
        self._take: Take | None = None
        self._came: deque[str | bytes] = deque()
        self._parts: list[Frame] = []
        self._room: asyncio.Future[None] | None = None
        self._rest: asyncio.Task[None] | None = None

    def serve(self, take: Take) -> None:
        """Hand over what came and what will."""
        self._take = take
        self._deliver(take)

    # --- hub.connection.Socket ------------------------------------------------------------

    def write(self, frame: bytes) -> asyncio.Future[None] | None:
        """Send a text frame; what is closed or closing takes none."""
        if self._rules.state is not State.OPEN or self._transport.is_closing():
            return None
        self._rules.send_text(frame)
        self._flush()
        if not self._transport.get_write_buffer_size():
            return None
        if self._room is None:
            self._room = self._loop.create_future()
        return self._room

    def taken(self) -> tuple[int, int | None]:
        """The bytes that wait for the system, and those that it still holds."""
        return self._transport.get_write_buffer_size(), _unread(self._transport)

    def close(self, code: int, reason: str) -> None:
        """Start the close handshake; a reason has 123 bytes at most (5.5)."""
        if self._rules.state is State.OPEN:
            self._rules.send_close(code, reason.encode()[:123].decode(errors="ignore"))
            self._flush()
            self._loop.call_later(CLOSE_WITHIN, self._transport.abort)

    # --- is anybody there? ----------------------------------------------------------------

    def ping(self) -> None:
        """Ask for a sign of life."""
        if self._rules.state is State.OPEN:
            self._rules.send_ping(b"")
            self._flush()

    def abort(self) -> None:
        """Hang up."""
        self._transport.abort()

    # --- asyncio.BufferedProtocol ---------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Write what can be written at once, say so when there is a rest."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.set_write_buffer_limits(high=0)
        transport.pause_reading()

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the next bytes go."""
        return _arrivals.view

    def buffer_updated(self, nbytes: int) -> None:
        """They came."""
        self.feed(bytes(_arrivals.view[:nbytes]))

    def feed(self, data: bytes) -> None:
        """Understand what came; before ``serve`` it waits."""
        self.heard = self._loop.time()
        self._rules.receive_data(data)
        for event in self._rules.events_received():
            if isinstance(event, Frame) and not self._add(event):
                break
        self._flush()
        if self._came and self._take is not None:
            self._deliver(self._take)

    def eof_received(self) -> bool:
        """The other end has hung up: so do we."""
        self._rules.receive_eof()
        return False

    def resume_writing(self) -> None:
        """All was taken."""
        if self._room is not None:
            self._room.set_result(None)
            self._room = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing comes and goes any more."""
        self.resume_writing()
        if not self.closed.done():
            self.closed.set_result(None)

    # --- inside ---------------------------------------------------------------------------

    def _add(self, frame: Frame) -> bool:
        """One frame of a message, mostly the only one; false when nothing after it counts."""
        if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            return True
        self._parts.append(frame)
        if not frame.fin:
            return True
        parts, self._parts = self._parts, []
        data = b"".join(part.data for part in parts)
        try:
            self._came.append(data if parts[0].opcode is Opcode.BINARY else data.decode())
        except UnicodeDecodeError:
            self._rules.fail(CloseCode.INVALID_DATA, "no UTF-8")
            return False
        return True

    def _deliver(self, take: Take) -> None:
        """Hand over what came, but not for too long, and one after the other."""
        for _ in range(AT_ONCE):
            if not self._came:
                self._transport.resume_reading()
                return
            try:
                rest = take(self._came.popleft())
            except Exception:
                log.exception("a frame could not be taken")
                self.abort()
                return
            if rest is not None:
                self._transport.pause_reading()
                self._rest = self._loop.create_task(self._see_through(rest, take))
                return
        self._transport.pause_reading()
        self._loop.call_soon(self._deliver, take)

    async def _see_through(self, rest: Coroutine[Any, Any, None], take: Take) -> None:
        try:
            await rest
        except Exception:
            log.exception("a frame could not be seen through")
            self.abort()
            return
        self._deliver(take)

    def _flush(self) -> None:
        """Send what is to be said by the rules."""
        for data in self._rules.data_to_send():
            if not data:
                self._hang_up()
            elif data[0] & 0x0F != Opcode.PONG or self._has_room():
                self._transport.write(data)

    def _has_room(self) -> bool:
        return self._transport.get_write_buffer_size() < MOST_UNSENT

    def _hang_up(self) -> None:
        # the other end may still be sending: who closes on it takes the reason out of its hands
        if self._transport.can_write_eof():
            self._transport.write_eof()
            self._loop.call_later(CLOSE_WITHIN, self._transport.abort)
        else:
            self._transport.close()


def _unread(transport: asyncio.Transport) -> int | None:
    """How many bytes the other end has not taken yet; null where the system does not say.

    A system takes the next bytes only when a good part of what it holds is gone. On a slow line
    that may take longer than ``slow_timeout``.
    """
    try:
        import fcntl
        import termios

        held = fcntl.ioctl(transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
    except (ImportError, OSError, ValueError):  # or it is closed
        return None
    return int.from_bytes(held, sys.byteorder)
