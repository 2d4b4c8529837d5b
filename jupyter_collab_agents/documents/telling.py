"""Who is told of a document, and what: its state, notices in sessions, a word to one person."""

import logging

from msgspec.structs import replace

from ..domain.documents import Document, notice, state_of
from ..domain.lock_ends import standing
from ..hub.connection import Connection
from ..hub.document_door import has_file
from ..hub.hub import Hub
from ..hub.live_session import LiveSession
from ..protocol.base import Durable
from ..protocol.conflicts import ConflictDetected, ConflictResolved
from ..protocol.document_log import RequestAdded, RequestsRefused
from ..protocol.documents import DocumentChanged, DocumentState
from ..protocol.edits import EditApplied
from ..protocol.errors import ErrorCode
from ..protocol.frames import encode
from ..protocol.locks import Lock, LockAcquired, LockRefused, LockReleased, LockRequested
from ..protocol.proposals import EditAccepted, EditProposed, EditRejected, EditWithdrawn
from ..protocol.provenance import EditReverted
from ..protocol.sessions import SessionStatus
from .log import Changed

log = logging.getLogger(__name__)


Notice = (
    LockAcquired
    | LockReleased
    | EditApplied
    | EditReverted
    | EditProposed
    | EditAccepted
    | EditRejected
    | EditWithdrawn
    | ConflictDetected
    | ConflictResolved
)
"""Told in each session that has the file."""


class Telling:
    """Tells; what it tells is stored already."""

    def __init__(self, hub: Hub, *, conflicts: bool = True) -> None:
        self._hub = hub
        self._tell_conflicts = conflicts
        self.paths: dict[str, str] = {}
        """Where each document was when it was last told."""

    def state(self, document: Document, path: str) -> DocumentState:
        """As it is told to people: without locks whose time is over."""
        locks = {lock.lock_id: lock for lock in standing(document, self._hub.clock.now())}
        return state_of(replace(document, locks=locks), path)

    def changed(self, changed: Changed) -> None:
        """Everything that follows from a change."""
        self.everybody(changed.after, changed.path)
        for event in changed.events:
            if isinstance(event, Notice):
                self._notice(event)
            elif isinstance(event, RequestAdded | RequestsRefused):
                self._persons(changed, event)

    def everybody(self, document: Document, path: str) -> None:
        """Tell the state to whoever watches the document, is in a session that has it, or holds
        or waits for a lock of it; if they may read documents."""
        concerned = {lock.holder for lock in document.locks.values()}
        for lock in document.locks.values():
            concerned.update(request.by for request in lock.requests)
        encoded = self._encoded(document, path)
        for session in self._hub.live_sessions.values():
            told = False
            here = has_file(session, path)
            for connection in session.connections:
                me = connection.participant_id
                if here or me in concerned or document.document_id in connection.watched:
                    told = self._one(connection, document.document_id, encoded) or told
            if told:
                session.wake_soon()

    def one(self, connection: Connection, document: Document, path: str) -> None:
        """Tell one connection how a document stands."""
        if self._one(connection, document.document_id, self._encoded(document, path)):
            connection.session.wake_soon()

    def _encoded(self, document: Document, path: str) -> bytes:
        self.paths[document.document_id] = path
        return encode(DocumentChanged(document=self.state(document, path)))

    def _one(self, connection: Connection, document_id: str, encoded: bytes) -> bool:
        may = self._hub.accounts.of(connection.participant_id).documents
        if may:
            connection.answer_latest(document_id, encoded)
        return may

    def _notice(self, event: Notice) -> None:
        about_conflicts = isinstance(event, ConflictDetected | ConflictResolved)
        if about_conflicts and not self._tell_conflicts:
            return
        for session in self._hub.live_sessions.values():
            if session.state.status is SessionStatus.ACTIVE and has_file(session, event.path):
                self._put_into(session, event)

    def _put_into(self, session: LiveSession, event: Notice) -> None:
        request = self._hub.doors.internal(
            event.actor,
            lambda state, _now: notice(state, event),
            _Nobody(session),
            ref=f"{event.document_id}:{event.seq}",
        )
        session.submit(request)

    def _persons(self, changed: Changed, event: RequestAdded | RequestsRefused) -> None:
        lock = changed.after.locks[event.lock_id]
        document_id, path = changed.after.document_id, changed.path
        if isinstance(event, RequestAdded):
            told = LockRequested(
                document_id=document_id, path=path, lock=lock, request=event.request
            )
            self._hub.tell_person(lock.holder, told)
            return
        waited = _waiting(changed.before.locks.get(event.lock_id))
        for request in lock.requests:
            if request.by in waited:
                refused = LockRefused(
                    document_id=document_id, path=path, lock=lock, request=request
                )
                self._hub.tell_person(request.by, refused)


def _waiting(lock: Lock | None) -> set[str]:
    requests = [] if lock is None else lock.requests
    return {request.by for request in requests if request.refused_at is None}


class _Nobody:
    """Waits for no answer: a notice that is not stored is missing, nothing else."""

    def __init__(self, session: LiveSession) -> None:
        self._session = session

    def stored(self, seq: int | None, events: list[Durable]) -> None:
        """Good."""

    def refused(self, code: ErrorCode, message: str) -> None:
        """Say so in the log."""
        log.info("no notice of a document in session %s: %s", self._session.session_id, message)

    def unknown(self) -> None:
        """Say so in the log."""
        log.warning("no notice of a document in session %s", self._session.session_id)
