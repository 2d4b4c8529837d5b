"""Sessions: what they are, how they change."""

from enum import Enum
from typing import Annotated

from msgspec import Meta

from .base import Command, Durable, Ephemeral, Millis, ParticipantId, Path, SessionId, Wire
from .chat import Thread
from .context import ContextEntry
from .invites import Invite
from .participants import Participant
from .presence import Location, PresenceState
from .runs import Run

Name = Annotated[str, Meta(min_length=1, max_length=200)]


class SessionStatus(str, Enum):
    """Archived sessions can be read and reopened, not written."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    DELETED = "deleted"


class HistoryAccess(str, Enum):
    """What newcomers see of the time before they joined."""

    ALL = "all"
    SINCE_JOINED = "since_joined"


class SessionState(Wire, frozen=True):
    """Everything that the durable events of a session add up to, except the messages.

    The server's ``domain.apply`` and the browser's ``reduce`` keep the same value:
    state and events equal fresh state. ``context_floor``: new keys of the shared context have
    versions above this; it is the highest version of any key that was deleted. ``last_seq`` and
    ``last_at`` are the last event's, for a client to say how far it is.
    """

    session_id: SessionId
    name: str
    status: SessionStatus
    private: bool
    default: bool
    history: HistoryAccess
    muted: bool
    created_at: Millis
    created_by: ParticipantId
    active_file: Path | None
    files: list[Path]
    participants: dict[str, Participant]
    invites: dict[str, Invite]
    context: dict[str, ContextEntry]
    threads: dict[str, Thread]
    runs: dict[str, Run]
    last_seq: int
    message_count: int
    context_floor: int = 0
    last_at: Millis = 0


class RenameSession(Command, tag="session.rename", frozen=True):
    """Give the session another name."""

    name: Name


class ArchiveSession(Command, tag="session.archive", frozen=True):
    """Put the session away; nothing is deleted."""


class ReopenSession(Command, tag="session.reopen", frozen=True):
    """Take an archived session up again."""


class DeleteSession(Command, tag="session.delete", frozen=True):
    """Delete the session with all its messages, for everybody. Cannot be taken back."""


class MuteSession(Command, tag="session.mute", frozen=True):
    """While muted only owners post, and agents do not answer."""

    muted: bool


class SetHistoryAccess(Command, tag="session.set_history", frozen=True):
    """Choose what newcomers see of earlier messages."""

    history: HistoryAccess


class SetFiles(Command, tag="session.set_files", frozen=True):
    """The files this session is about."""

    files: Annotated[list[Path], Meta(max_length=100)]


class SetActiveFile(Command, tag="session.set_active_file", frozen=True):
    """The file the session is looking at now."""

    path: Path | None


class SessionCreated(Durable, tag="session.created", frozen=True):
    """The first event of every log."""

    session_id: SessionId
    name: str
    private: bool
    default: bool
    history: HistoryAccess
    files: list[Path]


class SessionRenamed(Durable, tag="session.renamed", frozen=True):
    """The session has another name."""

    name: str


class SessionArchived(Durable, tag="session.archived", frozen=True):
    """The session was put away, by ``actor`` or because nobody was here (``timeout``)."""

    timeout: bool


class SessionReopened(Durable, tag="session.reopened", frozen=True):
    """The session goes on."""


class SessionMuted(Durable, tag="session.muted", frozen=True):
    """Only owners may post, or everybody again."""

    muted: bool


class HistoryAccessChanged(Durable, tag="session.history_changed", frozen=True):
    """Newcomers see more or less of the past."""

    history: HistoryAccess


class FilesChanged(Durable, tag="session.files_changed", frozen=True):
    """The session is about these files."""

    files: list[Path]


class ActiveFileChanged(Durable, tag="session.active_file_changed", frozen=True):
    """The session looks at another file."""

    path: Path | None


class SessionDeleted(Ephemeral, tag="session.deleted", frozen=True):
    """The session and its log are gone; the socket closes with 4501."""

    actor: ParticipantId


class SessionPulse(Ephemeral, tag="session.state", frozen=True):
    """The mission's workspace_sync: every ``broadcast_interval``, only when it changed."""

    active_file: Path | None
    head_seq: int
    presence: list[PresenceState]


class RequestReveal(Command, tag="reveal.request", frozen=True):
    """Ephemeral: bring everyone to this place."""

    location: Location


class RevealRequested(Ephemeral, tag="reveal.requested", frozen=True):
    """``actor`` asks everybody to look here."""

    actor: ParticipantId
    location: Location


class SessionSummary(Wire, frozen=True):
    """One line of the session list."""

    session_id: SessionId
    name: str
    status: SessionStatus
    private: bool
    default: bool
    role: str | None
    participants: int
    online: int
    created_at: Millis
    last_seq: int
    read_seq: int
    last_at: Millis
