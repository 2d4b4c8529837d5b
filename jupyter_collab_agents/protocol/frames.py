"""A frame is a JSON array of commands (up) or of answers and events (down)."""

from typing import Any, TypeVar, cast, get_args

import msgspec

from .base import Command, Durable, Ephemeral, Event, ParticipantId, Wire
from .chat import (
    DeleteMessage,
    EditMessage,
    MarkRead,
    MentionReceived,
    Message,
    MessageDeleted,
    MessageDelta,
    MessageEdited,
    MessagePosted,
    MessageReacted,
    PostMessage,
    ReactToMessage,
    ReadChanged,
    SetTyping,
    StreamAborted,
    TypingChanged,
)
from .conflicts import ConflictDetected, ConflictResolved
from .context import ContextChanged, ContextDeleted, DeleteContext, SetContext
from .documents import DocumentChanged, WatchDocuments
from .edits import EditApplied
from .errors import Ack, Rejected
from .invites import (
    CreateInvite,
    InviteAccepted,
    InviteCreated,
    InviteReceived,
    InviteRevoked,
    RevokeInvite,
)
from .locks import (
    AcquireLock,
    EditRefused,
    HandOverLock,
    LockAcquired,
    LockRefused,
    LockReleased,
    LockRequested,
    RefuseLock,
    ReleaseLock,
    RenewLock,
    RequestLock,
    StealLock,
)
from .participants import (
    AddParticipant,
    LeaveSession,
    MuteParticipant,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantMuted,
    ParticipantRemoved,
    ParticipantUnbanned,
    PermissionsChanged,
    RemoveParticipant,
    RoleChanged,
    SetRole,
    UnbanParticipant,
)
from .presence import (
    EditReported,
    PresenceChanged,
    PresenceState,
    ReportEdit,
    UpdatePresence,
)
from .proposals import (
    AcceptEdit,
    CommentEdit,
    EditAccepted,
    EditProposed,
    EditRejected,
    EditWithdrawn,
    ProposeEdit,
    RejectEdit,
    WithdrawEdit,
)
from .provenance import EditReverted
from .runs import (
    AgentSummary,
    CancelRun,
    RunFinished,
    RunProgress,
    RunQueued,
    RunStarted,
    StartRun,
)
from .sessions import (
    ActiveFileChanged,
    ArchiveSession,
    DeleteSession,
    FilesChanged,
    HistoryAccessChanged,
    MuteSession,
    RenameSession,
    ReopenSession,
    RequestReveal,
    RevealRequested,
    SessionArchived,
    SessionCreated,
    SessionDeleted,
    SessionMuted,
    SessionPulse,
    SessionRenamed,
    SessionReopened,
    SessionState,
    SetActiveFile,
    SetFiles,
    SetHistoryAccess,
)

AnyDurableCommand = (
    PostMessage
    | EditMessage
    | DeleteMessage
    | ReactToMessage
    | SetContext
    | DeleteContext
    | CreateInvite
    | RevokeInvite
    | AddParticipant
    | SetRole
    | RemoveParticipant
    | UnbanParticipant
    | MuteParticipant
    | LeaveSession
    | RenameSession
    | ArchiveSession
    | ReopenSession
    | DeleteSession
    | MuteSession
    | SetHistoryAccess
    | SetFiles
    | SetActiveFile
    | StartRun
    | CancelRun
)
AnyLockCommand = (
    AcquireLock | RenewLock | ReleaseLock | RequestLock | RefuseLock | HandOverLock | StealLock
)
AnyReviewCommand = ProposeEdit | AcceptEdit | RejectEdit | WithdrawEdit | CommentEdit
AnyDocumentCommand = AnyLockCommand | AnyReviewCommand
AnyEphemeralCommand = (
    UpdatePresence | SetTyping | MarkRead | ReportEdit | RequestReveal | WatchDocuments
)
AnyCommand = AnyDurableCommand | AnyDocumentCommand | AnyEphemeralCommand

AnyDurable = (
    SessionCreated
    | SessionRenamed
    | SessionArchived
    | SessionReopened
    | SessionMuted
    | HistoryAccessChanged
    | FilesChanged
    | ActiveFileChanged
    | ParticipantJoined
    | ParticipantLeft
    | ParticipantRemoved
    | ParticipantUnbanned
    | RoleChanged
    | ParticipantMuted
    | MessagePosted
    | MessageEdited
    | MessageDeleted
    | MessageReacted
    | ContextChanged
    | ContextDeleted
    | InviteCreated
    | InviteAccepted
    | InviteRevoked
    | RunQueued
    | RunStarted
    | RunFinished
    | LockAcquired
    | LockReleased
    | EditApplied
    | EditReverted
    | ConflictDetected
    | ConflictResolved
    | EditProposed
    | EditAccepted
    | EditRejected
    | EditWithdrawn
)
AnyEphemeral = (
    MessageDelta
    | StreamAborted
    | TypingChanged
    | ReadChanged
    | MentionReceived
    | InviteReceived
    | PermissionsChanged
    | PresenceChanged
    | EditReported
    | RevealRequested
    | RunProgress
    | SessionPulse
    | SessionDeleted
    | DocumentChanged
    | LockRequested
    | LockRefused
    | EditRefused
)


class Limits(Wire, frozen=True):
    """What this server accepts. Sizes in bytes, times in seconds."""

    max_frame: int
    max_message: int
    ping_interval: float
    ping_timeout: float
    presence_interval: float


class Welcome(Event, tag="welcome", frozen=True):
    """The first frame down.

    ``recovered``: the events after the client's ``(epoch, seq)`` follow, ``snapshot`` is null
    and ``history`` empty. Otherwise ``snapshot`` is the whole state at ``head_seq`` and
    ``history`` the last page of messages, oldest first; ``has_earlier`` says there are more.
    ``permissions`` lists the actions this participant may take (``domain/permissions.py``).
    """

    protocol: int
    server_version: str
    you: ParticipantId
    permissions: list[str]
    epoch: str
    head_seq: int
    recovered: bool
    snapshot: SessionState | None
    history: list[Message]
    has_earlier: bool
    read_seq: int
    presence: list[PresenceState]
    agents: list[AgentSummary]
    limits: Limits


class Ping(Event, tag="ping", frozen=True):
    """The server is alive; a browser cannot see WebSocket pings. No answer needed."""


AnyAnswer = Welcome | Ack | Rejected | Ping
AnyDown = AnyAnswer | AnyDurable | AnyEphemeral

C = TypeVar("C", bound=Command)

DOCUMENT_COMMANDS: tuple[type[Command], ...] = get_args(AnyDocumentCommand)
EPHEMERAL_COMMANDS: tuple[type[Command], ...] = get_args(AnyEphemeralCommand)

_encoder = msgspec.json.Encoder()
_commands = msgspec.json.Decoder(list[AnyCommand])
_durable: "msgspec.json.Decoder[Any]" = msgspec.json.Decoder(AnyDurable)


def encode(value: Wire | Event) -> bytes:
    """JSON of one event, answer or value."""
    return _encoder.encode(value)


def decode_commands(frame: str | bytes) -> list[AnyCommand]:
    """Commands of one frame.

    Raises ``msgspec.DecodeError`` for anything that is not an array of known commands; a
    value that JSON allows and the protocol does not is a ``msgspec.ValidationError``.
    """
    return _commands.decode(frame)


def checked(command: C) -> C:
    """A command made in Python, held to what the wire allows (constructors check nothing).

    Raises ``msgspec.ValidationError``.
    """
    (same,) = _commands.decode(join_frame([encode(command)]))
    return cast(C, same)


def decode_durable(payload: bytes) -> Durable:
    """One stored event."""
    event: Durable = _durable.decode(payload)
    return event


def join_frame(encoded: list[bytes]) -> bytes:
    """A frame from already encoded parts."""
    return b"[" + b",".join(encoded) + b"]"


__all__ = [
    "DOCUMENT_COMMANDS",
    "EPHEMERAL_COMMANDS",
    "AnyAnswer",
    "AnyCommand",
    "AnyDocumentCommand",
    "AnyDown",
    "AnyDurable",
    "AnyDurableCommand",
    "AnyEphemeral",
    "AnyEphemeralCommand",
    "AnyLockCommand",
    "AnyReviewCommand",
    "Ephemeral",
    "Limits",
    "Ping",
    "Welcome",
    "checked",
    "decode_commands",
    "decode_durable",
    "encode",
    "join_frame",
]
