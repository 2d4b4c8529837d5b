"""One turn of a live session: what waits is decided against the state, in order, purely."""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import replace

from ..domain.decisions import Decision
from ..domain.errors import Refusal
from ..domain.messages import project
from ..domain.state import apply
from ..protocol.base import Durable
from ..protocol.chat import Message, MessageEdited, MessagePosted
from ..protocol.errors import ErrorCode
from ..protocol.frames import decode_durable
from ..protocol.sessions import SessionState
from ..storage.store import Entry, MessageRecord, NewEvent
from .index import index_of, same_index

log = logging.getLogger(__name__)

_encode = msgspec.json.Encoder().encode
FAULT = "The server could not do this; its log says why. The rest of the session goes on."


class Ticket(Protocol):
    """Who waits for a command's answer. Exactly one of these is called, once."""

    def stored(self, seq: int | None, events: list[Durable]) -> None:
        """It is durable (``seq`` of its last event), or needed no storing (null)."""

    def refused(self, code: ErrorCode, message: str) -> None:
        """It changed nothing."""

    def unknown(self) -> None:
        """The store failed: the outcome is unknown, the command must be sent again."""


class Request(Struct, eq=False, gc=False):
    """A command that waits for its turn."""

    author: str
    ref: str
    decide: Callable[[SessionState, Mapping[str, Message]], Decision]
    needs: list[str]
    ticket: Ticket
    received: float
    stream_start: int | None = None
    """Ring index at which the text of this message began to be streamed."""
    tries: int = 0


class Decided(Struct, eq=False, gc=False):
    """A request with what it decided."""

    request: Request
    events: list[Durable]
    entry: Entry


class Turn(Struct, eq=False, gc=False):
    """The outcome of deciding a batch. ``draft`` holds if every entry is stored as foreseen.

    Each request is in one of ``decided``, ``unchanged``, ``refused`` and ``later``.
    """

    decided: list[Decided]
    unchanged: list[Request]
    refused: list[tuple[Request, Refusal]]
    later: list[Request]
    """The end of the batch, which has to wait for the next turn."""
    draft: SessionState
    messages: dict[str, Message]


def decide_turn(
    state: SessionState, requests: list[Request], messages: Mapping[str, Message]
) -> Turn:
    """Decide ``requests`` one after the other, each on what those before it brought.

    ``messages`` holds every message that the requests need and that exists.

    An exclusive decision is alone in its turn: decided on stored state only, and with nothing
    behind it that would have been decided on its outcome. Another server's event could else
    take exactly the place of an event that was foreseen, and nobody would notice.
    """
    draft = state
    changed: dict[str, Message] = dict(messages)
    turn = Turn([], [], [], [], state, changed)
    for place, request in enumerate(requests):
        try:
            decision = request.decide(draft, changed)
        except Refusal as refusal:
            turn.refused.append((request, refusal))
            continue
        except Exception:
            # a fault of ours: whoever asked must not take the others down with every resend
            log.exception("a command of session %s could not be decided", draft.session_id)
            turn.refused.append((request, Refusal(ErrorCode.INTERNAL, FAULT)))
            continue
        if not decision.events:
            turn.unchanged.append(request)
            continue
        if decision.exclusive and turn.decided:
            turn.later = requests[place:]
            break
        try:
            decided, draft, messages_now = _carry_out(request, decision, draft, changed)
        except Exception:
            log.exception("an event of session %s cannot be written down", draft.session_id)
            turn.refused.append((request, Refusal(ErrorCode.INTERNAL, FAULT)))
            continue
        changed.update(messages_now)
        turn.decided.append(decided)
        if decision.exclusive:
            turn.later = requests[place + 1 :]
            break
    turn.draft = draft
    return turn


def _carry_out(
    request: Request, decision: Decision, before: SessionState, messages: Mapping[str, Message]
) -> tuple[Decided, SessionState, dict[str, Message]]:
    """What a decision brings: its entry, the state after it, the messages it changed."""
    after = before
    events: list[Durable] = []
    records: list[NewEvent] = []
    changed: dict[str, Message] = {}
    posted: dict[str, int] = {}
    for number, event in enumerate(decision.events):
        records.append(_record(event))
        numbered = replace(event, seq=before.last_seq + 1 + number)
        events.append(numbered)
        after = apply(after, numbered)
        message_id: str | None = getattr(numbered, "message_id", None)
        if message_id is not None:
            projected = project(numbered, changed.get(message_id, messages.get(message_id)))
            if projected is not None:
                changed[message_id] = projected
                if isinstance(numbered, MessagePosted):
                    posted[message_id] = number
    entry = Entry(
        session_id=after.session_id,
        author=request.author,
        ref=request.ref,
        events=records,
        messages=[_message_record(message, posted.get(m)) for m, message in changed.items()],
        erase=decision.erase,
        index=None if same_index(before, after) else _encode(index_of(after)),
        expected_seq=before.last_seq if decision.exclusive else None,
    )
    return Decided(request, events, entry), after, changed


def creation(decision: Decision, *, author: str, ref: str) -> tuple[SessionState, Entry]:
    """The first state and the first entry of a new session."""
    state: SessionState | None = None
    for number, event in enumerate(decision.events):
        state = apply(state, replace(event, seq=number + 1))
    assert state is not None
    entry = Entry(
        session_id=state.session_id,
        author=author,
        ref=ref,
        events=[_record(event) for event in decision.events],
        index=_encode(index_of(state)),
        expected_seq=0,
    )
    return state, entry


def _record(event: Durable) -> NewEvent:
    """The event as the store keeps it: number and text stand beside it."""
    bare: Any = event
    body: str | None = None
    if isinstance(event, MessagePosted):
        body = event.body if isinstance(event.body, str) else ""
        bare = replace(event, body=UNSET)
    elif isinstance(event, MessageEdited):
        body = event.body
        bare = replace(event, body="")
    config: Any = event.__struct_config__
    payload = _encode(bare)
    decode_durable(payload)  # what could not be read again must never be stored
    return NewEvent(
        type=config.tag,
        at=event.at,
        payload=payload,
        body=body,
        message_id=getattr(event, "message_id", None),
    )


def _message_record(message: Message, event_index: int | None) -> MessageRecord:
    return MessageRecord(
        message_id=message.message_id,
        author=message.author,
        at=message.at,
        thread_id=message.thread_id,
        data=_encode(replace(message, seq=0, body="")),
        body=message.body,
        event_index=event_index,
    )
