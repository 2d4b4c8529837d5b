"""Who waits for an answer: a connection, or somebody who awaits."""

import asyncio
from collections.abc import Callable

from ..domain.errors import Refusal
from ..protocol.base import Durable
from ..protocol.errors import Ack, CloseCode, ErrorCode, Rejected
from ..storage.store import StoreUnavailable
from .connection import Connection
from .live_session import LiveSession
from .turn import Request


class SocketTicket:
    """Answers go into the connection's next frame."""

    def __init__(self, connection: Connection, ref: str) -> None:
        self._connection = connection
        self._ref = ref

    def stored(self, seq: int | None, events: list[Durable]) -> None:
        """Acknowledge."""
        self._connection.answer(Ack(ref=self._ref, seq=seq))

    def refused(self, code: ErrorCode, message: str) -> None:
        """Refuse."""
        self._connection.answer(Rejected(ref=self._ref, code=code, message=message))

    def unknown(self) -> None:
        """No answer: the client resends after it came back."""
        self._connection.drop(CloseCode.STORAGE, "the server could not store; try again")


class Stored:
    """What a stored command brought. ``events`` is empty for a resend."""

    def __init__(self, seq: int | None, events: list[Durable]) -> None:
        self.seq = seq
        self.events = events


class FutureTicket:
    """``await ticket.answer``: a ``Stored``, or ``Refusal`` or ``StoreUnavailable`` raised."""

    def __init__(self) -> None:
        self.answer: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()

    def stored(self, seq: int | None, events: list[Durable]) -> None:
        """Done."""
        if not self.answer.done():
            self.answer.set_result(Stored(seq, events))

    def refused(self, code: ErrorCode, message: str) -> None:
        """Refused."""
        if not self.answer.done():
            self.answer.set_exception(Refusal(code, message))

    def unknown(self) -> None:
        """The store failed."""
        if not self.answer.done():
            self.answer.set_exception(
                StoreUnavailable("The server could not store this. Try again in a moment.")
            )


async def ask(session: LiveSession, request: Callable[[FutureTicket], Request]) -> Stored:
    """Submit and await the answer. Raises ``Refusal`` or ``StoreUnavailable``."""
    ticket = FutureTicket()
    session.submit(request(ticket))
    return await ticket.answer
