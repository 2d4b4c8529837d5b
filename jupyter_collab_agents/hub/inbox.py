"""What comes up a socket: decoded, held to the rate, then through the same door as all else."""

import math
from collections.abc import Coroutine, Iterator
from typing import Any

import msgspec

from ..domain.errors import Refusal
from ..domain.paths import clean_path
from ..domain.permissions import Action, require
from ..protocol.chat import MarkRead, ReadChanged, SetTyping
from ..protocol.documents import WatchDocuments
from ..protocol.errors import Ack, CloseCode, ErrorCode, Rejected
from ..protocol.frames import (
    AnyCommand,
    AnyDocumentCommand,
    AnyDurableCommand,
    AnyEphemeralCommand,
    decode_commands,
    join_frame,
)
from ..protocol.presence import EditReported, Location, ReportEdit, UpdatePresence
from ..protocol.sessions import RequestReveal, RevealRequested
from ..storage.store import StoreUnavailable
from . import metrics
from .connection import Connection
from .document_door import DocumentDoor
from .hub import Hub
from .paths import paths_of
from .tickets import SocketTicket

MAX_BAD_FRAMES = 20
MAX_ITEMS_APART = 1000
"""Commands of a frame that are looked at one by one where not all of them make sense."""
EPHEMERAL = UpdatePresence | SetTyping | MarkRead | ReportEdit | RequestReveal | WatchDocuments


class Inbox:
    """One connection's frames."""

    def __init__(self, hub: Hub, connection: Connection) -> None:
        self._hub = hub
        self._connection = connection
        self._bad_frames = 0

    async def receive(self, frame: str | bytes) -> None:
        """Take one frame and see it through. Never raises for what a client sent."""
        rest = self.take(frame)
        if rest is not None:
            await rest

    def take(self, frame: str | bytes) -> Coroutine[Any, Any, None] | None:
        """Take one frame; what is left of it must be awaited before the next frame.

        Most frames leave nothing, and so cost no task.
        """
        rest = iter(self._commands(frame))
        for command in rest:
            if self._connection.poisoned:
                return None
            pending = self._handle(command)
            if pending is not None:
                return self._see_through(pending, rest)
        self._connection.wake()
        return None

    async def _see_through(
        self, pending: Coroutine[Any, Any, None], rest: Iterator[AnyCommand]
    ) -> None:
        await pending
        for command in rest:
            if self._connection.poisoned:
                return
            further = self._handle(command)
            if further is not None:
                await further
        self._connection.wake()

    def _commands(self, frame: str | bytes) -> list[AnyCommand]:
        if self._connection.poisoned:
            return []
        if isinstance(frame, bytes):
            self._bad(frame, "Frames are text: a JSON array of commands.")
            return []
        try:
            return decode_commands(frame)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as problem:
            return self._understood(frame, problem)

    def _handle(self, command: AnyCommand) -> Coroutine[Any, Any, None] | None:
        """One command; what it must wait for, if anything."""
        ephemeral = isinstance(command, EPHEMERAL)
        wait = self._hub.rates.wait(self._connection.participant_id, ephemeral=ephemeral)
        if wait > 0:
            self._reject(
                command.ref,
                ErrorCode.RATE_LIMITED,
                f"Too much at once. Try again in {math.ceil(min(wait, 3600.0))} s.",
            )
        elif isinstance(command, MarkRead):
            return self._mark_read(command)
        elif isinstance(command, WatchDocuments):
            return self._watch(command)
        elif isinstance(command, EPHEMERAL):
            self._ephemeral(command)
        elif isinstance(command, AnyDocumentCommand):
            return self._of_document(command)
        elif paths_of(command):
            return self._check_and_submit(command)
        else:
            self._submit(command)
        return None

    async def _check_and_submit(self, command: AnyDurableCommand) -> None:
        try:
            await self._hub.check_paths(command)
        except Refusal as refusal:
            self._reject(command.ref, refusal.code, refusal.message)
            return
        if not self._connection.poisoned:  # meanwhile; then it will be sent again
            self._submit(command)

    def _submit(self, command: AnyDurableCommand) -> None:
        connection = self._connection
        connection.session.presence.sign_of_life(connection)
        self._hub.submit(
            connection.session,
            command,
            connection.profile,
            connection.rights,
            SocketTicket(connection, command.ref),
        )

    def _ephemeral(self, command: AnyEphemeralCommand) -> None:
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
        try:
            now = await self._hub.store.set_read(session.session_id, connection.participant_id, seq)
        except StoreUnavailable:
            connection.drop(CloseCode.STORAGE, "the server could not store; try again")
            return
        session.tell_one(connection.participant_id, ReadChanged(read_seq=now))
        connection.answer(Ack(ref=command.ref, seq=None))

    async def _of_document(self, command: AnyDocumentCommand) -> None:
        connection = self._connection
        connection.session.presence.sign_of_life(connection)
        try:
            await self._documents().command(connection, command)
        except Refusal as refusal:
            self._reject(command.ref, refusal.code, refusal.message)
        except StoreUnavailable:
            connection.drop(CloseCode.STORAGE, "the server could not store; try again")
        else:
            # a document has a log of its own: its seq would mean nothing beside the session's
            connection.answer(Ack(ref=command.ref, seq=None))

    async def _watch(self, command: WatchDocuments) -> None:
        try:
            await self._documents().watch(self._connection, command)
        except Refusal as refusal:
            self._reject(command.ref, refusal.code, refusal.message)

    def _documents(self) -> DocumentDoor:
        if self._hub.documents is None:
            raise Refusal(ErrorCode.NOT_READY, "This server keeps no shared documents.")
        return self._hub.documents

    def _understood(self, frame: str, problem: Exception) -> list[AnyCommand]:
        """The commands of a frame that make sense; the others are refused one by one."""
        try:
            items = msgspec.json.decode(frame, type=list[msgspec.Raw])
        except (msgspec.DecodeError, RecursionError, UnicodeError):
            items = []
        if not 1 < len(items) <= MAX_ITEMS_APART:
            self._bad(frame, f"This frame was not understood: {_short(problem)}")
            return []
        understood: list[AnyCommand] = []
        senseless: list[bytes] = []
        for item in items:
            try:
                understood += decode_commands(join_frame([bytes(item)]))
            except (msgspec.DecodeError, RecursionError, UnicodeError):
                senseless.append(bytes(item))
        self._bad(join_frame(senseless).decode(), f"This was not understood: {_short(problem)}")
        return understood

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
    """The refs of a frame that is JSON but not commands: each gets its refusal, once."""
    try:
        raw = msgspec.json.decode(frame)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return [None]
    items = raw if isinstance(raw, list) else [raw]
    refs = [item.get("ref") if isinstance(item, dict) else None for item in items]
    known = [r if isinstance(r, str) and 0 < len(r) <= 64 else None for r in refs]
    return list(dict.fromkeys(known)) or [None]


def _short(problem: BaseException) -> str:
    return str(problem)[:200] or type(problem).__name__
