"""Who answers a message. Pure: the runner asks, nothing happens here.

In this order, and the first that fits decides: who is mentioned (three agents at most, in the
order of the text) → the agent whose message is replied to → in a private session its one agent
→ in a thread between one person and one agent, that agent → one auto-responder, for people only
and only if no person is addressed. Agents reach agents by mention alone.
"""

import re
from enum import Enum

from msgspec import Struct

from ..domain.permissions import member
from ..protocol.chat import Message
from ..protocol.participants import Kind, Role
from ..protocol.sessions import SessionState, SessionStatus
from .agent import AgentInfo

MAX_FAN_OUT = 3
MAX_HOPS = 3


class Reason(str, Enum):
    """Why an agent answers."""

    MENTION = "mention"
    REPLY = "reply"
    PRIVATE = "private"
    THREAD = "thread"
    AUTO = "auto"


class Route(Struct, frozen=True):
    """Who answers, in this order, and why (null if nobody does)."""

    agent_ids: tuple[str, ...] = ()
    reason: Reason | None = None


NOBODY = Route()


def route(
    state: SessionState,
    message: Message,
    *,
    reply_to: str | None = None,
    hops: int = 0,
    auto_responder: str | None = None,
) -> Route:
    """Who answers ``message``, which is part of ``state`` already.

    ``reply_to`` is the author of the message it replies to. ``hops`` counts the agents that
    stand between the person who began and an answer to this message: 0 for a person's message.
    """
    author = member(state, message.author)
    if (
        author is None
        or message.deleted_by is not None
        or state.status is not SessionStatus.ACTIVE
        or hops > MAX_HOPS
    ):
        return NOBODY
    mentioned = [m for m in message.mentions if m != message.author]
    if any(_is_agent(state, m) for m in mentioned):
        agents = [m for m in mentioned if can_answer(state, m)]
        return _by(Reason.MENTION, *agents[:MAX_FAN_OUT])
    if author.profile.kind is Kind.AGENT or mentioned:
        return NOBODY
    if reply_to is not None and _is_agent(state, reply_to):
        return _by(Reason.REPLY, *([reply_to] if can_answer(state, reply_to) else []))
    if only := _private_agent(state):
        return _by(Reason.PRIVATE, *([only] if can_answer(state, only) else []))
    if reply_to is not None and reply_to != message.author:
        return NOBODY
    partner = _thread_partner(state, message)
    if partner is not None:
        return _by(Reason.THREAD, *([partner] if can_answer(state, partner) else []))
    if auto_responder is not None and can_answer(state, auto_responder):
        return _by(Reason.AUTO, auto_responder)
    return NOBODY


def can_answer(state: SessionState, agent_id: str) -> bool:
    """Whether the agent is here and may speak now."""
    agent = member(state, agent_id)
    return (
        agent is not None
        and agent.profile.kind is Kind.AGENT
        and agent.role is not Role.VIEWER
        and not agent.muted
        and not state.muted
        and state.status is SessionStatus.ACTIVE
    )


def alone(state: SessionState) -> bool:
    """Whether there is only one person in the session."""
    return len(_members(state, Kind.USER)) == 1


def without_mention(body: str, info: AgentInfo) -> str:
    """What is asked: the text without the agent's own mention."""
    names = "|".join(re.escape(n) for n in (info.agent_id.partition(":")[2], info.name))
    mention = rf'(?<![\w.@+\-\\])@(?:"(?:{names})"|(?:{names}))(?![\w@])(?!\.\w)\s?[,:]?'
    return re.sub(r"[ \t]{2,}", " ", re.sub(mention, "", body, flags=re.IGNORECASE)).strip()


def _by(reason: Reason, *agent_ids: str) -> Route:
    return Route(agent_ids, reason) if agent_ids else NOBODY


def _is_agent(state: SessionState, participant_id: str) -> bool:
    participant = member(state, participant_id)
    return participant is not None and participant.profile.kind is Kind.AGENT


def _members(state: SessionState, kind: Kind) -> list[str]:
    return [
        pid
        for pid, participant in state.participants.items()
        if participant.profile.kind is kind and member(state, pid) is not None
    ]


def _private_agent(state: SessionState) -> str | None:
    agents = _members(state, Kind.AGENT)
    return agents[0] if state.private and len(agents) == 1 else None


def _thread_partner(state: SessionState, message: Message) -> str | None:
    """The agent of a thread in which one person and one agent talk."""
    thread = state.threads.get(message.thread_id) if message.thread_id else None
    if thread is None:
        return None
    others = set(thread.participants) - {message.author}
    if len(others) != 1:
        return None
    other = others.pop()
    return other if _is_agent(state, other) else None
