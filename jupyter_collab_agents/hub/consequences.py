"""What an event brings beyond its session: it is stored and told before anything here happens."""

import logging
from collections.abc import Callable
from typing import Protocol

from ..domain.decision import SYSTEM
from ..protocol.base import Durable, Event
from ..protocol.chat import MentionReceived, Message, MessagePosted
from ..protocol.errors import CloseCode
from ..protocol.invites import InviteCreated, InviteReceived
from ..protocol.participants import ParticipantLeft, ParticipantRemoved
from ..protocol.runs import RunFinished
from . import metrics
from .directory import Directory
from .live_session import LiveSession

log = logging.getLogger(__name__)

Listener = Callable[[LiveSession, Durable, Message | None], None]


class TellPerson(Protocol):
    """Tells somebody on all their connections, except those in session ``but``."""

    def __call__(self, participant_id: str, event: Event, *, but: str | None = None) -> None:
        """Tell."""


class Consequences:
    """Keeps the directory at the head, tells whom it concerns, then the listeners."""

    def __init__(
        self,
        directory: Directory,
        name_of: Callable[[str], str],
        tell_person: TellPerson,
        on_activity: Callable[[], None],
    ) -> None:
        self._directory = directory
        self._name_of = name_of
        self._tell_person = tell_person
        self._on_activity = on_activity
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Be told every durable event after it was told to the connections."""
        self._listeners.append(listener)

    def of(self, session: LiveSession, told: list[tuple[Durable, Message | None]]) -> None:
        """Events of a session, in order, each with the message it made or changed."""
        if not told or session.session_id not in self._directory:
            return
        self._directory.told(session.state, [event for event, _ in told])
        for event, message in told:
            self._consequences(session, event, message)
            for listener in self._listeners:
                try:
                    listener(session, event, message)
                except Exception:
                    # it is stored and told; whoever posted has no part in this
                    log.exception("a listener failed on event %s", event.seq)

    def _consequences(self, session: LiveSession, event: Durable, message: Message | None) -> None:
        if isinstance(event, MessagePosted):
            if not event.actor.startswith("agent:"):
                self._on_activity()
            if message is not None:
                self._tell_mentioned(session, message)
        elif isinstance(event, InviteCreated) and event.participant_id is not None:
            self._tell_person(
                event.participant_id,
                InviteReceived(
                    session_id=session.session_id,
                    session_name=session.state.name,
                    invite_id=event.invite_id,
                    role=event.role,
                    by_name=self._name_of(event.actor),
                ),
            )
        elif isinstance(event, RunFinished):
            metrics.RUNS.labels(event.status.value).inc()
        elif isinstance(event, ParticipantRemoved | ParticipantLeft):
            # told first, closed after: they see why
            session.wake()
            # who was taken out for being away, and came at that very moment, joins again
            code = CloseCode.IDLE if event.actor == SYSTEM else CloseCode.REMOVED
            for connection in list(session.connections):
                if connection.participant_id == event.participant_id:
                    connection.drop(code, "you are no longer in this session")

    def _tell_mentioned(self, session: LiveSession, message: Message) -> None:
        for mentioned in message.mentions:
            self._tell_person(
                mentioned,
                MentionReceived(
                    session_id=session.session_id,
                    session_name=session.state.name,
                    message_id=message.message_id,
                    author_name=self._name_of(message.author),
                ),
                but=session.session_id,
            )
