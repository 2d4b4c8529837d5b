"""Bodies of REST requests and answers (the WebSocket's commands are in the other modules)."""

from enum import Enum
from typing import Annotated, Any

from msgspec import Meta

from .base import (
    CellId,
    MessageId,
    Millis,
    ParticipantId,
    Path,
    Range,
    RunId,
    SessionId,
    Wire,
)
from .chat import Anchor, Attachment, Message
from .conflicts import ConflictSummary, Keep
from .context import ContextEntry
from .invites import Invite
from .locks import DocumentId, Seconds
from .participants import Role
from .presence import PresenceState
from .proposals import CommentBody, HunkId
from .sessions import HistoryAccess, SessionState, SessionSummary


class CreateSession(Wire, frozen=True):
    """``POST sessions``. Invites ``participants`` (ids or bare usernames) as ``role``."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    participants: Annotated[list[ParticipantId], Meta(max_length=100)] = []
    role: Role = Role.EDITOR
    files: Annotated[list[Path], Meta(max_length=100)] = []
    private: bool = False
    history: HistoryAccess | None = None


class CreatedSession(Wire, frozen=True):
    """Answer to ``POST sessions``."""

    session_id: SessionId
    name: str
    message: str


class SearchBody(Wire, frozen=True):
    """``POST sessions/{id}/search``; ``before`` is the ``at`` of the last one found so far.

    A question is no address: addresses stand in logs.
    """

    q: Annotated[str, Meta(max_length=500)]
    before: Annotated[int, Meta(ge=1)] | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class PatchSession(Wire, frozen=True):
    """``PATCH sessions/{id}``: what is given changes."""

    name: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    archived: bool | None = None


class PendingInvite(Wire, frozen=True):
    """An invitation to me that I have not answered."""

    session_id: SessionId
    session_name: str
    by_name: str
    invite: Invite


class SessionList(Wire, frozen=True):
    """``GET sessions``: mine, open to me, and the invitations that wait for me."""

    you: ParticipantId
    default_session: SessionId | None
    sessions: list[SessionSummary]
    invitations: list[PendingInvite]


class PostBody(Wire, frozen=True):
    """``POST sessions/{id}/messages``. ``ref`` makes a resend harmless."""

    body: str
    ref: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    reply_to: MessageId | None = None
    anchor: Anchor | None = None
    attachments: Annotated[list[Attachment], Meta(max_length=20)] = []


class Posted(Wire, frozen=True):
    """Answer to a posted message."""

    seq: int
    message_id: MessageId


class SessionDetails(Wire, frozen=True):
    """``GET sessions/{id}``: the state, and who is here now."""

    state: SessionState
    presence: list[PresenceState]


class MessagePage(Wire, frozen=True):
    """Messages, oldest first. ``has_earlier``: there are more before the first."""

    messages: list[Message]
    has_earlier: bool


class MessageVersion(Wire, frozen=True):
    """One earlier or the present text of a message."""

    seq: int
    at: Millis
    body: str


class PutContext(Wire, frozen=True):
    """``PUT sessions/{id}/context/{key}``."""

    value: Any
    base_version: Annotated[int, Meta(ge=0)]


class ContextHistory(Wire, frozen=True):
    """``GET sessions/{id}/context/{key}``: newest first; ``current`` is null when deleted."""

    key: str
    current: ContextEntry | None
    history: list[ContextEntry]


class InviteBody(Wire, frozen=True):
    """``POST sessions/{id}/invites``."""

    role: Role
    participant_id: ParticipantId | None = None
    expires_in: Annotated[int, Meta(ge=60, le=366 * 86400)] | None = 7 * 86400
    uses: Annotated[int, Meta(ge=1, le=1000)] | None = None


class InviteLink(Wire, frozen=True):
    """An invitation with what its link needs; ``token`` is null for a named participant."""

    invite: Invite
    token: str | None


class AcceptInvite(Wire, frozen=True):
    """``POST invites/accept``: a link's token, or an invitation to me by its ids."""

    token: str | None = None
    session_id: SessionId | None = None
    invite_id: str | None = None
    accept: bool = True


class Joined(Wire, frozen=True):
    """Where an accepted invitation leads."""

    session_id: SessionId
    name: str


class TaskBody(Wire, frozen=True):
    """``POST agents/{id}/tasks``: the mission's execute_task over HTTP."""

    session_id: SessionId
    task: Annotated[str, Meta(min_length=1, max_length=16384)]
    context: dict[str, Any] = {}


class TaskStarted(Wire, frozen=True):
    """A run was queued."""

    run_id: RunId


class LockBody(Wire, frozen=True):
    """``POST locks?path=``: acquire a lock, or prolong the same one. ``ref``: as in messages."""

    cell_id: CellId | None = None
    cell_index: Annotated[int, Meta(ge=0)] | None = None
    range: Range | None = None
    seconds: Seconds | None = None
    ref: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class AcceptBody(Wire, frozen=True):
    """``POST proposals/{id}/accept``; see ``edit.accept``. ``ref``: as in messages."""

    hunks: Annotated[list[HunkId], Meta(min_length=1, max_length=5000)] | None = None
    ask: bool = False
    ref: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class RejectBody(Wire, frozen=True):
    """``POST proposals/{id}/reject``; see ``edit.reject``."""

    hunks: Annotated[list[HunkId], Meta(min_length=1, max_length=5000)] | None = None
    ref: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class CommentOnProposal(Wire, frozen=True):
    """``POST proposals/{id}/comments``."""

    body: CommentBody
    hunk_id: HunkId | None = None
    ref: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class ListedConflict(Wire, frozen=True):
    """A conflict in a list; see ``ConflictDetails``."""

    document_id: DocumentId
    path: Path
    conflict: ConflictSummary
    kept: Keep | None
    decided_by: ParticipantId | None
    decided_at: Millis | None


class MergeStatistics(Wire, frozen=True):
    """Of all documents, since ever: edits that met changes of others (``detected``), of those
    the ones that needed no question and the ones that did; and conflicts that are open."""

    detected: int
    merged: int
    asked: int
    open: int


class ConflictList(Wire, frozen=True):
    """``GET conflicts``: newest first."""

    conflicts: list[ListedConflict]
    statistics: MergeStatistics


class ResolveBody(Wire, frozen=True):
    """``POST conflicts/{id}``. ``text`` is what is to stand there, if it is edited."""

    keep: Keep
    text: str | None = None


class KnownPerson(Wire, frozen=True):
    """Somebody this server has seen, who can be invited."""

    participant_id: ParticipantId
    name: str
    color: str
    initials: str


class SharingMode(str, Enum):
    """How documents are shared on a server."""

    LIVE = "live"
    OFF = "off"
    UNKNOWN_PROVIDER = "unknown-provider"
    UNSUPPORTED_VERSION = "unsupported-version"


class Health(Wire, frozen=True):
    """``GET health``. ``problem`` says what is wrong and what to do.

    ``collaboration_reason`` says why documents are not shared live, where they are not.
    """

    live: bool
    ready: bool
    database: str
    version: str
    protocol: int
    schema: str | None
    problem: str | None
    collaboration: SharingMode
    collaboration_reason: str | None
