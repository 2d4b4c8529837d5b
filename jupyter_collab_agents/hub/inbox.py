"""What comes up a socket: decoded, held to the rate, then through the same door as all else."""

import math
from typing import Any

import msgspec

from ..domain.errors import Refusal
from ..domain.paths import clean_path
from ..domain.permissions import Action, require
from ..domain.rates import TokenBucket
from ..protocol.chat import MarkRead, ReadChanged, SetTyping
from ..protocol.errors import Ack, CloseCode, ErrorCode, Rejected
from ..protocol.frames import AnyEphemeralCommand, decode_commands
from ..protocol.presence import EditReported, Location, ReportEdit, UpdatePresence
from ..protocol.sessions import RequestReveal, RevealRequested
from . import metrics
from .connection import Connection
from .hub import Hub
from .tickets import SocketTicket

MAX_BAD_FRAMES = 20
EPHEMERAL = UpdatePresence | SetTyping | MarkRead | ReportEdit | RequestReveal


class Rates:
    """How much each participant may still send, over all sessions and tabs."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._buckets: dict[tuple[str, bool], TokenBucket] = {}

    def wait(self, participant_id: str, *, ephemeral: bool) -> float:
        """Seconds until the next command is welcome; 0 when it is now."""
        settings, now = self._hub.settings, self._hub.clock.monotonic()
        key = (participant_id, ephemeral)
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) > 10_000:
                self._buckets.clear()
            rate = settings.ephemeral_rate if ephemeral else settings.command_rate
            burst = settings.ephemeral_burst if ephemeral else settings.command_burst
            bucket = self._buckets[key] = TokenBucket(rate, burst, now)
        return bucket.take(now)


class Inbox:
    """One connection's frames."""

    def __init__(self, hub: Hub, rates: Rates, connection: Connection) -> None:
        self._hub = hub
        self._rates = rates
        self._connection = connection
        self._bad_frames = 0

    async def receive(self, frame: str | bytes) -> None:
        """Take one frame. Never raises for what a client sent."""
        connection = self._connection
        if connection.poisoned:
            return
        if isinstance(frame, bytes):
            self._bad(frame, "Frames are text: a JSON array of commands.")
            return
        try:
            commands = decode_commands(frame)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as problem:
            self._bad(frame, f"This frame was not understood: {_short(problem)}")
            return
        for command in commands:
            if connection.poisoned:
                return
            ephemeral = isinstance(command, EPHEMERAL)
            wait = self._rates.wait(connection.participant_id, ephemeral=ephemeral)
            if wait > 0:
                self._reject(
                    command.ref,
                    ErrorCode.RATE_LIMITED,
                    f"Too much at once. Try again in {math.ceil(wait)} s.",
                )
            elif isinstance(command, EPHEMERAL):
                await self._ephemeral(command)
            else:
                await self._durable(command)
        connection.wake()

    async def _durable(self, command: Any) -> None:
        connection = self._connection
        try:
            await self._hub.check_paths(command)
        except Refusal as refusal:
            self._reject(command.ref, refusal.code, refusal.message)
            return
        connection.session.presence.sign_of_life(connection)
        self._hub.submit(
            connection.session,
            command,
            connection.profile,
            connection.rights,
            SocketTicket(connection, command.ref),
        )

    async def _ephemeral(self, command: AnyEphemeralCommand) -> None:
        connection, session = self._connection, self._connection.session
        me = connection.participant_id
        try:
            match command:
                case UpdatePresence():
                    _check_place(command.location)
                    session.presence.update(connection, command)
                case SetTyping():
                    require(session.state, me, connection.rights, Action.POST)
                    session.presence.typing(me, command.typing, command.thread_id)
                case MarkRead():
                    await self._mark_read(command)
                case ReportEdit():
                    require(session.state, me, connection.rights, Action.REPORT_EDIT)
                    session.tell(
                        EditReported(
                            actor=me,
                            at=self._hub.clock.now(),
                            path=clean_path(command.path),
                            cells=command.cells,
                        )
                    )
                case RequestReveal():
                    require(session.state, me, connection.rights, Action.BRING)
                    _check_place(command.location)
                    session.tell(RevealRequested(actor=me, location=command.location))
        except Refusal as refusal:
            self._reject(command.ref, refusal.code, refusal.message)

    async def _mark_read(self, command: MarkRead) -> None:
        connection, session = self._connection, self._connection.session
        seq = min(command.read_seq, session.state.last_seq)
        now = await self._hub.store.set_read(session.session_id, connection.participant_id, seq)
        session.tell_one(connection.participant_id, ReadChanged(read_seq=now))
        connection.answer(Ack(ref=command.ref, seq=None))

    def _bad(self, frame: str | bytes, message: str) -> None:
        self._bad_frames += 1
        refs = _refs(frame)
        for ref in refs:
            self._reject(ref, ErrorCode.INVALID, message)
        if self._bad_frames >= MAX_BAD_FRAMES:
            self._connection.drop(CloseCode.PROTOCOL_ERROR, "too many frames made no sense")
        self._connection.wake()

    def _reject(self, ref: str | None, code: ErrorCode, message: str) -> None:
        metrics.REFUSALS.labels(code.value).inc()
        self._connection.answer(Rejected(ref=ref, code=code, message=message))


def _check_place(location: Location | None) -> None:
    if location is not None:
        clean_path(location.path)


def _refs(frame: str | bytes) -> list[str | None]:
    """The refs of a frame that is JSON but not commands, so that each gets its refusal."""
    try:
        raw = msgspec.json.decode(frame)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return [None]
    items = raw if isinstance(raw, list) else [raw]
    refs = [item.get("ref") for item in items[:100] if isinstance(item, dict)]
    return [r if isinstance(r, str) and 0 < len(r) <= 64 else None for r in refs] or [None]


def _short(problem: BaseException) -> str:
    return str(problem)[:200] or type(problem).__name__
