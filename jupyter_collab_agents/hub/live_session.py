"""One session in memory: its state, its waiting commands, its ring and connections.

Only the committer changes the durable side: it takes a batch, stores it, then settles it here.
Durable first, then visible.
"""

import logging
from collections import deque
from collections.abc import Callable, Mapping

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from ..domain.errors import Refusal
from ..domain.permissions import same_permissions
from ..domain.state import apply
from ..domain.visible import veiled, visible_since
from ..protocol.base import Durable, Event
from ..protocol.chat import Message, MessageEdited, MessagePosted
from ..protocol.errors import CloseCode, ErrorCode
from ..protocol.frames import encode
from ..protocol.sessions import HistoryAccess, SessionState
from ..storage.store import Outcome, Result, Snapshot, Store, StoredEvent
from . import metrics
from .clock import Clock
from .connection import Connection
from .message_cache import MessageCache
from .presence import PresenceRoom
from .records import PAGE, stored_event
from .ring import Item, Ring
from .settings import Settings
from .streams import Stream
from .turn import Request, Turn, decide_turn

log = logging.getLogger(__name__)

MAX_TRIES = 20


class LiveSession:
    """See the module."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        settings: Settings,
        state: SessionState,
        epoch: str,
        wake_committer: Callable[["LiveSession"], None],
        on_events: Callable[["LiveSession", list[tuple[Durable, Message | None]]], None],
    ) -> None:
        self.store = store
        self.clock = clock
        self.settings = settings
        self.state = state
        self.epoch = epoch
        self.messages = MessageCache(store, state.session_id)
        self.ring = Ring()
        self.told_seq = state.last_seq
        self.connections: list[Connection] = []
        self.presence = PresenceRoom(self)
        self.streams: dict[str, Stream] = {}
        self.idle_since = clock.monotonic()
        self.closed = False
        self.asked_for = self.idle_since
        """When somebody last opened it, so that it is not forgotten under their hands."""
        self.behind = False
        """Another server wrote to this session's log."""
        self._waiting: deque[Request] = deque()
        self._wake_committer = wake_committer
        self._on_events = on_events
        self._snapshot_seq = state.last_seq
        self._wake_planned = False

    @property
    def session_id(self) -> str:
        """The session's id."""
        return self.state.session_id

    @property
    def waiting(self) -> int:
        """Commands that wait for a turn."""
        return len(self._waiting)

    # --- commands -------------------------------------------------------------------------

    def submit(self, request: Request) -> None:
        """Queue a command for the next turn; a full queue refuses, nothing queued is dropped."""
        if self.closed:
            request.ticket.refused(ErrorCode.NOT_FOUND, "This session was deleted.")
        elif len(self._waiting) >= self.settings.message_queue_size:
            request.ticket.refused(
                ErrorCode.BUSY, "The session has more to do than it can. Try again in a moment."
            )
        else:
            self._waiting.append(request)
            self._wake_committer(self)

    def take(self, count: int) -> list[Request]:
        """The next batch, in order."""
        return [self._waiting.popleft() for _ in range(min(count, len(self._waiting)))]

    async def decide(self, requests: list[Request]) -> Turn:
        """Decide a batch against the committed state."""
        needed = {m for request in requests for m in request.needs}
        messages = await self.messages.by_id(needed) if needed else {}
        for message in messages.values():
            self.messages.remember(message)
        turn = decide_turn(self.state, requests, messages)
        self._wait_again(turn.later)
        return turn

    async def settle(self, turn: Turn, outcomes: list[Outcome]) -> None:
        """The store answered: apply, tell, answer, in this order."""
        surprised = any(
            outcome.result is not Result.STORED or outcome.first_seq != decided.events[0].seq
            for decided, outcome in zip(turn.decided, outcomes, strict=True)
        )
        again: list[Request] = []
        told: list[tuple[Durable, Message | None]] = []
        if surprised:
            # another server wrote, or a resend was decided anew: the log knows best
            starts = {
                outcome.last_seq: decided.request.stream_start
                for decided, outcome in zip(turn.decided, outcomes, strict=True)
            }
            await self.catch_up(starts)
        else:
            before, self.state = self.state, turn.draft
            self._tell_permissions(before)
            for decided, outcome in zip(turn.decided, outcomes, strict=True):
                if outcome.result is Result.STORED:
                    for event in decided.events:
                        told.append(
                            self._tell_durable(event, turn.messages, decided.request.stream_start)
                        )
        for decided, outcome in zip(turn.decided, outcomes, strict=True):
            request = decided.request
            if outcome.result in (Result.STORED, Result.DUPLICATE):
                request.ticket.stored(
                    outcome.last_seq or None,
                    decided.events if outcome.result is Result.STORED else [],
                )
            elif outcome.result is Result.NO_SESSION:
                request.ticket.refused(ErrorCode.NOT_FOUND, "This session was deleted.")
            elif outcome.result is Result.UNSTORABLE:
                request.ticket.refused(ErrorCode.INTERNAL, "This cannot be stored as it is.")
            elif request.tries >= MAX_TRIES:
                request.ticket.refused(ErrorCode.BUSY, "Others were faster each time. Try again.")
            else:
                request.tries += 1
                again.append(request)
        # after the answers: whoever left by a command is told so before the socket closes
        self._on_events(self, told)
        for request in turn.unchanged:
            await self._answer_unstored(request, None)
        for request, refusal in turn.refused:
            await self._answer_unstored(request, refusal)
        self._wait_again(again)
        self.wake()

    def _wait_again(self, requests: list[Request]) -> None:
        """Before all that waits, in this order."""
        if requests:
            self._waiting.extendleft(reversed(requests))
            self._wake_committer(self)

    def give_up(self, requests: list[Request]) -> None:
        """The outcome of these is unknown: poison whoever had a part in the batch.

        Everybody in the session comes back and resends; what waited is dropped with them, so
        nobody's later command overtakes an earlier one.
        """
        waiting, self._waiting = self._waiting, deque()
        for connection in list(self.connections):
            connection.drop(CloseCode.STORAGE, "the server could not store; try again")
        for request in (*requests, *waiting):
            request.ticket.unknown()

    async def _answer_unstored(self, request: Request, refusal: Refusal | None) -> None:
        # the first sending may have done what now is refused, or is so already (a message
        # deleted twice): only the log knows
        done = await self.store.find_command(self.session_id, request.author, request.ref)
        if done is not None:
            request.ticket.stored(done.last_seq or None, [])
        elif refusal is None:
            request.ticket.stored(None, [])
        else:
            metrics.REFUSALS.labels(refusal.code.value).inc()
            request.ticket.refused(refusal.code, refusal.message)

    # --- telling --------------------------------------------------------------------------

    def tell(self, event: Event) -> None:
        """Tell everybody something ephemeral."""
        self.ring.push(Item(None, encode(event)))
        self.wake_soon()

    def tell_one(self, participant_id: str, event: Event) -> None:
        """Tell one participant's connections only."""
        for connection in self.connections:
            if connection.participant_id == participant_id:
                connection.answer(event)
        self.wake_soon()

    def wake(self) -> None:
        """Let every connection send what is new."""
        self._wake_planned = False
        for connection in list(self.connections):
            connection.wake()

    def wake_soon(self) -> None:
        """Wake everybody before long."""
        # several things told in one go leave in one frame
        if not self._wake_planned:
            self._wake_planned = True
            self.clock.call_later(0, self.wake)

    def _tell_durable(
        self, event: Durable, messages: Mapping[str, Message], stream_start: int | None
    ) -> tuple[Durable, Message | None]:
        message: Message | None = None
        message_id: str | None = getattr(event, "message_id", None)
        if message_id is not None and message_id in messages:
            message = messages[message_id]
            self.messages.remember(message)
        short: bytes | None = None
        if isinstance(event, MessagePosted) and stream_start is not None:
            short = encode(replace(event, body=UNSET))
        veil: bytes | None = None
        if isinstance(event, MessageEdited) and self.state.history is not HistoryAccess.ALL:
            veil = encode(veiled(event))
        about = message.seq if message is not None else 0
        self.ring.push(Item(event.seq, encode(event), short, stream_start or 0, veil, about))
        self.told_seq = event.seq
        config = event.__struct_config__
        metrics.event_counter(str(config.tag)).inc()
        return event, message

    def _tell_permissions(self, before: SessionState) -> None:
        if not same_permissions(before, self.state):
            for connection in list(self.connections):
                connection.tell_permissions()

    # --- the log --------------------------------------------------------------------------

    async def follow(self) -> None:
        """Take in what another server wrote (in the committer's turn, like all that is durable)."""
        self.behind = False
        await self.catch_up()
        self.wake()

    async def catch_up(self, stream_starts: Mapping[int, int | None] | None = None) -> None:
        """Apply and tell what the store has and we have not."""
        while True:
            stored = await self.store.events(self.session_id, self.state.last_seq, PAGE)
            if not stored:
                return
            # what is cached may be older or newer than these events: projecting them on it could
            # count an edit twice, so the store's messages replace it
            messages = await self.messages.read(
                {s.message_id for s in stored if s.message_id is not None}
            )
            told: list[tuple[Durable, Message | None]] = []
            before = self.state
            for one in stored:
                event = stored_event(one)
                self.state = apply(self.state, event)
                start = (stream_starts or {}).get(event.seq)
                told.append(self._tell_durable(event, messages, start))
            self._tell_permissions(before)
            self._on_events(self, told)

    async def encoded_events(
        self, after: int, until: int, since: int = 0
    ) -> list[tuple[int, bytes]]:
        """A page of the log for a connection that fell behind (``since``: what it may see)."""
        stored = await self.store.events(self.session_id, after, PAGE)
        events = await self.visible_events([s for s in stored if s.seq <= until], since)
        return [(event.seq, encode(event)) for event in events]

    async def visible_events(self, stored: list[StoredEvent], since: int) -> list[Durable]:
        """Events as whoever sees the messages after ``since`` may read them."""
        events = [stored_event(one) for one in stored]
        edited = {event.message_id for event in events if isinstance(event, MessageEdited)}
        if not since or not edited:
            return events
        messages = await self.messages.by_id(edited)
        seen = {message_id for message_id, message in messages.items() if message.seq > since}
        return [
            veiled(event)
            if isinstance(event, MessageEdited) and event.message_id not in seen
            else event
            for event in events
        ]

    def hidden_until(self, participant_id: str) -> int:
        """The participant sees the messages with a seq above this."""
        if self.state.history is HistoryAccess.ALL:
            return 0
        return visible_since(self.state, participant_id)

    def encoded_presence(self) -> list[bytes]:
        """Everybody's presence, for a connection that may have missed changes."""
        return [encode(event) for event in self.presence.all_changes()]

    async def save_snapshot(self, *, force: bool = False, anew: bool = False) -> None:
        """Keep loading flat."""
        grown = self.state.last_seq - self._snapshot_seq
        if grown >= self.settings.snapshot_every or (force and (grown > 0 or anew)):
            state = self.state
            await self.store.save_snapshot(
                self.session_id, Snapshot(state.last_seq, msgspec.json.encode(state))
            )
            self._snapshot_seq = state.last_seq
