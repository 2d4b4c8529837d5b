"""Refusals and endings: the codes that clients act on."""

from enum import Enum, IntEnum

from .base import Event, Ref, Wire


class ErrorCode(str, Enum):
    """Why a command or a request was refused. A refusal is not a disconnection."""

    INVALID = "invalid"
    TOO_LARGE = "too_large"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    LOCKED = "locked"
    BUSY = "busy"
    RATE_LIMITED = "rate_limited"
    ARCHIVED = "archived"
    SESSION_FULL = "session_full"
    TOO_MANY_SESSIONS = "too_many_sessions"
    MUTED = "muted"
    BANNED = "banned"
    NOT_READY = "not_ready"
    UNSUPPORTED_PROTOCOL = "unsupported_protocol"
    INTERNAL = "internal"


class CloseCode(IntEnum):
    """Why a socket ended. 4000-4499: come back; 4500-4999: do not."""

    RESTART = 4000
    SLOW = 4001
    STORAGE = 4002
    IDLE = 4003
    REMOVED = 4500
    GONE = 4501
    PROTOCOL_ERROR = 4502
    UNSUPPORTED_PROTOCOL = 4503
    FORBIDDEN = 4504


class Problem(Wire, frozen=True):
    """The one shape of a REST error."""

    code: ErrorCode
    message: str
    detail: str | None


class Ack(Event, tag="ack", frozen=True):
    """The command with this ``ref`` is durable (or needed no storing, then ``seq`` is null)."""

    ref: Ref
    seq: int | None


class Rejected(Event, tag="rejected", frozen=True):
    """The command with this ``ref`` changed nothing; ``message`` says what to do."""

    ref: Ref | None
    code: ErrorCode
    message: str
