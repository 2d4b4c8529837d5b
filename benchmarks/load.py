"""The load: many sockets in one process, messages numbered, every arrival noted.

Latency is from the moment a message was due to be sent (open loop: a server that is slow does
not slow the questions down) to its arrival at each participant, on one machine's clock.
"""

import asyncio
import random
import re
import time
from array import array
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlencode

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from .figures import Arrivals
from .pace import Beat
from .processes import HOST, Server
from .usage import Usage, UsageMeter

BODY = 200
NUMBER = re.compile(rb"#(\d{8})\.")
DRAIN_WITHIN = 20.0


class Incomplete(Exception):
    """The server refused, closed a socket, or not everything came back in time."""


def body_of(number: int) -> str:
    """A text of ``BODY`` bytes that says its number."""
    return f"#{number:08d}.".ljust(BODY, "x")


class Socket(WSListener):
    """One participant's socket. ``numbers`` and ``times`` of what came, in order."""

    def __init__(self, session: int) -> None:
        self.session = session
        self.numbers = array("q")
        self.times = array("d")
        self.acknowledged = 0
        self.bytes_received = 0
        self.frames = 0
        self.problem: str | None = None
        self.first = asyncio.get_running_loop().create_future()
        self.on_frame: Callable[[Socket, bytes], None] | None = None
        self.transport: WSTransport

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type != WSMsgType.TEXT:
            return
        now = time.perf_counter()
        raw = frame.get_payload_as_bytes()
        self.frames += 1
        self.bytes_received += len(raw) + (2 if len(raw) < 126 else 4 if len(raw) < 1 << 16 else 10)
        if not self.first.done():
            self.first.set_result(raw)
            if b'"welcome"' in raw:
                return
        for number in NUMBER.findall(raw):
            self.numbers.append(int(number))
            self.times.append(now)
        self.acknowledged += raw.count(b'"type":"ack"')
        if self.problem is None and b'"type":"rejected"' in raw:
            self.problem = raw[:300].decode()
        if self.on_frame is not None:
            self.on_frame(self, raw)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.problem = self.problem or "the server closed the socket"

    def send(self, text: str) -> None:
        self.transport.send(WSMsgType.TEXT, text.encode())


async def connect_bare(server: Server, session: int) -> Socket:
    """A socket at the bare fan-out."""
    _, socket = await ws_connect(lambda: Socket(session), f"ws://{HOST}:{server.port}/s{session}")
    assert isinstance(socket, Socket)
    return socket


async def connect_ours(server: Server, session: int, session_id: str, username: str) -> Socket:
    """A socket in a session, welcomed."""
    query = urlencode({"token": server.token(username), "protocol": 1})
    address = f"ws://{HOST}:{server.port}/api/collab-agents/sessions/{session_id}/join?{query}"
    _, socket = await ws_connect(lambda: Socket(session), address, websocket_handshake_timeout=20)
    assert isinstance(socket, Socket)
    first = await asyncio.wait_for(socket.first, 20)
    if b'"welcome"' not in first:
        raise Incomplete(first[:300].decode())
    return socket


def post(number: int) -> str:
    """A frame with one message, for our server."""
    return f'[{{"type":"chat.post","ref":"{number:08d}","body":"{body_of(number)}"}}]'


class Crowd:
    """Sockets of one server, all sessions of one size. Numbers go on from round to round."""

    def __init__(
        self, server: Server, sockets: list[Socket], form: Callable[[int], str], *, acks: bool
    ) -> None:
        self._server = server
        self.sockets = sockets
        self._form = form
        self._acks = acks
        self._first = 0
        self._senders = array("q")
        self._due = array("d")
        self._by_session: dict[int, list[Socket]] = {}
        for socket in sockets:
            self._by_session.setdefault(socket.session, []).append(socket)

    async def at_rate(self, rate: float, seconds: float, warm_up: float) -> Arrivals:
        """Open loop: ``rate`` messages a second, evenly, from senders in a random order."""
        self._begin()
        order = random.Random(1)
        total = int(rate * (seconds + warm_up))
        interval = 1 / rate
        done = asyncio.Event()

        def on_beat(count: int) -> None:
            for _ in range(min(count, total - len(self._senders))):
                due = began + (len(self._senders) + 1) * interval
                self._send(order.randrange(len(self.sockets)), due)
            if len(self._senders) >= total:
                done.set()

        meter = UsageMeter(self._server)
        began = time.perf_counter()
        with Beat(interval, on_beat):
            await asyncio.wait_for(done.wait(), (seconds + warm_up) * 3 + 10)
        usage = meter.read()
        return await self._complete(began + warm_up, began + warm_up + seconds, usage)

    async def closed_loop(self, window: int, seconds: float, warm_up: float) -> Arrivals:
        """Each socket has ``window`` messages under way; one that comes back sends the next."""
        self._begin()
        meter = UsageMeter(self._server)
        began = time.perf_counter()
        end = began + warm_up + seconds

        def follow(sender: int) -> Callable[[Socket, bytes], None]:
            looked = 0

            def came(socket: Socket, _: bytes) -> None:
                nonlocal looked
                now = time.perf_counter()
                for number in socket.numbers[looked:]:
                    if self._senders[number - self._first] == sender and now < end:
                        self._send(sender, now)
                looked = len(socket.numbers)

            return came

        for position, socket in enumerate(self.sockets):
            socket.on_frame = follow(position)
        for position in range(len(self.sockets)):
            for _ in range(window):
                self._send(position, time.perf_counter())
        await asyncio.sleep(warm_up + seconds)
        usage = meter.read()
        return await self._complete(began + warm_up, end, usage)

    def close(self) -> None:
        for socket in self.sockets:
            socket.transport.disconnect()

    def _begin(self) -> None:
        self._first += len(self._senders)
        self._senders = array("q")
        self._due = array("d")
        for socket in self.sockets:
            socket.numbers = array("q")
            socket.times = array("d")
            socket.acknowledged = 0
            socket.on_frame = None

    def _send(self, sender: int, due: float) -> None:
        number = self._first + len(self._senders)
        self._senders.append(sender)
        self._due.append(due)
        self.sockets[sender].send(self._form(number))

    async def _complete(self, measured_from: float, until: float, usage: Usage) -> Arrivals:
        """Wait until everything came; after ``DRAIN_WITHIN`` go on with what there is."""
        per_session = Counter(self.sockets[sender].session for sender in self._senders)
        deadline = time.perf_counter() + DRAIN_WITHIN
        while time.perf_counter() < deadline:
            for socket in self.sockets:
                if socket.problem:
                    raise Incomplete(socket.problem)
            acknowledged = sum(socket.acknowledged for socket in self.sockets)
            if all(len(s.numbers) >= per_session[s.session] for s in self.sockets) and (
                acknowledged >= len(self._senders) or not self._acks
            ):
                break
            await asyncio.sleep(0.02)
        if self._acks and acknowledged != len(self._senders):
            raise Incomplete(f"{len(self._senders)} were sent, {acknowledged} acknowledged")
        groups = [
            [(socket.numbers, socket.times) for socket in group]
            for group in self._by_session.values()
        ]
        return Arrivals(self._first, self._senders, self._due, groups, measured_from, until, usage)
