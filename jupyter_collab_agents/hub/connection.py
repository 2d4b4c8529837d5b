"""One socket's place in a session: pull, not push.

A connection has a cursor into the session's ring. When woken and not busy it sends all that is
new as one frame. While the socket is full it sends nothing, so no queue grows; if it falls out
of the ring it reads what it missed from the store.
"""

import asyncio
import logging
from collections.abc import Coroutine, Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from ..domain.permissions import Action, Rights, permitted
from ..domain.presence import ConnectionPresence
from ..protocol.base import Event
from ..protocol.errors import CloseCode
from ..protocol.frames import encode, join_frame
from ..protocol.participants import PermissionsChanged, Profile
from . import metrics

if TYPE_CHECKING:
    from .live_session import LiveSession

log = logging.getLogger(__name__)

MAX_WAITING_ANSWERS = 2000
LOOKS = 4
"""How often a full socket is looked at within the time that it may take nothing."""


class Socket(Protocol):
    """What the hub needs of a transport."""

    def write(self, frame: bytes) -> asyncio.Future[None] | None:
        """Send a text frame; null when the network took it at once.

        Else what is done, and never fails, when there is room again.
        """

    def taken(self) -> Hashable:
        """Another value whenever the other end has taken more."""

    def close(self, code: int, reason: str) -> None:
        """Start the close handshake."""


class Connection:
    """See the module. ``poisoned``: nothing it still sends is looked at."""

    def __init__(
        self, session: "LiveSession", socket: Socket, profile: Profile, rights: Rights, now: int
    ) -> None:
        self.session = session
        self.socket = socket
        self.profile = profile
        self.rights = rights
        self.permissions = permitted(session.state, profile.participant_id, rights)
        """As this connection was told them last."""
        self.poisoned = False
        self.closed = False
        self.presence = ConnectionPresence(last_active=now, location=None, following=None)
        self.cursor = session.ring.head
        self.seq = 0
        """The last durable seq this connection was sent."""
        self.watched: frozenset[str] = frozenset()
        """Ids of the documents it wants to be told about."""
        self._contiguous_from = self.cursor
        self._answers: list[bytes] = []
        self._latest: dict[str, bytes] = {}
        self._busy = True  # until welcomed
        self._task: asyncio.Task[None] | None = None

    @property
    def participant_id(self) -> str:
        """Who is at the other end."""
        return self.profile.participant_id

    def answer(self, answer: Event) -> None:
        """Add an answer to the next frame."""
        self._answers.append(encode(answer))
        if len(self._answers) > MAX_WAITING_ANSWERS:
            self.wake()  # a frame of very many commands; they need not wait for its end
        if len(self._answers) > MAX_WAITING_ANSWERS:
            self.drop(CloseCode.SLOW, "answers are not read")

    def tell_permissions(self) -> None:
        """What this connection may do, if it was told otherwise."""
        now = permitted(self.session.state, self.participant_id, self.rights)
        if now != self.permissions:
            self.permissions = now
            self.answer(PermissionsChanged(permissions=told_permissions(now)))

    def authorise(self, rights: Rights) -> None:
        """The account may do this from now on."""
        self.rights = rights
        self.tell_permissions()
        self.wake()

    def answer_latest(self, about: str, encoded: bytes) -> None:
        """Add an encoded event to the next frame, instead of an earlier one of the same thing."""
        self._latest.pop(about, None)
        self._latest[about] = encoded

    def start(self, parts: list[bytes], seq: int) -> None:
        """Send the welcome and what belongs to it, then follow the ring from where it stands."""
        self.seq = seq
        self._spawn(self._send_all(parts))

    def wake(self) -> None:
        """Send what is new, unless a write is still under way."""
        if self._busy or self.closed:
            return
        ring = self.session.ring
        if self.cursor < ring.tail:
            self._busy = True
            self._spawn(self._catch_up())
        elif self._answers or self._latest:
            parts = [*self._answers, *self._latest.values()]
            self._answers = []
            self._latest = {}
            parts.extend(ring.parts(self.cursor, self._contiguous_from, self._since()))
            self._advance(ring.head)
            self._write(join_frame(parts))
        elif self.cursor < ring.head:
            frame = ring.frame(self.cursor, self._contiguous_from, self._since())
            self._advance(ring.head)
            self._write(frame)

    def drop(self, code: int, reason: str) -> None:
        """Poison and close: what it still sends is not looked at."""
        self.poisoned = True
        if not self.closed:
            self.closed = True
            self.socket.close(code, reason)

    def gone(self) -> None:
        """The socket is closed."""
        self.closed = True
        self.poisoned = True
        if self._task is not None:
            self._task.cancel()

    def _since(self) -> int:
        return self.session.hidden_until(self.participant_id)

    def _advance(self, index: int) -> None:
        self.cursor = index
        self.seq = self.session.told_seq

    def _write(self, frame: bytes) -> None:
        pending = self.socket.write(frame)
        if pending is not None:
            self._busy = True
            self._spawn(self._drain(pending))

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._task = asyncio.ensure_future(self._guard(work))
        # a task that is cancelled before its first step never gets to what it was to await
        self._task.add_done_callback(lambda _: work.close())

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except TimeoutError:
            metrics.SLOW_CLOSED.inc()
            self.drop(CloseCode.SLOW, "this connection does not read fast enough")
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("a connection of session %s failed", self.session.session_id)
            self.drop(CloseCode.STORAGE, "the server could not read the session's log")
        else:
            self._busy = False
            self.wake()

    async def _drain(self, pending: asyncio.Future[None]) -> None:
        """Wait for room, as long as something is taken. Raises ``TimeoutError``."""
        taken, quiet = self.socket.taken(), 0
        while not pending.done():
            done, _ = await asyncio.wait(
                [pending], timeout=self.session.settings.slow_timeout / LOOKS
            )
            if done:
                return
            before, taken = taken, self.socket.taken()
            quiet = quiet + 1 if taken == before else 0
            if quiet >= LOOKS:
                raise TimeoutError

    async def _send_all(self, parts: list[bytes]) -> None:
        for chunk in _chunks(parts):
            pending = self.socket.write(join_frame(chunk))
            if pending is not None:
                await self._drain(pending)

    async def _catch_up(self) -> None:
        metrics.CATCH_UPS.inc()
        while True:
            head, told = self.session.ring.head, self.session.told_seq
            events = await self.session.encoded_events(self.seq, told, self._since())
            if (events[0][0] if events else told + 1) != self.seq + 1:
                # what it missed was pruned, or is gone: it comes back and gets a snapshot
                self.drop(CloseCode.SLOW, "this connection fell too far behind")
                return
            if not events:
                break
            await self._send_all([encoded for _, encoded in events])
            self.seq = events[-1][0]
            if self.seq >= told and head >= self.session.ring.tail:
                break
        self.cursor = head
        self._contiguous_from = head
        self._answers.extend(self.session.encoded_presence())


def told_permissions(permissions: Iterable[Action]) -> list[str]:
    """As they stand in frames."""
    return sorted(action.value for action in permissions)


def _chunks(encoded: list[bytes], size: int = 256 * 1024) -> Iterator[list[bytes]]:
    """Split into frames of about ``size`` bytes."""
    chunk: list[bytes] = []
    room = size
    for part in encoded:
        if chunk and len(part) > room:
            yield chunk
            chunk, room = [], size
        chunk.append(part)
        room -= len(part)
    if chunk:
        yield chunk
