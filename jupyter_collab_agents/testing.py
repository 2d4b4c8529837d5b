"""For tests of this package and of agents built on it: a clock to move, a socket to read."""

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from enum import Enum
from typing import Any

import msgspec

from .domain.permissions import Rights
from .hub.accounts import Account
from .hub.admission import Resume
from .hub.connection import Connection
from .hub.hub import Hub
from .hub.inbox import Inbox
from .hub.live_session import LiveSession
from .hub.settings import Settings
from .protocol.participants import Kind, Profile
from .storage.documents import DocumentEntry
from .storage.memory import MemoryStore
from .storage.store import Entry, Outcome, Store, StoreUnavailable

ALL_RIGHTS = Rights(read=True, write=True, execute=True)


def person(name: str, *, anonymous: bool = False, display: str | None = None) -> Profile:
    """A profile for ``name``."""
    return _profile(Kind.USER, name, display or name.capitalize(), anonymous=anonymous)


def robot(name: str) -> Profile:
    """An agent's profile."""
    return _profile(Kind.AGENT, name, name)


def _profile(kind: Kind, name: str, display: str, *, anonymous: bool = False) -> Profile:
    return Profile(
        participant_id=f"{kind.value}:{name}",
        kind=kind,
        name=display,
        initials=name[:1].upper(),
        color="#1f77b4",
        avatar_url=None,
        anonymous=anonymous,
        capabilities=[],
    )


class _Call:
    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class FakeClock:
    """Stands still until ``advance``. Calls with no delay run on the real loop's next turn."""

    def __init__(self, start: int = 1_700_000_000_000) -> None:
        self._start = start
        self._passed = 0.0
        self._calls: list[tuple[float, int, _Call]] = []
        self._order = itertools.count()

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return self._start + int(self._passed * 1000)

    def monotonic(self) -> float:
        """Seconds since this clock was made."""
        return self._passed

    def call_later(self, delay: float, callback: Callable[[], None]) -> Any:
        """Call when the clock has been advanced by ``delay``."""
        if delay <= 0:
            return asyncio.get_running_loop().call_soon(callback)
        call = _Call(callback)
        heapq.heappush(self._calls, (self._passed + delay, next(self._order), call))
        return call

    def advance(self, seconds: float) -> None:
        """Move on, calling what is due in order."""
        until = self._passed + seconds
        while self._calls and self._calls[0][0] <= until:
            self._passed, _, call = heapq.heappop(self._calls)
            if call.callback is not None:
                call.callback()
        self._passed = until


class FakeSocket:
    """Keeps what it was sent. ``full``: writes wait until ``drain``."""

    def __init__(self) -> None:
        self.frames: list[list[dict[str, Any]]] = []
        self.bytes_sent = 0
        self.closed: tuple[int, str] | None = None
        self.full = False
        self.reads: Iterator[int] = itertools.repeat(0)
        """What ``taken`` answers, one after the other."""
        self._room: asyncio.Future[None] | None = None
        self._news = asyncio.Event()

    def write(self, frame: bytes) -> asyncio.Future[None] | None:
        """Take a frame."""
        if self.closed is not None:
            return None
        self.bytes_sent += len(frame)
        self.frames.append(msgspec.json.decode(frame))
        self._news.set()
        if self.full:
            self._room = asyncio.get_running_loop().create_future()
            return self._room
        return None

    def taken(self) -> Hashable:
        """As ``reads`` says: by default nothing is taken while there is no room."""
        return next(self.reads)

    def close(self, code: int, reason: str) -> None:
        """Remember how it ended."""
        self.closed = self.closed or (code, reason)
        self._news.set()

    def drain(self) -> None:
        """Make room again."""
        self.full = False
        if self._room is not None and not self._room.done():
            self._room.set_result(None)

    @property
    def told(self) -> list[dict[str, Any]]:
        """Everything sent so far, flat."""
        return [one for frame in self.frames for one in frame]

    def of(self, *types: str) -> list[dict[str, Any]]:
        """Everything of these types."""
        return [one for one in self.told if one["type"] in types]

    async def until(self, ready: Callable[["FakeSocket"], bool], timeout: float = 5.0) -> None:
        """Wait for something to have been told. Raises ``TimeoutError``."""
        async with asyncio.timeout(timeout):
            while not ready(self):
                self._news.clear()
                await self._news.wait()


_clients = itertools.count(1)  # two tabs of one participant must not use one ref


class Client:
    """Somebody connected to a hub without a network."""

    def __init__(self, hub: Hub, connection: Connection, socket: FakeSocket) -> None:
        self.hub = hub
        self.connection = connection
        self.socket = socket
        self._inbox = Inbox(hub, connection)
        self._name = f"c{next(_clients)}"
        self._refs = itertools.count(1)

    @property
    def welcome(self) -> dict[str, Any]:
        """The first thing told."""
        return self.socket.told[0]

    async def send(self, *commands: dict[str, Any]) -> list[str]:
        """Send one frame of commands; missing refs are made. The refs."""
        for command in commands:
            command.setdefault("ref", f"{self._name}.{next(self._refs)}")
        await self._inbox.receive(msgspec.json.encode(commands).decode())
        return [command["ref"] for command in commands]

    async def ask(self, type_: str, **fields: Any) -> dict[str, Any]:
        """Send one command and wait for its answer (ack or rejected)."""
        (ref,) = await self.send({"type": type_, **fields})
        await self.socket.until(lambda s: bool(self._answers(ref)))
        return self._answers(ref)[0]

    async def raw(self, frame: str | bytes) -> None:
        """Send anything."""
        await self._inbox.receive(frame)

    def leave(self) -> None:
        """Close the socket."""
        self.hub.admission.disconnect(self.connection)

    def _answers(self, ref: str) -> list[dict[str, Any]]:
        return [a for a in self.socket.of("ack", "rejected") if a["ref"] == ref]


class Fault(Enum):
    """What an ``append`` does instead of its work."""

    LOST = "nothing is stored, and the answer is an error"
    UNKNOWN = "everything is stored, and the answer is an error all the same"


class FaultyStore(MemoryStore):
    """A memory store that fails when told to.

    ``faults`` are used up one per ``append`` (null: none); ``broken`` fails every call that
    the hub makes while it works; ``gate`` holds every ``append`` back until it is set.
    """

    def __init__(self) -> None:
        super().__init__()
        self.faults: deque[Fault | None] = deque()
        self.broken = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.appends = 0
        self.asked = asyncio.Event()
        """Set when an ``append`` begins."""

    async def append(self, entries: Sequence[Entry]) -> list[Outcome]:
        """As ``MemoryStore``, or as the next fault says."""
        self.appends += 1
        self.asked.set()
        await self.gate.wait()
        fault = self.faults.popleft() if self.faults else None
        if self.broken or fault is Fault.LOST:
            raise StoreUnavailable("the disk is full (a test says so)")
        outcomes = await super().append(entries)
        if fault is Fault.UNKNOWN:
            raise StoreUnavailable("the connection was lost (a test says so)")
        return outcomes

    async def append_document(self, entry: DocumentEntry) -> Outcome:
        """As ``MemoryStore``, or as the next fault says."""
        await self.gate.wait()
        fault = self.faults.popleft() if self.faults else None
        if self.broken or fault is Fault.LOST:
            raise StoreUnavailable("the disk is full (a test says so)")
        outcome = await super().append_document(entry)
        if fault is Fault.UNKNOWN:
            raise StoreUnavailable("the connection was lost (a test says so)")
        return outcome

    async def set_read(self, session_id: str, participant_id: str, seq: int) -> int:
        """As ``MemoryStore``, unless broken."""
        self._work()
        return await super().set_read(session_id, participant_id, seq)

    async def find_command(self, session_id: str, author: str, ref: str) -> Outcome | None:
        """As ``MemoryStore``, unless broken."""
        self._work()
        return await super().find_command(session_id, author, ref)

    async def check(self) -> None:
        """As ``MemoryStore``, unless broken."""
        self._work()
        await super().check()

    def _work(self) -> None:
        if self.broken:
            raise StoreUnavailable("the disk is full (a test says so)")


class RunningHub:
    """A hub with clients, for tests: ``async with RunningHub() as running: …``."""

    def __init__(
        self,
        store: Store | None = None,
        settings: Settings | None = None,
        clock: FakeClock | None = None,
    ) -> None:
        self.clock = clock or FakeClock()
        self.store = store or MemoryStore()
        self.hub = Hub(self.store, settings or Settings(), clock=self.clock)

    async def __aenter__(self) -> "RunningHub":
        await self.hub.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.hub.stop()

    async def quiet(self) -> None:
        """Wait until what was sent is stored and told, as far as the sockets take it."""
        await self.hub.drain()
        for _ in range(20):  # a write, its answer, a catch-up from a store in memory
            await asyncio.sleep(0)

    async def session(self, owner: Profile, name: str = "Work", **options: Any) -> LiveSession:
        """A new session of ``owner``'s (options as ``Hub.create_session``)."""
        await self.hub.meet(owner)
        return await self.hub.create_session(owner, name=name, **options)

    async def connect(
        self,
        profile: Profile,
        session_id: str | None = None,
        *,
        rights: Rights = ALL_RIGHTS,
        documents: bool = False,
        after: int | None = None,
        epoch: str | None = None,
        at: int | None = None,
    ) -> Client:
        """Let somebody in, by default into the default session."""
        await self.hub.meet(profile)
        if session_id is None:
            default = await self.hub.default_session()
            assert default is not None
            session_id = default.session_id
        session = await self.hub.admission.admit(session_id, profile)
        self.hub.accounts.note(
            profile.participant_id,
            Account(
                runs=rights.execute,
                documents=documents and rights.read,
                edits=documents and rights.write,
            ),
        )
        socket = FakeSocket()
        resume = None if epoch is None or after is None else Resume(after, epoch, at)
        connection = await self.hub.admission.connect(session, socket, profile, rights, resume)
        client = Client(self.hub, connection, socket)
        await socket.until(lambda s: bool(s.frames))
        return client
